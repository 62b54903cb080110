//! Lists, maps and iterators, as far as positions and keys are kept apart.
//!
//! A list keeps its elements by position while its length is known; a change at a place that is not known puts all of them together.
//! A map keeps values by constant keys. Which methods these are is told by the simple name of the type: languages and libraries
//! call them alike.

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Origin, Scalar, Selector, TOP, Value, ValueId};
use crate::program::{Idx, NONE};
use stoa_model::Symbol;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Family {
    List,
    Map,
    Iterator,
    Builder,
    /// Options by section and name.
    Sections,
}

/// The family of a type by its simple name.
fn family(name: &str) -> Option<Family> {
    let name = name.split(['<', '[']).next().unwrap_or(name);
    let simple = name.trim_end_matches(['*', '&', '?', ' ']).rsplit(['.', ':', '/']).next().unwrap_or(name);
    Some(match simple {
        "List"
        | "ArrayList"
        | "LinkedList"
        | "Vector"
        | "Stack"
        | "Collection"
        | "Set"
        | "HashSet"
        | "LinkedHashSet"
        | "TreeSet"
        | "Deque"
        | "ArrayDeque"
        | "Queue"
        | "PriorityQueue"
        | "Iterable"
        | "SortedSet"
        | "CopyOnWriteArrayList"
        | "list"
        | "set"
        | "tuple"
        | "deque"
        | "Array"
        | "IList"
        | "ICollection"
        | "IEnumerable"
        | "AbstractList"
        | "Vec"
        | "VecDeque"
        | "vector"
        | "array" => Family::List,
        "Map" | "HashMap" | "LinkedHashMap" | "TreeMap" | "Hashtable" | "ConcurrentHashMap" | "SortedMap"
        | "ConcurrentMap" | "Properties" | "dict" | "Dictionary" | "IDictionary" | "OrderedDict"
        | "defaultdict" | "WeakHashMap" | "BTreeMap" | "map" | "unordered_map" | "AbstractMap" => Family::Map,
        "Iterator" | "ListIterator" | "Enumeration" => Family::Iterator,
        "StringBuilder" | "StringBuffer" | "StringIO" | "BytesIO" => Family::Builder,
        "ConfigParser" | "RawConfigParser" | "SafeConfigParser" => Family::Sections,
        _ => return None,
    })
}

