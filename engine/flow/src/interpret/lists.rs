//! Methods of lists: elements by position while the length is known.

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, TOP, Value, ValueId};
use crate::program::{Idx, Language};

impl Run<'_> {
    pub(super) fn list(&mut self, node: Idx, name: &str, list: ValueId, given: &Given) -> Option<ValueId> {
        let first = self.argument_value(given, 0);
        let second = self.argument_value(given, 1);
        let count = given.arguments.len();
        let length = self.length(list);
        let at = |run: &Self, value: ValueId| {
            run.get(value).scalar.exact().filter(|_| run.get(value).objects.is_empty())
        };
        Some(match name {
            "add" | "append" | "push" | "addLast" | "offer" | "addElement" | "offerLast" | "Add"
            | "push_back" | "enqueue" | "Push" | "Enqueue"
                if count == 1 =>
            {
                let value = self.with_step(first, node);
                self.add_at(list, length, length.map(i64::from), value);
                if self.method.language == Language::Python {
                    self.values.intern(Value::scalar(Scalar::Null))
                } else {
                    self.some()
                }
            }
            // What is put at an iterator is put anywhere.
            "insert" | "assign" | "emplace" if self.method.language == Language::Cpp => {
                self.set_length(list, None);
                for (value, ..) in given.arguments.clone() {
                    let value = self.with_step(value, node);
                    self.set_part(list, &Selector::Element, value, false);
                }
                self.some()
            }
            "add" | "insert" | "insertElementAt" | "Insert" if count == 2 => {
                let (place, value) =
                    if name == "insertElementAt" { (second, first) } else { (first, second) };
                let value = self.with_step(value, node);
                let place = at(self, place);
                self.add_at(list, length, place, value);
                self.some()
            }
            "addFirst" | "offerFirst" | "unshift" | "appendleft" | "push_front" if count == 1 => {
                let value = self.with_step(first, node);
                self.add_at(list, length, Some(0), value);
                self.some()
            }
            "addAll" | "extend" | "AddRange" => {
                let any = self.part(first, &Selector::Element);
                let any = self.with_step(any, node);
                self.set_length(list, None);
                self.set_part(list, &Selector::Element, any, false);
                self.some()
            }
            "get" | "elementAt" | "at" | "ElementAt" if count == 1 => {
                self.depends_on(first);
                let selector = at(self, first).map_or(Selector::Element, Selector::Index);
                self.element_value(node, list, &selector)
            }
            "set" | "setElementAt" if count == 2 => {
                let (place, value) = if name == "set" { (first, second) } else { (second, first) };
                let value = self.with_step(value, node);
                let selector = at(self, place).map_or(Selector::Element, Selector::Index);
                self.set_part(list, &selector, value, true);
                self.some()
            }
            "getFirst" | "firstElement" | "peekFirst" | "element" | "front" | "First" => {
                self.element_value(node, list, &Selector::Index(0))
            }
            "peek" if !self.is_stack(list) => self.element_value(node, list, &Selector::Index(0)),
            "getLast" | "lastElement" | "peekLast" | "peek" | "back" | "Last" | "Peek" => {
                let selector =
                    length.filter(|n| *n > 0).map_or(Selector::Element, |n| Selector::Index(n as i64 - 1));
                self.element_value(node, list, &selector)
            }
            "remove" | "removeFirst" | "poll" | "pollFirst" | "shift" | "popleft" | "Dequeue"
            | "removeElementAt" | "RemoveAt" | "del"
                if count == 0
                    || (count == 1
                        && at(self, first).is_some()
                        && self.method.language != Language::Python) =>
            {
                let place = if count == 0 { Some(0) } else { at(self, first) };
                self.take_at(node, list, length, place)
            }
            "pop" | "removeLast" | "pollLast" | "Pop" => {
                let place = match count {
                    1 => at(self, first),
                    _ => length.map(|n| n as i64 - 1),
                };
                self.take_at(node, list, length, place)
            }
            "remove" | "Remove" | "discard" | "delete" | "removeFirstOccurrence"
                if count == 1 && self.place_of(list, length, first).is_some() =>
            {
                let place = self.place_of(list, length, first);
                self.take_at(node, list, length, place);
                self.some()
            }
            "remove" | "removeAll" | "retainAll" | "Remove" | "discard" | "delete" => {
                self.move_elements(list);
                self.some()
            }
            "clear" | "Clear" | "removeAllElements" => {
                for object in self.get(list).objects.clone() {
                    let content = self.state.object_mut(object);
                    if !content.many {
                        content.parts.retain(|(s, _)| {
                            !matches!(s, Selector::Index(_) | Selector::Element | Selector::Content)
                        });
                        content.moved = true;
                        content.length = Some(0);
                        content.moved = false;
                    }
                }
                self.some()
            }
            "size" | "length" | "Count" | "len" => {
                let scalar = length.map_or(Scalar::Some, |n| Scalar::int(n.into()));
                self.values.intern(Value::scalar(scalar))
            }
            "isEmpty" | "empty" => {
                let scalar = length.map_or(Scalar::Some, |n| Scalar::Bool(n == 0));
                self.values.intern(Value::scalar(scalar))
            }
            "iterator" | "listIterator" | "elements" | "stream" | "values" | "toArray" | "subList"
            | "asIterator"
                if count == 0 || name == "toArray" =>
            {
                if matches!(name, "iterator" | "listIterator" | "elements") {
                    self.iterate(node, list)
                } else {
                    list
                }
            }
            "contains" | "indexOf" | "includes" | "containsAll" | "equals" | "hashCode" | "index"
            | "count" => self.some(),
            _ => return None,
        })
    }

    /// Where a list holds the very thing: the same constant, or the same one thing that the method is given.
    fn place_of(&mut self, list: ValueId, length: Option<u32>, wanted: ValueId) -> Option<i64> {
        let wanted = self.get(wanted).clone();
        let is_input =
            matches!(wanted.objects[..], [one] if matches!(self.things[one as usize], Thing::Input(_)));
        if !wanted.scalar.is_constant() && !is_input {
            return None;
        }
        (0..i64::from(length.filter(|n| *n <= 24)?)).find(|&place| {
            let held = self.part(list, &Selector::Index(place));
            let held = self.get(held);
            held.scalar == wanted.scalar && held.objects == wanted.objects
        })
    }

    fn is_stack(&self, list: ValueId) -> bool {
        self.get(list).objects.iter().any(|&o| match self.things[o as usize] {
            Thing::Made { name, .. } => self.program.str(name).ends_with("Stack"),
            _ => false,
        })
    }

    pub(super) fn element_value(&mut self, node: Idx, list: ValueId, selector: &Selector) -> ValueId {
        let value = self.part(list, selector);
        if value == BOTTOM { self.top() } else { self.with_step(value, node) }
    }

    pub(super) fn add_at(&mut self, list: ValueId, length: Option<u32>, place: Option<i64>, value: ValueId) {
        let value = if value == BOTTOM { TOP } else { value };
        match (length, place) {
            (Some(length), Some(place)) if place >= 0 && place <= length as i64 && length < 64 => {
                for position in (place..length as i64).rev() {
                    let moved = self.part(list, &Selector::Index(position));
                    self.set_part(list, &Selector::Index(position + 1), moved, true);
                }
                self.set_part(list, &Selector::Index(place), value, true);
                self.set_length(list, Some(length + 1));
            }
            (Some(_), _) => {
                self.move_elements(list);
                self.set_part(list, &Selector::Element, value, false);
            }
            _ => {
                self.set_part(list, &Selector::Element, value, false);
            }
        }
    }

    pub(super) fn take_at(
        &mut self,
        node: Idx,
        list: ValueId,
        length: Option<u32>,
        place: Option<i64>,
    ) -> ValueId {
        match (length, place) {
            (Some(length), Some(place)) if place >= 0 && place < length as i64 => {
                let taken = self.part(list, &Selector::Index(place));
                for position in place..length as i64 - 1 {
                    let moved = self.part(list, &Selector::Index(position + 1));
                    self.set_part(list, &Selector::Index(position), moved, true);
                }
                self.set_part(list, &Selector::Index(length as i64 - 1), BOTTOM, true);
                self.set_length(list, Some(length - 1));
                self.with_step(taken, node)
            }
            _ => {
                self.move_elements(list);
                self.element_value(node, list, &Selector::Element)
            }
        }
    }
}
