//! Arrays of JavaScript: what their methods make of the elements, and the functions that are run on them.

use stoa_model::Symbol;

use super::calls::Given;
use super::script::ELEMENTS;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, TOP, Value, ValueId};
use crate::program::{Idx, NONE};

impl Run<'_> {
    /// The value of a call of an array's method, if it is one.
    pub(super) fn array_call(&mut self, node: Idx, name: &str, given: &Given) -> Option<ValueId> {
        if name == "<init>" && self.program.str(self.program.node(node).type_name) == "Array" {
            return Some(self.new_array(node, given));
        }
        let array = given.receiver?;
        if !self.is_script_array(array) {
            return None;
        }
        let first = self.argument_value(given, 0);
        let elements = self.elements(array);
        Some(match name {
            "push" | "unshift" if given.arguments.len() > 1 => {
                for (place, (value, ..)) in given.arguments.iter().enumerate() {
                    let value = self.with_step(*value, node);
                    let length = self.length(array);
                    let at = if name == "push" { length.map(i64::from) } else { Some(place as i64) };
                    self.add_at(array, length, at, value);
                }
                self.some()
            }
            "forEach" | "map" | "filter" | "find" | "findLast" | "findIndex" | "findLastIndex" | "some"
            | "every" | "flatMap" => {
                let functions = self.function_objects(first);
                if functions.is_empty() {
                    return None;
                }
                self.each(node, name, array, elements, &functions)
            }
            "reduce" | "reduceRight" => {
                let functions = self.function_objects(first);
                if functions.is_empty() {
                    return None;
                }
                let begin = given.arguments.get(1).map(|a| a.0);
                self.reduced(node, array, elements, &functions, begin, name == "reduce")
            }
            "reverse" | "toReversed" => match elements {
                Some(mut elements) => {
                    elements.reverse();
                    if name == "toReversed" {
                        return Some(self.list_of(node, &elements));
                    }
                    for (place, value) in elements.into_iter().enumerate() {
                        self.set_part(array, &Selector::Index(place as i64), value, true);
                    }
                    array
                }
                None => array,
            },
            "fill" => {
                let value = self.with_step(first, node);
                match self.length(array).filter(|n| given.arguments.len() == 1 && *n <= ELEMENTS) {
                    Some(length) => {
                        for place in 0..i64::from(length) {
                            self.set_part(array, &Selector::Index(place), value, true);
                        }
                    }
                    None => self.set_part(array, &Selector::Element, value, false),
                }
                array
            }
            "concat" => self.concatenated(node, array, elements, given),
            "slice" => {
                let bound =
                    |run: &Self, at: usize| given.arguments.get(at).map(|a| run.get(a.0).scalar.exact());
                let (from, to) = (bound(self, 0), bound(self, 1));
                self.sliced(node, array, from.unwrap_or(Some(0)), to)
            }
            "splice" | "toSpliced" => {
                self.move_elements(array);
                for (value, ..) in given.arguments.iter().skip(2) {
                    let value = self.with_step(*value, node);
                    self.set_part(array, &Selector::Element, value, false);
                }
                let any = self.part(array, &Selector::Element);
                self.any_list(node, any)
            }
            "flat" | "toSorted" | "values" => {
                let any = self.part(array, &Selector::Element);
                let inner = if name == "flat" { self.inside(any) } else { any };
                self.any_list(node, inner)
            }
            "sort" | "copyWithin" => {
                self.move_elements(array);
                array
            }
            "entries" => {
                let any = self.part(array, &Selector::Element);
                let number = self.some();
                let pair = self.pair_of(node, number, any);
                self.any_list(node, pair)
            }
            "join" | "toString" | "toLocaleString" => {
                let labels = self.deep(array);
                let separator = self.deep(first);
                let labels = self.passed(&[labels, separator].concat(), node);
                self.labelled(&labels, Scalar::Some)
            }
            _ => return None,
        })
    }

    fn new_array(&mut self, node: Idx, given: &Given) -> ValueId {
        let values: Vec<ValueId> = given.arguments.iter().map(|a| a.0).collect();
        let [one] = values[..] else { return self.list_of(node, &values) };
        match self.get(one).scalar.exact().and_then(|n| u32::try_from(n).ok()) {
            Some(length) if length <= ELEMENTS => {
                let made = self.list_of(node, &[]);
                if self.length(made).is_some() {
                    self.set_length(made, Some(length));
                }
                made
            }
            _ => {
                let labels = self.get(one).labels.to_vec();
                let any = self.labelled(&labels, Scalar::Top);
                self.any_list(node, any)
            }
        }
    }

    fn is_script_array(&self, value: ValueId) -> bool {
        let known = self.get(value);
        !known.objects.is_empty()
            && known.objects.iter().all(|&o| match self.things[o as usize] {
                Thing::Made { of: NONE, name, .. } => self.program.str(name) == "Array",
                _ => false,
            })
    }

    /// The elements of a list, if they are known one by one.
    fn elements(&mut self, list: ValueId) -> Option<Vec<ValueId>> {
        let length = self.length(list).filter(|n| *n <= ELEMENTS)?;
        Some((0..i64::from(length)).map(|place| self.part(list, &Selector::Index(place))).collect())
    }

    /// A list of which no more is known than what its elements may be.
    fn any_list(&mut self, node: Idx, any: ValueId) -> ValueId {
        let made = self.make_named(node, "Array");
        self.set_part(made, &Selector::Element, any, false);
        made
    }

    /// What lists among values hold, and the values that are none.
    fn inside(&mut self, value: ValueId) -> ValueId {
        let held = self.part(value, &Selector::Element);
        if self.get(value).objects.is_empty() { value } else { self.values.join(value, held) }
    }

    /// A part of a list or text: positions are kept if both ends are known.
    pub(super) fn sliced(
        &mut self,
        node: Idx,
        list: ValueId,
        from: Option<i64>,
        to: Option<Option<i64>>,
    ) -> ValueId {
        if self.get(list).objects.is_empty() {
            return self.derived(&[list], node, Scalar::Top);
        }
        let name = self.one_object(list).map(|o| match self.things[o as usize] {
            Thing::Made { name, .. } => name,
            _ => Symbol::NONE,
        });
        let length = self.length(list).map(i64::from);
        let end = |at: i64| length.map(|n| if at < 0 { (n + at).max(0) } else { at.min(n) });
        let bounds = match (from.and_then(end), to) {
            (Some(from), None) => length.map(|n| (from, n)),
            (Some(from), Some(Some(to))) => end(to).map(|to| (from, to)),
            _ => None,
        };
        let made = self.make(node, NONE, name.unwrap_or(Symbol::NONE));
        match bounds.filter(|(from, to)| to - from <= i64::from(ELEMENTS)) {
            Some((from, to)) => {
                let again =
                    self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| o.many));
                for place in from..to.max(from) {
                    let value = self.part(list, &Selector::Index(place));
                    let value = self.with_step(value, node);
                    self.set_part(made, &Selector::Index(place - from), value, true);
                }
                if !again {
                    self.set_length(made, Some((to - from).max(0) as u32));
                }
            }
            None => {
                let any = self.part(list, &Selector::Element);
                let any = self.with_step(any, node);
                self.set_part(made, &Selector::Element, any, false);
                let whole = self.part(list, &Selector::Content);
                if !self.get(whole).labels.is_empty() {
                    self.set_part(made, &Selector::Content, whole, false);
                }
            }
        }
        made
    }

    fn concatenated(
        &mut self,
        node: Idx,
        array: ValueId,
        elements: Option<Vec<ValueId>>,
        given: &Given,
    ) -> ValueId {
        let mut all = elements;
        let mut any = self.part(array, &Selector::Element);
        for (value, ..) in &given.arguments {
            let whole = self.inside(*value);
            any = self.values.join(any, whole);
            let own = if self.is_script_array(*value) { self.elements(*value) } else { Some(vec![*value]) };
            all = match (all, own) {
                (Some(mut all), Some(own))
                    if self.get(*value).objects.is_empty() || self.is_script_array(*value) =>
                {
                    all.extend(own);
                    Some(all)
                }
                _ => None,
            };
        }
        match all {
            Some(all) => self.list_of(node, &all),
            None => self.any_list(node, any),
        }
    }

    /// Runs functions on one element.
    fn on_element(
        &mut self,
        node: Idx,
        functions: &[Idx],
        element: ValueId,
        at: ValueId,
        array: ValueId,
    ) -> ValueId {
        let mut result = BOTTOM;
        for &function in functions {
            let Some(number) = self.program.number_of(function) else { continue };
            let mut bound = Vec::new();
            for parameter in &self.program.numbered(number).parameters {
                let value = match parameter.index {
                    1 if element != BOTTOM => element,
                    2 => at,
                    3 => array,
                    _ => TOP,
                };
                bound.push(value);
            }
            let before = self.state.clone();
            let value = self.apply(node, number, &bound, 0.9);
            if std::mem::take(&mut self.stopped) {
                self.state = before;
            }
            result = self.values.join(result, value.unwrap_or(BOTTOM));
        }
        result
    }

    /// The methods that run a function on each element.
    fn each(
        &mut self,
        node: Idx,
        name: &str,
        array: ValueId,
        elements: Option<Vec<ValueId>>,
        functions: &[Idx],
    ) -> ValueId {
        let Some(elements) = elements.filter(|_| functions.len() == 1) else {
            let any = self.part(array, &Selector::Element);
            let at = self.some();
            let result = self.perhaps(|run| run.on_element(node, functions, any, at, array));
            return match name {
                "map" => self.any_list(node, result),
                "flatMap" => {
                    let inner = self.inside(result);
                    self.any_list(node, inner)
                }
                "filter" if self.decide(result) == Some(false) => self.list_of(node, &[]),
                "filter" => self.any_list(node, any),
                "find" | "findLast" => self.with_step(any, node),
                _ => self.some(),
            };
        };
        let mut made = Vec::new();
        let mut certain = true;
        for (place, element) in elements.into_iter().enumerate() {
            let at = self.values.intern(Value::scalar(Scalar::int(place as i64)));
            let result = self.on_element(node, functions, element, at, array);
            match name {
                "map" => made.push(result),
                "flatMap" => {
                    certain = false;
                    made.push(self.inside(result));
                }
                "filter" | "find" | "findLast" => match self.decide(result) {
                    Some(false) => {}
                    Some(true) => {
                        made.push(element);
                        if name == "find" && certain {
                            break;
                        }
                    }
                    None => {
                        certain = false;
                        made.push(element);
                    }
                },
                _ => {}
            }
        }
        match name {
            "map" | "filter" if certain => self.list_of(node, &made),
            "map" | "filter" | "flatMap" | "find" | "findLast" => {
                let any = made.into_iter().fold(BOTTOM, |joined, value| self.values.join(joined, value));
                let any = self.with_step(any, node);
                match name {
                    "find" | "findLast" if any == BOTTOM => self.top(),
                    "find" | "findLast" => any,
                    _ => self.any_list(node, any),
                }
            }
            _ => self.some(),
        }
    }

    fn reduced(
        &mut self,
        node: Idx,
        array: ValueId,
        elements: Option<Vec<ValueId>>,
        functions: &[Idx],
        begin: Option<ValueId>,
        forward: bool,
    ) -> ValueId {
        let known = elements.is_some();
        let mut elements = match elements {
            Some(elements) => elements,
            // What comes out of one turn goes into the next.
            None => vec![self.part(array, &Selector::Element); 3],
        };
        if !forward {
            elements.reverse();
        }
        let mut rest = elements.into_iter();
        let mut held = begin.or_else(|| rest.next()).unwrap_or(TOP);
        for element in rest {
            let mut next = BOTTOM;
            for &function in functions {
                let result = self.run_function(node, function, &[held, element]);
                next = self.values.join(next, result);
            }
            held = if known { next } else { self.values.join(held, next) };
            if held == BOTTOM {
                held = TOP;
            }
        }
        held
    }
}
