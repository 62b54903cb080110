//! Texts that end with a NUL: how long they are, and whether there is room for them where they are put.

use stoa_model::Operator;

use super::memory::Demand;
use super::{Run, Thing};
use crate::domain::{Scalar, Selector, Value, ValueId};
use crate::models::{Base, Model, Role};
use crate::program::Idx;

impl Run<'_> {
    /// The length of the text that a value holds, in units.
    pub(super) fn text_length(&mut self, value: ValueId) -> Option<(i64, i64)> {
        let known = self.get(value);
        if known.objects.is_empty() {
            let length = known.scalar.text().map(|t| t.chars().count() as i64)?;
            return Some((length, length));
        }
        let whole = known.objects.iter().all(|&o| !matches!(self.things[o as usize], Thing::Inside { .. }));
        if !whole {
            return None;
        }
        let text = self.part(value, &Selector::Text);
        self.get(text).scalar.range()
    }

    pub(super) fn set_text(&mut self, value: ValueId, length: Option<(i64, i64)>) {
        let length = match length {
            Some((a, b)) if a <= b => Scalar::Int(a, b),
            _ => Scalar::Some,
        };
        let length = self.values.intern(Value::scalar(length));
        let inside = |&o: &u32| matches!(self.things[o as usize], Thing::Inside { .. });
        let strong = !self.get(value).objects.iter().any(inside);
        self.set_part(value, &Selector::Text, length, strong);
    }

    /// What `strlen` gives.
    pub(super) fn measured(&mut self, call: Idx, row: &Model) -> Option<ValueId> {
        let node = self.input(call, row, 0)?;
        let value = self.value(node);
        match self.text_length(value) {
            Some((a, b)) => Some(self.values.intern(Value::scalar(Scalar::Int(a, b)))),
            None => {
                // What is given may be known to the caller.
                let known = self.get(value);
                let given = |&o: &u32| matches!(self.things[o as usize], Thing::Input(_));
                if known.objects.len() != 1 || !known.objects.iter().all(given) {
                    return None;
                }
                let text = self.part(value, &Selector::Text);
                let mut length = self.get(text).clone();
                length.objects.clear();
                length.scalar = Scalar::Some;
                Some(self.values.intern(length))
            }
        }
    }

    /// A NUL that is written ends the text.
    pub(super) fn note_end(&mut self, target: Idx, value: ValueId) {
        if !self.manages_memory() || self.program.node(target).operator != Some(Operator::IndexAccess) {
            return;
        }
        let (Some(base), Some(index)) = (self.program.argument(target, 1), self.program.argument(target, 2))
        else {
            return;
        };
        let (base, index) = (self.value(base), self.value(index));
        if self.get(base).objects.is_empty() {
            return;
        }
        let zero = self.get(value).scalar.exact() == Some(0);
        let at = self.get(index).scalar.exact();
        let known = self.text_length(base);
        match (zero, at, known) {
            (true, Some(at), Some((least, _))) if least >= at => self.set_text(base, Some((at, at))),
            (true, Some(at), Some((least, most))) => self.set_text(base, Some((least.min(at), most.min(at)))),
            (true, Some(at), None) => self.set_text(base, Some((0, at))),
            (false, Some(at), Some((least, _))) if at < least => {}
            (_, _, Some((least, most))) if least == most && at.is_some_and(|at| at > most) => {}
            _ => self.set_text(base, None),
        }
    }

    /// A text that an array begins with.
    pub(super) fn holds_text(&mut self, array: ValueId, text: ValueId) {
        if self.manages_memory() {
            let length = self.text_length(text);
            self.set_text(array, length);
            if let Some(copied) = self.copied_text(text) {
                self.set_part(array, &Selector::Copied, copied, true);
            }
        }
    }

    /// What a copy puts into memory, if that is a constant text, or is for the callers to say: where to, and the text.
    pub(super) fn copied_texts(&mut self, call: Idx, rows: &[&Model]) -> Option<(ValueId, ValueId)> {
        let row = rows.iter().find(|r| r.role == Role::Copies)?;
        let (to, from) = (self.input(call, row, 0)?, self.input(call, row, 1)?);
        let (to, from) = (self.value(to), self.value(from));
        self.base_whole(to)?;
        let text = self.copied_text(from)?;
        if row.output.base == Base::Return {
            return Some((to, text));
        }
        // Behind what is there.
        let before = self.copied_text(to)?;
        match (self.get(before).scalar.text(), self.get(text).scalar.text()) {
            (Some(""), _) => Some((to, text)),
            (Some(a), Some(b)) => {
                let both = Scalar::text_of(format!("{a}{b}"));
                Some((to, self.values.intern(Value::scalar(both))))
            }
            _ => None,
        }
    }

    /// The one object that a value is from its start.
    fn base_whole(&self, value: ValueId) -> Option<u32> {
        self.one_object(value).filter(|&o| !matches!(self.things[o as usize], Thing::Inside { .. }))
    }

    /// The constant text that a value is, or that was copied into what it leads to; of what is given, what the caller knows.
    pub(super) fn copied_text(&mut self, value: ValueId) -> Option<ValueId> {
        if self.get(value).objects.is_empty() {
            let text = self.get(value).scalar.text()?;
            let text = Scalar::text_of(text.to_owned());
            return Some(self.values.intern(Value::scalar(text)));
        }
        let object = self.base_whole(value)?;
        let is_given = matches!(self.things[object as usize], Thing::Input(_));
        let text = self.part(value, &Selector::Copied);
        let known = self.get(text);
        (is_given && known.scalar == Scalar::Top || known.scalar.text().is_some()).then_some(text)
    }

    /// Notes which texts an argument may be, where a row asks for them.
    pub(super) fn note_constant(&mut self, node: Idx, value: ValueId) {
        if let Some(text) = self.get(value).constant().and_then(Scalar::text) {
            self.constants.insert((node, std::sync::Arc::from(text)));
            return;
        }
        self.depends_on(value);
        if !self.manages_memory() {
            return;
        }
        for object in self.get(value).objects.clone() {
            let whole = self.values.intern(Value::object(object));
            let text = self.part(whole, &Selector::Copied);
            match self.get(text).scalar.text() {
                Some(text) => {
                    self.constants.insert((node, std::sync::Arc::from(text)));
                }
                None => self.depends_on(text),
            }
        }
    }

    /// What was written to is not the text any more that was copied there.
    pub(super) fn note_written(&mut self, object: u32, selector: &Selector) {
        if !matches!(selector, Selector::Content | Selector::Element | Selector::Index(_))
            || !self.manages_memory()
        {
            return;
        }
        let given = matches!(self.things[object as usize], Thing::Input(_));
        if given || self.heap_object(object).is_some_and(|o| o.part(&Selector::Copied).is_some()) {
            let some = self.some();
            self.state.object_mut(object).set(Selector::Copied, some);
        }
    }

    pub(super) fn fill_row(&mut self, call: Idx, row: &Model) {
        let (Some(to), Some(with), Some(count)) =
            (self.input(call, row, 0), self.input(call, row, 1), self.input(call, row, 2))
        else {
            return;
        };
        let (to, with, count) = (self.value(to), self.value(with), self.value(count));
        let length = match (self.get(with).scalar.exact(), self.get(count).scalar.exact()) {
            (Some(0), _) => Some((0, 0)),
            (Some(_), Some(count)) if count > 0 => Some((count, i64::MAX)),
            _ => None,
        };
        self.set_text(to, length);
        // It holds something from now on, of which no more is known.
        let some = self.some();
        self.set_part(to, &Selector::Element, some, false);
    }

    pub(super) fn copy_row(&mut self, call: Idx, row: &Model) {
        let (Some(to_node), Some(from_node)) = (self.input(call, row, 0), self.input(call, row, 1)) else {
            return;
        };
        let unit: i64 = self.context.models.kind_name(row.kind).parse().unwrap_or(1);
        let (to, from) = (self.value(to_node), self.value(from_node));
        let appends = row.output.base != Base::Return;
        let (into, out) = (self.program.node(to_node).argument, self.program.node(from_node).argument);
        self.demand(to, Demand::Follow, call, into);
        self.demand(from, Demand::Follow, call, out);
        let most = self.input(call, row, 2).map(|n| self.value(n)).map(|v| self.get(v).scalar.range());
        let before = if appends { self.text_length(to) } else { Some((0, 0)) };
        let mut length = self.text_length(from);
        if let (Some((least, longest)), Some(limit)) = (length, most) {
            let (low, high) = limit.unwrap_or((0, i64::MAX));
            length = Some((least.min(low.max(0)), longest.min(high.max(0))));
        }
        let argument = self.program.node(to_node).argument;
        let first = before.map_or(0, |b| b.0);
        if let Some((least, _)) = length {
            let units = first.checked_add(least).and_then(|n| n.checked_add(1));
            if let Some(bytes) = units.and_then(|n| n.checked_mul(unit)) {
                self.demand_room(call, to_node, to, bytes, argument);
            }
        }
        // What is put there may be longer than there is room for.
        let room = match self.one_object(to).and_then(|o| self.base(o)) {
            Some((base, Some(offset))) => self.room(base).map(|r| (r - offset) / unit),
            _ => None,
        };
        if let Some(room) = room
            && most.is_none_or(|m| m.is_some_and(|(low, _)| low >= room - first))
        {
            let argument = self.program.node(from_node).argument;
            self.demand(from, Demand::Fits(room - first), call, argument);
        }
        let sum = |a: i64, b: i64| a.saturating_add(b);
        let after = before.zip(length).map(|(b, l)| (sum(b.0, l.0), sum(b.1, l.1)));
        self.set_text(to, after);
        let some = self.some();
        self.set_part(to, &Selector::Element, some, false);
    }
}
