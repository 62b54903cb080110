//! What a summary does at a call: the caller's values in the place of the callee's symbols.
//!
//! All that the callee was given is looked up before anything is written, as the callee saw the state before the call.

use smallvec::SmallVec;
use std::borrow::Cow;
use std::rc::Rc;

use super::summary::Summary;
use super::trace::{Crossing, START};
use super::{GLOBALS, Run, Thing};
use crate::domain::{Label, Labels, Origin, PathId, Root, Scalar, Selector, Value, ValueId};
use crate::program::Idx;

struct Substitution<'s> {
    summary: &'s Summary,
    node: Idx,
    crossing: Crossing,
    bound: &'s [ValueId],
    /// What is given at paths and what values become, by their numbers in the summary, as far as it has been asked for.
    paths: Box<[Option<ValueId>]>,
    values: Box<[Option<ValueId>]>,
    /// What is reached from what is given at paths.
    deep: Box<[Option<Deep>]>,
}

/// What was reached from a value.
#[derive(Clone)]
struct Deep {
    labels: Rc<[Label]>,
    /// The work of finding it.
    work: u64,
    /// The [`State::changes`](crate::domain::State::changes) then.
    changes: u64,
}

impl Run<'_> {
    /// Applies a summary. None if the method does not come back.
    pub(super) fn apply_summary(
        &mut self,
        node: Idx,
        summary: &Summary,
        bound: &[ValueId],
        confidence: f32,
    ) -> Option<ValueId> {
        let crossing = self.trail.crossing(node, &summary.traces, confidence);
        let mut with = Substitution {
            summary,
            node,
            crossing,
            bound,
            paths: vec![None; summary.routes.len()].into(),
            values: vec![None; summary.values.len()].into(),
            deep: vec![None; summary.routes.len()].into(),
        };
        for (key, labels) in summary.pending() {
            if self.is_spent() {
                break;
            }
            let labels = self.labels_for(&mut with, labels);
            self.reach(key, &labels, node);
        }
        for need in &summary.needs {
            if self.is_spent() {
                break;
            }
            if let Origin::Input(path, _) = summary.origins[need.label.origin as usize] {
                let value = self.path_for(&mut with, path);
                if self.get(value).objects.is_empty() && !summary.routes[path as usize].steps.is_empty() {
                    continue;
                }
                let way = Some((crossing, need.label.trace));
                self.ask(value, need.demand, need.certain, need.sink, need.argument, way);
            }
        }
        let returned = summary.returned.map(|value| self.value_for(&mut with, value));
        let thrown = self.value_for(&mut with, summary.thrown);
        let mut writes: Vec<(ValueId, Cow<'_, Selector>, ValueId, bool)> = Vec::new();
        let mut fresh = Vec::new();
        let mut moved: Vec<ValueId> = Vec::new();
        for (object, shape, held) in summary.heap() {
            if self.is_spent() {
                break;
            }
            let held: SmallVec<[ValueId; 8]> = held.iter().map(|&v| self.value_for(&mut with, v)).collect();
            let parts = shape.selectors.iter().zip(held);
            let target = match summary.things[object as usize] {
                Thing::Made { .. } | Thing::Typed { .. } => {
                    let object = self.thing_for(&mut with, object);
                    fresh.push((object, parts, shape));
                    continue;
                }
                Thing::Variable(variable) => {
                    let globals = self.globals();
                    let selector = || Cow::Owned(Selector::Variable(variable));
                    writes.extend(parts.map(|(_, v)| (globals, selector(), v, !shape.many)));
                    continue;
                }
                Thing::Globals => self.globals(),
                Thing::Input(path) => {
                    let target = self.path_for(&mut with, path);
                    if self.get(target).objects.is_empty() {
                        self.begin_given(&mut with, path)
                    } else {
                        target
                    }
                }
                Thing::Function(_) | Thing::Cell(_) | Thing::Inside { .. } => continue,
            };
            if shape.moved {
                moved.push(target);
            }
            writes.extend(parts.map(|(s, v)| (target, Cow::Borrowed(s), v, !shape.many)));
        }
        for (object, parts, shape) in fresh {
            let again = self.state.object(object).is_some();
            let value = self.values.intern(Value::object(object));
            let content = self.state.object_mut(object);
            content.many |= again || shape.many;
            content.length = if again { None } else { shape.length };
            for (selector, part) in parts {
                self.set_part(value, selector, part, !again);
            }
        }
        for target in moved {
            self.move_elements(target);
        }
        for (target, selector, value, strong) in writes {
            if self.is_spent() {
                break;
            }
            if *selector == Selector::Element {
                self.set_length(target, None);
            }
            self.set_part(target, &selector, value, strong);
        }
        // Of what was not looked at to the end, not all that it does to memory is known.
        self.partial |= summary.partial;
        if self.manages_memory() && summary.partial {
            for &value in bound {
                self.escape(value);
            }
        }
        self.state.thrown = self.values.join(self.state.thrown, thrown);
        if returned.is_none() {
            self.stopped = true;
            self.ended |= summary.ended;
        }
        returned
    }

    fn path_for(&mut self, with: &mut Substitution<'_>, path: PathId) -> ValueId {
        if let Some(known) = with.paths[path as usize] {
            return known;
        }
        let route = &with.summary.routes[path as usize];
        self.work += 1;
        let mut value = match route.root {
            Root::Parameter(place) => with.bound.get(place as usize).copied().unwrap_or(crate::domain::TOP),
            Root::Globals => self.globals(),
        };
        for step in &route.steps {
            value = self.part(value, step);
        }
        with.paths[path as usize] = Some(value);
        value
    }

    /// An element of an array of structs begins to be where a callee writes one of its fields.
    fn begin_given(&mut self, with: &mut Substitution<'_>, path: PathId) -> ValueId {
        let target = self.path_for(with, path);
        let route = &with.summary.routes[path as usize];
        let (Some((last, before)), Root::Parameter(place)) = (route.steps.split_last(), route.root) else {
            return target;
        };
        if !self.manages_memory() || !matches!(last, Selector::Index(_) | Selector::Element) {
            return target;
        }
        let mut array = with.bound.get(place as usize).copied().unwrap_or(crate::domain::TOP);
        for step in before {
            array = self.part(array, step);
        }
        let Some(object) = self.one_object(array) else { return target };
        if !matches!(self.things[object as usize], Thing::Made { .. })
            || self.part(array, last) != crate::domain::BOTTOM
        {
            return target;
        }
        let made = self.make(with.node, crate::program::NONE, stoa_model::Symbol::NONE);
        self.set_part(array, last, made, true);
        with.paths[path as usize] = Some(made);
        with.deep[path as usize] = None;
        made
    }

    fn thing_for(&mut self, with: &mut Substitution<'_>, object: u32) -> u32 {
        match with.summary.things[object as usize] {
            Thing::Made { site, of, name, .. } => self.thing(Thing::Made { site, via: with.node, of, name }),
            Thing::Inside { base, bytes } => {
                let base = self.thing_for(with, base);
                self.thing(Thing::Inside { base, bytes })
            }
            other => self.thing(other),
        }
    }

    /// [`Run::deep`] of what is given at a path: much of a summary asks for it.
    fn deep_for(&mut self, with: &mut Substitution<'_>, path: PathId, value: ValueId) -> Rc<[Label]> {
        if let Some(known) = &with.deep[path as usize]
            && known.changes == self.state.changes()
        {
            self.work += known.work;
            return known.labels.clone();
        }
        let (changes, before) = (self.state.changes(), self.work);
        let labels: Rc<[Label]> = self.deep(value).into();
        let work = self.work - before;
        with.deep[path as usize] = Some(Deep { labels: labels.clone(), work, changes });
        labels
    }

    fn labels_for(&mut self, with: &mut Substitution<'_>, labels: impl Iterator<Item = Label>) -> Labels {
        let mut all = Value::default();
        for label in labels {
            self.work += 1;
            match with.summary.origins[label.origin as usize] {
                source @ Origin::Source(..) => {
                    let origin = self.origin(source);
                    all.add_label(origin, label.clean, || {
                        self.trail.cross(START, with.crossing, label.trace)
                    });
                }
                Origin::Input(path, deep) => {
                    let base = self.path_for(with, path);
                    self.work += 1;
                    let reached = deep.then(|| self.deep_for(with, path, base));
                    let given = reached.as_deref().unwrap_or(&self.values.get(base).labels);
                    self.work += given.len() as u64;
                    for own in given {
                        all.add_label(own.origin, own.clean | label.clean, || {
                            self.trail.cross(own.trace, with.crossing, label.trace)
                        });
                    }
                }
            }
        }
        self.limit(&mut all);
        all.labels
    }

    fn value_for(&mut self, with: &mut Substitution<'_>, value: ValueId) -> ValueId {
        if let Some(known) = with.values[value as usize] {
            return known;
        }
        self.work += 1;
        let summary = with.summary;
        let (scalar, mut labels, objects) =
            (summary.scalar(value), summary.labels(value), summary.objects(value));
        let mut result =
            Value { labels: self.labels_for(with, labels.clone()), ..Value::scalar(scalar.clone()) };
        // A symbol that comes out as it went in is what the caller gave.
        if let ([object], 1, Some(label), Scalar::Top) = (objects, labels.len(), labels.next(), scalar)
            && let Thing::Input(path) = summary.things[*object as usize]
            && label.clean == 0
            && summary.origins[label.origin as usize] == Origin::Input(path, false)
        {
            let given = self.path_for(with, path);
            let given = self.get(given);
            result.scalar = given.scalar.clone();
            result.objects = given.objects.clone();
        }
        for &object in objects {
            match summary.things[object as usize] {
                Thing::Input(path) => {
                    let given = self.path_for(with, path);
                    for object in self.get(given).objects.clone() {
                        if let Err(place) = result.objects.binary_search(&object) {
                            result.objects.insert(place, object);
                        }
                    }
                }
                Thing::Globals => {
                    if let Err(place) = result.objects.binary_search(&GLOBALS) {
                        result.objects.insert(place, GLOBALS);
                    }
                }
                _ => {
                    let object = self.thing_for(with, object);
                    if let Err(place) = result.objects.binary_search(&object) {
                        result.objects.insert(place, object);
                    }
                }
            }
        }
        let result = self.values.intern(result);
        with.values[value as usize] = Some(result);
        result
    }
}