impl Run<'_> {
    /// The number of elements of a list, if it is certain.
    pub(crate) fn length(&self, value: ValueId) -> Option<u32> {
        let known = self.get(value);
        if known.scalar != Scalar::Bottom || known.objects.len() != 1 {
            return None;
        }
        let content = self.heap_object(known.objects[0])?;
        if content.many { None } else { content.length }
    }

    pub(crate) fn set_length(&mut self, value: ValueId, length: Option<u32>) {
        for object in self.get(value).objects.clone() {
            self.set_length_of(object, length);
        }
    }

    pub(crate) fn set_length_of(&mut self, object: u32, length: Option<u32>) {
        self.state.object_mut(object).length = length;
    }

    /// Puts the elements of lists together: their positions are not known any more.
    pub(crate) fn move_elements(&mut self, value: ValueId) {
        for object in self.get(value).objects.clone() {
            let mut any = match self.things[object as usize] {
                Thing::Input(_) => self.missing(object, &Selector::Element),
                _ => BOTTOM,
            };
            let parts = self.heap_object(object).map(|o| o.parts.clone()).unwrap_or_default();
            for (selector, part) in &parts {
                if matches!(selector, Selector::Index(_) | Selector::Element) {
                    any = self.values.join(any, *part);
                }
            }
            let content = self.state.object_mut(object);
            content.parts.retain(|(s, _)| !matches!(s, Selector::Index(_) | Selector::Element));
            content.length = None;
            content.moved = true;
            content.set(Selector::Element, any);
        }
    }

    /// The family of what a call is asked of, by that or by what declares the method.
    fn family_of(&mut self, node: Idx, value: ValueId) -> Option<Family> {
        let known = self.get(value);
        for &object in &known.objects {
            if let Thing::Made { of, name, .. } = self.things[object as usize] {
                if of != NONE {
                    return self
                        .program
                        .lineage(of)
                        .into_iter()
                        .find_map(|t| family(self.program.str(self.program.node(t).full_name)));
                }
                if let Some(found) = family(self.program.str(name)) {
                    return Some(found);
                }
            }
        }
        self.declaring_types(node).iter().find_map(|t| family(t))
    }

    /// The value of a call of a container's method, if it is one.
    pub(crate) fn container(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        let name = self.program.name(node);
        if let Some(value) = self.made_of_elements(node, name, given) {
            return Some(value);
        }
        self.program.argument(node, 0)?;
        let receiver = given.receiver?;
        if let ("getKey" | "getValue", true) = (name, given.arguments.is_empty() && self.is_pair(receiver)) {
            return Some(self.element_value(node, receiver, &Selector::Index(i64::from(name == "getValue"))));
        }
        let family = self.family_of(node, receiver)?;
        if self.get(receiver).objects.is_empty() && family != Family::Builder {
            // What comes from outside is not looked into: its elements come from there as well.
            let changes = matches!(name, "add" | "put" | "append" | "push" | "insert");
            return (!changes
                && !matches!(name, "equals" | "toString" | "hashCode")
                && !self.get(receiver).labels.is_empty())
            .then(|| {
                if super::library::measures(name) {
                    self.some()
                } else {
                    self.derived(&[receiver], node, Scalar::Top)
                }
            });
        }
        match family {
            Family::List => self.list(node, name, receiver, given),
            Family::Map => self.map(node, name, receiver, given),
            Family::Iterator => match name {
                "next" | "nextElement" => Some(self.next(node, receiver)),
                "hasNext" | "hasMoreElements" => Some(self.has_next(receiver)),
                _ => None,
            },
            Family::Builder => self.builder(node, name, receiver, given),
            Family::Sections => self.sections(node, name, receiver, given),
        }
    }

    /// Whether a value is pairs of keys and values that a map was taken apart into.
    fn is_pair(&self, value: ValueId) -> bool {
        let known = self.get(value);
        known.labels.is_empty()
            && !known.objects.is_empty()
            && known.objects.iter().all(|&o| match self.things[o as usize] {
                Thing::Made { site, via, name, .. } => site == via && name == Symbol::NONE,
                _ => false,
            })
    }

    pub(super) fn some(&mut self) -> ValueId {
        self.values.intern(Value::scalar(Scalar::Some))
    }

    pub(super) fn argument_value(&self, given: &Given, place: usize) -> ValueId {
        given.arguments.get(place).map_or(BOTTOM, |a| a.0)
    }

    /// `List.of(…)`, `Arrays.asList(…)`: a list of its arguments. A container made of another: a copy.
    fn made_of_elements(&mut self, node: Idx, name: &str, given: &Given) -> Option<ValueId> {
        if name == "<init>" && self.program.argument(node, 0).is_none() {
            let own = self.program.node(node).type_name;
            let kind = family(self.program.str(own))?;
            if matches!(kind, Family::Iterator | Family::Sections) {
                return None;
            }
            let of = self.made_type(node, NONE);
            if of != NONE {
                return None;
            }
            let made = self.make(node, NONE, own);
            let object = self.one_object(made)?;
            let again = self.heap_object(object).is_some_and(|o| o.many);
            if kind == Family::Builder {
                let text = match given.arguments.first() {
                    Some((value, ..)) => {
                        let labels = self.deep(*value);
                        let labels = self.passed(&labels, node);
                        let text = self.get(*value).constant().and_then(|s| s.text().map(str::to_owned));
                        self.labelled(&labels, text.map_or(Scalar::Some, Scalar::str))
                    }
                    None => self.values.intern(Value::scalar(Scalar::str(""))),
                };
                self.set_part(made, &Selector::Content, text, true);
                return Some(made);
            }
            let source = given
                .arguments
                .iter()
                .map(|a| a.0)
                .find(|a| !self.get(*a).objects.is_empty() || !self.get(*a).labels.is_empty());
            match source {
                Some(source) => self.copy_elements(made, source),
                None if kind == Family::List && !again => self.set_length(made, Some(0)),
                None => {}
            }
            return Some(made);
        }
        if matches!(name, "of" | "asList" | "copyOf" | "listOf" | "singletonList" | "singleton")
            && self
                .declaring_types(node)
                .iter()
                .any(|t| matches!(t.rsplit('.').next(), Some("List" | "Set" | "Arrays" | "Collections")))
        {
            let made = self.make_named(node, "List");
            let object = self.one_object(made)?;
            if let [(one, ..)] = given.arguments[..]
                && !self.get(one).objects.is_empty()
                && (name == "copyOf" || self.length(one).is_some())
            {
                self.copy_elements(made, one);
                return Some(made);
            }
            let again = self.heap_object(object).is_some_and(|o| o.many);
            for (place, (value, ..)) in given.arguments.iter().enumerate() {
                let value = self.with_step(*value, node);
                self.set_part(made, &Selector::Index(place as i64), value, true);
            }
            if !again {
                self.set_length(made, Some(given.arguments.len() as u32));
            }
            return Some(made);
        }
        None
    }

    pub(crate) fn copy_elements(&mut self, into: ValueId, from: ValueId) {
        if let (Some(length), Some(object)) = (self.length(from), self.one_object(from)) {
            let parts = self.heap_object(object).map(|o| o.parts.clone()).unwrap_or_default();
            for (selector, value) in parts {
                self.set_part(into, &selector, value, true);
            }
            self.set_length(into, Some(length));
            return;
        }
        // Of one map that is known, each value by its key; else all of them may be anywhere.
        let whole = self.get(from).clone();
        let known = self.one_object(from).filter(|&o| {
            whole.labels.is_empty()
                && whole.scalar == Scalar::Bottom
                && matches!(self.things[o as usize], Thing::Made { .. })
                && self.heap_object(o).is_some_and(|o| !o.many && !o.moved)
        });
        if known.is_none() {
            let any = self.part(from, &Selector::Element);
            self.set_part(into, &Selector::Element, any, false);
        }
        for object in whole.objects {
            let parts = self.heap_object(object).map(|o| o.parts.clone()).unwrap_or_default();
            for (selector, value) in parts {
                match selector {
                    Selector::Key(_) => self.set_part(into, &selector, value, known.is_some()),
                    Selector::Keys | Selector::Content => self.set_part(into, &selector, value, false),
                    Selector::Element | Selector::Index(_) if known.is_some() => {
                        self.set_part(into, &Selector::Element, value, false);
                    }
                    _ => {}
                }
            }
        }
    }

    fn map(&mut self, node: Idx, name: &str, map: ValueId, given: &Given) -> Option<ValueId> {
        let first = self.argument_value(given, 0);
        let second = self.argument_value(given, 1);
        let count = given.arguments.len();
        Some(match name {
            "put" | "setProperty" | "putIfAbsent" | "set" | "Add" | "setdefault" | "insert" if count == 2 => {
                let selector = self.element(first);
                let value = self.with_step(second, node);
                let before = self.part(map, &selector);
                let strong = !matches!(name, "putIfAbsent" | "setdefault");
                self.set_part(map, &selector, value, strong);
                self.set_part(map, &Selector::Keys, first, false);
                if name == "setdefault" { self.values.join(before, value) } else { before.max(TOP) }
            }
            "get" | "getProperty" | "getOrDefault" | "remove" | "pop" | "computeIfAbsent" | "delete"
                if count >= 1 =>
            {
                self.depends_on(first);
                // What was read from elsewhere is not in the files of the tree.
                let read = self.part(map, &Selector::Element);
                if name == "getProperty"
                    && self
                        .get(read)
                        .labels
                        .iter()
                        .all(|l| matches!(self.origins[l.origin as usize], Origin::Input(..)))
                    && let Some(value) = self.configured(first, second, count)
                {
                    return Some(value);
                }
                let selector = self.element(first);
                let value = self.element_value(node, map, &selector);
                if matches!(name, "remove" | "delete") && matches!(selector, Selector::Key(_)) {
                    self.set_part(map, &selector, BOTTOM, true);
                }
                if count == 2 && !matches!(name, "computeIfAbsent") {
                    self.values.join(value, second)
                } else {
                    value
                }
            }
            "values" | "entrySet" | "items" | "entries" | "elements" if count == 0 => {
                let any = self.part(map, &Selector::Element);
                let keys = self.part(map, &Selector::Keys);
                let any = if matches!(name, "values" | "elements") {
                    any
                } else {
                    // Pairs: the key first, the value second.
                    let pair =
                        self.thing(Thing::Made { site: node, via: node, of: NONE, name: Symbol::NONE });
                    self.state.object_mut(pair).many = true;
                    let pair = self.values.intern(Value::object(pair));
                    self.set_part(pair, &Selector::Index(0), keys, false);
                    self.set_part(pair, &Selector::Index(1), any, false);
                    pair
                };
                let made = self.make(node, NONE, Symbol::NONE);
                self.set_part(made, &Selector::Element, any, false);
                made
            }
            "keySet" | "keys" | "stringPropertyNames" if count == 0 => {
                let keys = self.part(map, &Selector::Keys);
                let made = self.make(node, NONE, Symbol::NONE);
                self.set_part(made, &Selector::Element, keys, false);
                made
            }
            "putAll" | "update" => {
                for (value, keyword, _) in given.arguments.clone() {
                    if keyword == Symbol::NONE {
                        self.copy_elements(map, value);
                    } else {
                        let selector = Selector::Key(std::sync::Arc::from(self.program.str(keyword)));
                        self.set_part(map, &selector, value, true);
                    }
                }
                self.some()
            }
            "containsKey" | "containsValue" | "size" | "isEmpty" | "equals" | "hashCode" | "contains" => {
                self.some()
            }
            "clear" => {
                for object in self.get(map).objects.clone() {
                    let content = self.state.object_mut(object);
                    if !content.many {
                        content.parts.clear();
                    }
                }
                self.some()
            }
            _ => return None,
        })
    }

    /// The value of a key in the property files of the tree.
    fn configured(&mut self, key: ValueId, default: ValueId, count: usize) -> Option<ValueId> {
        let key = self.get(key).constant()?.text()?.to_owned();
        let mut values: Vec<&str> =
            self.program.config().iter().filter(|c| c.1 == key).map(|c| c.2.as_str()).collect();
        values.sort_unstable();
        values.dedup();
        match values[..] {
            [one] => {
                let scalar = Scalar::str(one);
                Some(self.values.intern(Value::scalar(scalar)))
            }
            [] if count < 2 => None,
            [] => {
                let unknown = self.some();
                Some(self.values.join(unknown, default))
            }
            _ => Some(self.some()),
        }
    }

    fn builder(&mut self, node: Idx, name: &str, builder: ValueId, given: &Given) -> Option<ValueId> {
        let held = self.part(builder, &Selector::Content);
        match name {
            "append" | "Append" | "insert" | "Insert" | "AppendLine" | "replace" | "Replace" | "write"
            | "writelines" => {
                let mut labels = self.get(held).labels.to_vec();
                let mut text = self
                    .get(held)
                    .constant()
                    .and_then(Scalar::printed)
                    .filter(|_| name == "append" || name == "Append");
                for (value, ..) in &given.arguments {
                    let found = self.deep(*value);
                    labels.extend(self.passed(&found, node));
                    text = match (text, self.get(*value).constant().and_then(Scalar::printed)) {
                        (Some(a), Some(b)) => Some(a + &b),
                        _ => None,
                    };
                }
                let whole = self.labelled(&labels, text.map_or(Scalar::Some, Scalar::text_of));
                self.set_part(builder, &Selector::Content, whole, true);
                Some(builder)
            }
            "toString" | "ToString" | "substring" | "getvalue" | "getbuffer" | "read" | "readline"
            | "readlines" => {
                if held == BOTTOM {
                    return None;
                }
                if name == "substring" {
                    return Some(self.derived(&[held], node, Scalar::Some));
                }
                let own = self.get(builder).labels.clone();
                let own = self.labelled(&own, Scalar::Bottom);
                let whole = self.values.join(held, own);
                Some(self.with_step(whole, node))
            }
            "reverse" | "setCharAt" | "deleteCharAt" | "delete" => {
                let labels = self.get(held).labels.to_vec();
                let whole = self.labelled(&labels, Scalar::Some);
                self.set_part(builder, &Selector::Content, whole, true);
                Some(builder)
            }
            "setLength"
                if given.arguments.first().is_some_and(|a| self.get(a.0).scalar.exact() == Some(0)) =>
            {
                let empty = self.values.intern(Value::scalar(Scalar::str("")));
                self.set_part(builder, &Selector::Content, empty, true);
                Some(TOP)
            }
            "length" | "indexOf" | "capacity" => Some(self.some()),
            _ => None,
        }
    }

    /// An iterator over something, at its first element.
    pub(crate) fn iterate(&mut self, node: Idx, over: ValueId) -> ValueId {
        let over = if over == BOTTOM { TOP } else { over };
        let object = self.thing(Thing::Made { site: node, via: NONE, of: NONE, name: self.iterator_name() });
        let made = self.values.intern(Value::object(object));
        let zero = self.values.intern(Value::scalar(Scalar::int(0)));
        // An iterator is walked by the loop that makes it: the one before is done with.
        *self.state.object_mut(object) = Default::default();
        self.set_part(made, &Selector::Outer, over, true);
        self.set_part(made, &Selector::Keys, zero, false);
        made
    }

    fn iterator_name(&self) -> Symbol {
        self.program.symbol("Iterator").unwrap_or(Symbol::NONE)
    }

    pub(crate) fn has_next(&mut self, iterator: ValueId) -> ValueId {
        let known =
            self.position(iterator).map(|(over, at)| self.length(over).map(|length| at < length as i64));
        self.values.intern(Value::scalar(known.flatten().map_or(Scalar::Some, Scalar::Bool)))
    }

    /// What an iterator walks, and where it is.
    fn position(&mut self, iterator: ValueId) -> Option<(ValueId, i64)> {
        let object = self.one_object(iterator)?;
        let content = self.heap_object(object)?;
        let over = content.part(&Selector::Outer)?;
        let at = content.part(&Selector::Keys)?;
        Some((over, self.get(at).scalar.exact()?))
    }

    pub(crate) fn next(&mut self, node: Idx, iterator: ValueId) -> ValueId {
        if let Some((over, at)) = self.position(iterator)
            && self.length(over).is_some()
        {
            let next = self.values.intern(Value::scalar(Scalar::int(at.saturating_add(1))));
            if let Some(object) = self.one_object(iterator) {
                self.state.object_mut(object).set(Selector::Keys, next);
            }
            return self.element_value(node, over, &Selector::Index(at));
        }
        let walked = self.part(iterator, &Selector::Outer);
        let over = if walked == BOTTOM || self.get(iterator).objects.is_empty() { iterator } else { walked };
        if self.program.node(node).language == crate::program::Language::Python && self.is_map(over) {
            let value = self.elements_of(over);
            return if value == BOTTOM { self.top() } else { self.with_step(value, node) };
        }
        let any = self.part(over, &Selector::Element);
        let keys = if self.is_map(over) { self.part(over, &Selector::Keys) } else { BOTTOM };
        let value = self.values.join(any, keys);
        if value == BOTTOM { self.top() } else { self.with_step(value, node) }
    }

    fn is_map(&self, value: ValueId) -> bool {
        self.get(value)
            .objects
            .iter()
            .any(|&o| self.heap_object(o).is_some_and(|c| c.part(&Selector::Keys).is_some()))
    }
}
