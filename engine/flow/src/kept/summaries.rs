//! Summaries as bytes.
//!
//! Traces stand apart, as they lead on into those of other summaries; all else is written as it is. What callers see of a summary is written
//! first: its digest tells whether they are told the same as before.

use smallvec::SmallVec;
use std::sync::Arc;

use super::code::{Reader, Writer};
use super::names::Number;
use crate::CutReason;
use crate::answer::Role;
use crate::domain::{Label, Origin, Root, Route, Scalar, Selector, Shape};
use crate::interpret::Thing;
use crate::interpret::memory::{Demand, Need};
use crate::interpret::summary::{Effect, Fact, Facts, Findings, Found, Held, Mark, Pending, Summary};
use crate::interpret::trace::{Passage, Trace, Traces};
use crate::program::Idx;
use crate::schedule::Key;

const ROLES: [Role; 6] =
    [Role::Source, Role::Propagation, Role::Call, Role::Parameter, Role::Return, Role::Sink];
const CUTS: [CutReason; 8] = [
    CutReason::Steps,
    CutReason::Rounds,
    CutReason::Specialisations,
    CutReason::Labels,
    CutReason::Depth,
    CutReason::Objects,
    CutReason::Sinks,
    CutReason::Targets,
];

impl Writer<'_> {
    fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Bottom => self.number(0u32),
            Scalar::Null => self.number(1u32),
            Scalar::Bool(is) => {
                self.number(2u32);
                self.flag(*is);
            }
            Scalar::Int(from, to) => {
                self.number(3u32);
                self.signed(*from);
                self.signed(*to);
            }
            Scalar::Char(letter) => {
                self.number(4u32);
                self.number(*letter as u32);
            }
            Scalar::Str(text) => {
                self.number(5u32);
                self.text(text);
            }
            Scalar::Some => self.number(6u32),
            Scalar::Top => self.number(7u32),
        }
    }

    fn selector(&mut self, selector: &Selector) {
        match selector {
            Selector::Field(name) => {
                self.number(0u32);
                self.symbol(*name);
            }
            Selector::Index(place) => {
                self.number(1u32);
                self.signed(*place);
            }
            Selector::Key(key) => {
                self.number(2u32);
                self.text(key);
            }
            Selector::Content => self.number(3u32),
            Selector::Element => self.number(4u32),
            Selector::Keys => self.number(5u32),
            Selector::Variable(variable) => {
                self.number(6u32);
                self.node(*variable);
            }
            Selector::Outer => self.number(7u32),
            Selector::Given => self.number(8u32),
            Selector::Freed => self.number(9u32),
            Selector::Size => self.number(10u32),
            Selector::Text => self.number(11u32),
            Selector::Copied => self.number(12u32),
        }
    }

    fn route(&mut self, route: &Route) {
        match route.root {
            Root::Globals => self.number(0u32),
            Root::Parameter(place) => self.number(u64::from(place) + 1),
        }
        self.list(&route.steps, Writer::selector);
    }

    pub(super) fn key(&mut self, method: Idx, key: &Key) {
        self.node(method);
        self.count(key.depth);
        self.list(&key.facts, |w, (route, fact)| {
            w.route(route);
            match fact {
                Fact::Constant(scalar) => {
                    w.number(0u32);
                    w.scalar(scalar);
                }
                Fact::Type(of) => {
                    w.number(1u32);
                    w.node(*of);
                }
                Fact::Function(method) => {
                    w.number(2u32);
                    w.node(*method);
                }
                Fact::Same(place) => {
                    w.number(3u32);
                    w.number(*place);
                }
            }
        });
    }

    fn thing(&mut self, thing: &Thing) {
        match *thing {
            Thing::Globals => self.number(0u32),
            Thing::Variable(variable) => {
                self.number(1u32);
                self.node(variable);
            }
            Thing::Input(path) => {
                self.number(2u32);
                self.number(path);
            }
            Thing::Made { site, via, of, name } => {
                self.number(3u32);
                [site, via, of].into_iter().for_each(|node| self.node(node));
                self.symbol(name);
            }
            Thing::Typed { site, kind } => {
                self.number(4u32);
                self.node(site);
                self.number(kind);
            }
            Thing::Function(method) => {
                self.number(5u32);
                self.node(method);
            }
            Thing::Cell(variable) => {
                self.number(6u32);
                self.node(variable);
            }
            Thing::Inside { base, bytes } => {
                self.number(7u32);
                self.number(base);
                self.flag(bytes.is_some());
                self.signed(bytes.unwrap_or_default());
            }
        }
    }

    fn sink(&mut self, (node, argument, kind): (Idx, i16, u32)) {
        self.node(node);
        self.signed(argument.into());
        self.number(kind);
    }

    fn need(&mut self, need: &Need) {
        let (kind, number) = match need.demand {
            Demand::Use => (0u32, 0),
            Demand::Follow => (1, 0),
            Demand::Release(family) => (2, family.into()),
            Demand::ReleaseInside(family) => (3, family.into()),
            Demand::Access(at) => (4, at),
            Demand::Fits(units) => (5, units),
        };
        self.number(kind);
        self.signed(number);
        self.flag(need.certain);
        self.node(need.sink);
        self.signed(need.argument.into());
        let Label { origin, clean, trace } = need.label;
        self.number(origin);
        self.number(clean);
        self.number(trace);
    }

    /// What callers see of a summary.
    pub(super) fn outside(&mut self, summary: &Summary) {
        self.number(summary.returned.map_or(0, |value| u64::from(value) + 1));
        self.number(summary.thrown);
        self.flag(summary.ended);
        self.flag(summary.partial);
        self.list(&summary.scalars, Writer::scalar);
        self.list(&summary.values, |w, value: &Held| {
            [value.scalar, value.labels, value.objects].into_iter().for_each(|number| w.number(number));
        });
        self.list(&summary.cleans, |w, &clean| w.number(clean));
        self.list(&summary.labels, |w, mark: &Mark| {
            [mark.origin, mark.trace, mark.clean].into_iter().for_each(|number| w.number(number));
        });
        self.list(&summary.objects, |w, &object| w.number(object));
        self.list(&summary.things, Writer::thing);
        self.list(&summary.origins, |w, origin| match *origin {
            Origin::Source(node, kind) => {
                w.number(0u32);
                w.node(node);
                w.number(kind);
            }
            Origin::Input(path, deep) => {
                w.number(1 + u32::from(deep));
                w.number(path);
            }
        });
        self.list(&summary.routes, |w, route| w.route(route));
        self.count(summary.effects.len());
        for (object, shape, parts) in summary.heap() {
            self.number(object);
            self.number(shape.length.map_or(0, |length| u64::from(length) + 1));
            self.flag(shape.moved);
            self.flag(shape.many);
            self.count(parts.len());
            for (selector, &part) in shape.selectors.iter().zip(parts) {
                self.selector(selector);
                self.number(part);
            }
        }
        self.list(&summary.pending, |w, pending: &Pending| {
            w.sink(pending.key);
            w.number(pending.labels);
        });
        self.list(&summary.needs, Writer::need);
        self.list(&summary.sensitive, |w, &path| w.number(path));
    }

    /// What it took to make a summary.
    pub(super) fn effort(&mut self, summary: &Summary) {
        self.number(summary.cost);
        self.count(summary.height);
    }

    /// What answers are made from.
    pub(super) fn findings(&mut self, summary: &Summary) {
        self.list(&summary.findings.found, |w, found: &Found| {
            w.sink(found.key);
            w.node(found.source);
            w.number(found.kind);
            w.number(found.trace);
        });
        self.list(&summary.findings.constants, |w, (node, text)| {
            w.node(*node);
            w.text(text);
        });
        self.list(&summary.findings.cuts, |w, cut| {
            w.count(CUTS.iter().position(|c| c == cut).unwrap_or_default())
        });
    }

    /// Traces, with the numbers of those that they lead on into.
    pub(super) fn traces(&mut self, traces: &Traces, number: impl Fn(&Arc<Traces>) -> Number) {
        self.list(&traces.callees, |w, callee| w.number(number(callee).code()));
        self.list(&traces.passages, |w, passage| match *passage {
            Passage::Node { node, role } => {
                w.count(ROLES.iter().position(|&r| r == role).unwrap_or_default());
                w.node(node);
            }
            Passage::Call { call, callee, confidence } => {
                w.count(ROLES.len());
                w.node(call);
                w.number(callee);
                w.number(confidence.to_bits());
            }
        });
        self.list(&traces.traces, |w, trace| {
            w.number(trace.before);
            w.number(trace.by.wrapping_add(1));
            w.number(trace.inner);
        });
    }
}

impl Reader<'_> {
    fn scalar(&mut self) -> Option<Scalar> {
        Some(match self.number()? {
            0 => Scalar::Bottom,
            1 => Scalar::Null,
            2 => Scalar::Bool(self.flag()?),
            3 => Scalar::Int(self.signed()?, self.signed()?),
            4 => Scalar::Char(char::from_u32(self.number()?)?),
            5 => Scalar::str(self.text()?),
            6 => Scalar::Some,
            7 => Scalar::Top,
            _ => return None,
        })
    }

    fn selector(&mut self) -> Option<Selector> {
        Some(match self.number()? {
            0 => Selector::Field(self.symbol()?),
            1 => Selector::Index(self.signed()?),
            2 => Selector::Key(self.text()?.into()),
            3 => Selector::Content,
            4 => Selector::Element,
            5 => Selector::Keys,
            6 => Selector::Variable(self.node()?),
            7 => Selector::Outer,
            8 => Selector::Given,
            9 => Selector::Freed,
            10 => Selector::Size,
            11 => Selector::Text,
            12 => Selector::Copied,
            _ => return None,
        })
    }

    fn route(&mut self) -> Option<Arc<Route>> {
        let root = match self.number()? {
            0 => Root::Globals,
            place => Root::Parameter(place - 1),
        };
        let steps = self.list(Reader::selector)?;
        let steps: SmallVec<[&Selector; 8]> = steps.iter().collect();
        Some(Route::shared(root, &steps, &self.context.routes))
    }

    pub(super) fn key(&mut self) -> Option<Key> {
        let method = self.node()?;
        let method = self.context.program.number_of(method)?;
        let depth = self.long()? as usize;
        let facts = self.list(|r| {
            let route = r.route()?;
            let fact = match r.number()? {
                0 => Fact::Constant(r.scalar()?),
                1 => Fact::Type(r.node()?),
                2 => Fact::Function(r.node()?),
                3 => Fact::Same(r.number()?),
                _ => return None,
            };
            Some((route, fact))
        })?;
        Some(Key { method, facts: Facts::from(facts), depth })
    }

    fn thing(&mut self) -> Option<Thing> {
        Some(match self.number()? {
            0 => Thing::Globals,
            1 => Thing::Variable(self.node()?),
            2 => Thing::Input(self.number()?),
            3 => {
                Thing::Made { site: self.node()?, via: self.node()?, of: self.node()?, name: self.symbol()? }
            }
            4 => Thing::Typed { site: self.node()?, kind: self.number()? },
            5 => Thing::Function(self.node()?),
            6 => Thing::Cell(self.node()?),
            7 => {
                let (base, known, bytes) = (self.number()?, self.flag()?, self.signed()?);
                Thing::Inside { base, bytes: known.then_some(bytes) }
            }
            _ => return None,
        })
    }

    fn argument(&mut self) -> Option<i16> {
        i16::try_from(self.signed()?).ok()
    }

    fn sink(&mut self) -> Option<(Idx, i16, u32)> {
        Some((self.node()?, self.argument()?, self.number()?))
    }

    fn need(&mut self) -> Option<Need> {
        let (kind, number) = (self.number()?, self.signed()?);
        let family = u32::try_from(number);
        let demand = match kind {
            0 => Demand::Use,
            1 => Demand::Follow,
            2 => Demand::Release(family.ok()?),
            3 => Demand::ReleaseInside(family.ok()?),
            4 => Demand::Access(number),
            5 => Demand::Fits(number),
            _ => return None,
        };
        let (certain, sink, argument) = (self.flag()?, self.node()?, self.argument()?);
        let label = Label { origin: self.number()?, clean: self.long()?, trace: self.number()? };
        Some(Need { demand, certain, sink, argument, label })
    }

    /// A summary, as far as callers see it, and what it took.
    pub(super) fn outside(&mut self) -> Option<Summary> {
        let mut summary = Summary { returned: self.number()?.checked_sub(1), ..Summary::default() };
        summary.thrown = self.number()?;
        summary.ended = self.flag()?;
        summary.partial = self.flag()?;
        summary.scalars = self.list(Reader::scalar)?.into();
        let value =
            |r: &mut Self| Some(Held { scalar: r.number()?, labels: r.number()?, objects: r.number()? });
        summary.values = self.list(value)?.into();
        summary.cleans = self.list(Reader::long)?.into();
        let mark = |r: &mut Self| Some(Mark { origin: r.number()?, trace: r.number()?, clean: r.number()? });
        summary.labels = self.list(mark)?.into();
        summary.objects = self.list(Reader::number)?.into();
        summary.things = self.list(Reader::thing)?.into();
        let origin = |r: &mut Self| {
            Some(match r.number()? {
                0 => Origin::Source(r.node()?, r.number()?),
                1 => Origin::Input(r.number()?, false),
                2 => Origin::Input(r.number()?, true),
                _ => return None,
            })
        };
        summary.origins = self.list(origin)?.into();
        summary.routes = self.list(Reader::route)?.into();
        let (mut effects, mut parts) = (Vec::new(), Vec::new());
        for _ in 0..self.count()? {
            let object = self.number()?;
            let (length, moved, many) = (self.number()?.checked_sub(1), self.flag()?, self.flag()?);
            let mut held = self.list(|r| Some((r.selector()?, r.number()?)))?;
            // Their order follows from the numbers of the program at hand.
            held.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            parts.extend(held.iter().map(|part| part.1));
            let selectors: SmallVec<[&Selector; 8]> = held.iter().map(|part| &part.0).collect();
            let shape = Shape::shared(&selectors, length, moved, many, &self.context.shapes);
            effects.push(Effect { object, shape });
        }
        (summary.effects, summary.parts) = (effects.into(), parts.into());
        summary.pending = self.list(|r| Some(Pending { key: r.sink()?, labels: r.number()? }))?.into();
        summary.needs = self.list(Reader::need)?.into();
        summary.sensitive = self.list(Reader::number)?.into();
        summary.cost = self.long()?;
        summary.height = self.long()? as usize;
        Some(summary)
    }

    /// What answers are made from.
    pub(super) fn findings(&mut self) -> Option<Findings> {
        let found = |r: &mut Self| {
            Some(Found { key: r.sink()?, source: r.node()?, kind: r.number()?, trace: r.number()? })
        };
        Some(Findings {
            found: self.list(found)?.into(),
            constants: self.list(|r| Some((r.node()?, r.text()?.into())))?.into(),
            cuts: self.list(|r| CUTS.get(r.number()? as usize).copied())?.into(),
        })
    }

    /// Traces, but for those that they lead on into: their numbers.
    pub(super) fn traces(&mut self) -> Option<(Vec<Number>, Traces)> {
        let callees = self.list(Number::read)?;
        let passage = |r: &mut Self| {
            let kind = r.number()? as usize;
            let node = r.node()?;
            Some(match ROLES.get(kind) {
                Some(&role) => Passage::Node { node, role },
                None if kind == ROLES.len() => {
                    Passage::Call { call: node, callee: r.number()?, confidence: f32::from_bits(r.number()?) }
                }
                None => return None,
            })
        };
        let passages = self.list(passage)?.into();
        let trace = |r: &mut Self| {
            Some(Trace { before: r.number()?, by: r.number()?.wrapping_sub(1), inner: r.number()? })
        };
        let traces = self.list(trace)?.into();
        Some((callees, Traces { traces, passages, callees: Vec::new() }))
    }
}
