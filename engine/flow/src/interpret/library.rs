//! Calls of what is outside of the tree.
//!
//! First what is known of containers and strings in general, then the rows of models, then the default: the result comes from the receiver
//! and the arguments; the arguments stay as they are; a receiver whose method is named like a change (`append`, `put`, `set…`)
//! holds what it is given; functions among the arguments are run.

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, Value, ValueId};
use crate::models::Role;
use crate::program::{Idx, Language, NONE};
use stoa_model::Symbol;

/// How methods begin that change their receiver.
const CHANGES: &[&str] = &[
    "add", "append", "put", "push", "insert", "set", "write", "offer", "enqueue", "update", "extend",
    "store", "merge", "concat", "unshift", "print", "emplace", "assign", "Append", "Add", "Insert", "Write",
    "Push", "Set", "Enqueue",
];

/// How methods begin whose result is a number or a truth value about what they are asked of, and not made of it.
const MEASURES: &[&str] =
    &["is", "has", "equals", "contains", "compare", "starts", "ends", "matches", "exists", "can"];

/// Such methods by their whole name.
const MEASURED: &[&str] = &[
    "size",
    "length",
    "count",
    "indexOf",
    "lastIndexOf",
    "hashCode",
    "len",
    "strlen",
    "startswith",
    "endswith",
    "find",
    "index",
    "parseInt",
    "parseLong",
    "parseDouble",
    "parseFloat",
    "parseBoolean",
    "intValue",
    "longValue",
    "strcmp",
    "strncmp",
    "memcmp",
    "eq",
    "ne",
    "includes",
    "hasOwnProperty",
    "Equals",
    "Contains",
    "StartsWith",
    "EndsWith",
    "IndexOf",
    "CompareTo",
    "Count",
    "int",
    "float",
    "bool",
    "Number",
    "isinstance",
    "hash",
    "id",
    "ord",
    "containsKey",
    "free",
];

impl Run<'_> {
    /// The value of a call of something outside.
    pub(crate) fn library(&mut self, node: Idx, given: &Given) -> ValueId {
        let rows = self.rows(node);
        let is_source = rows.iter().any(|r| r.role == Role::Source);
        // What rows know better is what they say.
        let known = rows.iter().any(|r| matches!(r.role, Role::Type | Role::Source));
        let constructs = self.constructed(node).or_else(|| self.called_class(node).filter(|_| !known));
        self.sinks(node, &rows);
        self.asserted(node);
        self.load_types(node, &rows);
        self.told(node, given, &rows);
        let copied = if self.manages_memory() { self.copied_texts(node, &rows) } else { None };
        if self.manages_memory() {
            self.memory_rows(node, given, &rows);
        }
        if rows.iter().any(|r| r.role == Role::Ends) {
            self.stopped = true;
            self.ended = true;
            return BOTTOM;
        }
        if !is_source && let Some(value) = self.builtin(node, given) {
            return value;
        }
        if !is_source && !rows.iter().any(|r| r.role == Role::Sanitizer) {
            if let Some(value) = self.built_in(node, given) {
                return value;
            }
            if self.program.node(node).language == Language::JavaScript
                && let Some(value) = self.of_script(node, given)
            {
                return value;
            }
            if let Some(value) = self.container(node, given) {
                return value;
            }
            if let Some(value) = self.text_call(node, given) {
                return value;
            }
        }
        let measured = rows.iter().copied().find(|r| r.role == Role::Measures);
        if let Some(value) = measured.and_then(|row| self.measured(node, row)) {
            return value;
        }
        let (value, complete) = self.modelled(node, given, &rows);
        if let Some((to, text)) = copied {
            self.set_part(to, &Selector::Copied, text, true);
        }
        if let Some(row) = self.allocation(&rows) {
            return self.allocate(node, row, value);
        }
        let mut all = Value::default();
        for value in given.receiver.iter().chain(given.arguments.iter().map(|a| &a.0)) {
            let labels = self.deep(*value);
            all.add_labels(&labels);
        }
        let called = self.run_callbacks(node, given, &all.labels.clone());
        if let Some((of, name)) = constructs {
            let made = self.construct(node, given, of, name, value, complete);
            self.wrap(node, made, &rows);
            return made;
        }
        if let Some(value) = value {
            return value;
        }
        if complete {
            return self.values.intern(Value::scalar(Scalar::Top));
        }
        let name = self.program.name(node);
        if measures(name) {
            return self.values.intern(Value::scalar(Scalar::Some));
        }
        if let Some(receiver) = given.receiver
            && CHANGES.iter().any(|c| name.starts_with(c))
            && !self.get(receiver).objects.is_empty()
        {
            let mut from = Value::default();
            for (value, ..) in &given.arguments {
                let labels = self.deep(*value);
                from.add_labels(&labels);
            }
            if !from.labels.is_empty() {
                let labels = self.passed(&from.labels, node);
                let labelled = self.labelled(&labels, Scalar::Top);
                self.set_part(receiver, &Selector::Content, labelled, false);
                self.hand_on(receiver, labelled);
            }
        }
        let labels = self.passed(&all.labels, node);
        let mut result = self.labelled(&labels, Scalar::Top);
        result = self.values.join(result, called);
        // A fluent call hands its receiver on.
        if let Some(receiver) = given.receiver
            && CHANGES.iter().any(|c| name.starts_with(c))
            && self.program.node(node).language != Language::Python
        {
            let objects = self.get(receiver).objects.clone();
            let mut known = self.get(result).clone();
            for object in objects {
                if let Err(place) = known.objects.binary_search(&object) {
                    known.objects.insert(place, object);
                }
            }
            result = self.values.intern(known);
        }
        result
    }

    /// The value of a call that JavaScript itself says the meaning of.
    fn of_script(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        let name = self.program.name(node);
        if let Some(value) = self.promise_call(node, name, given) {
            return Some(value);
        }
        if let Some(value) = self.of_the_language(node, name, given) {
            return Some(value);
        }
        self.array_call(node, name, given)
    }

    /// The type that a call of something outside makes an object of.
    fn constructed(&self, node: Idx) -> Option<(Idx, Symbol)> {
        let own = self.program.node(node);
        let class = self.class_of(node);
        let named = class != NONE && own.name == self.program.node(class).name;
        if (self.program.str(own.name) != "<init>" && !named) || self.program.argument(node, 0).is_some() {
            return None;
        }
        Some((self.made_type(node, class), own.type_name))
    }

    /// The class that a call makes an object of in a language where that looks like any other call: one of the tree that has no constructor,
    /// or one outside of it, by the custom of writing classes with a capital.
    fn called_class(&self, node: Idx) -> Option<(Idx, Symbol)> {
        let own = self.program.node(node);
        if own.language != Language::Python {
            return None;
        }
        if self.program.targets(node).is_empty() && self.program.argument(node, 0).is_none() {
            let of = self.class_in_sight(node)?;
            let declared = self.program.node(of);
            let of_tree = declared.language == Language::Python && !declared.external;
            return of_tree.then_some((of, declared.full_name));
        }
        let [target] = self.program.targets(node) else { return None };
        let method = self.program.node(target.method);
        let (name, full) = (self.program.str(method.name), self.program.str(method.full_name));
        let capital = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.contains(|c: char| c.is_ascii_lowercase());
        let meant = method.external && capital && full.contains('.') && !full.starts_with('<');
        (meant && !self.calls_object(node)).then_some((NONE, method.full_name))
    }

    /// The class of the tree that a call names: the only one of its name, or the one that stands around it or beside what is around it.
    fn class_in_sight(&self, node: Idx) -> Option<Idx> {
        let program = self.program;
        let name = program.node(node).name;
        let only = program.type_simply_named(name)?;
        if only != NONE {
            return Some(only);
        }
        let named =
            |c: &Idx| program.kind(*c) == stoa_model::NodeKind::TypeDecl && program.node(*c).name == name;
        let mut around = program.node(node).parent;
        while around != NONE {
            if let Some(&found) = program.children(around).iter().find(|&c| named(c)) {
                return Some(found);
            }
            around = program.node(around).parent;
        }
        None
    }

    /// Whether a call calls what a variable holds, and that is an object rather than a function.
    pub(super) fn calls_object(&self, node: Idx) -> bool {
        let name = self.program.node(node).name;
        if self.program.node(node).language != Language::Python || self.program.argument(node, 0).is_some() {
            return false;
        }
        let Some(&variable) = self
            .method
            .variables
            .iter()
            .find(|&&v| self.program.node(v).name == name && v != self.method.node)
        else {
            return false;
        };
        let slot = self.program.slot(variable);
        if slot == NONE || self.program.is_captured(variable) {
            return false;
        }
        let is_object =
            |&o: &u32| matches!(self.things[o as usize], Thing::Made { .. } | Thing::Typed { .. });
        self.get(self.state.slot(slot)).objects.iter().any(is_object)
    }

    fn construct(
        &mut self,
        node: Idx,
        given: &Given,
        of: Idx,
        name: Symbol,
        value: Option<ValueId>,
        complete: bool,
    ) -> ValueId {
        let script = self.program.node(node).language == Language::JavaScript;
        let of = if of == NONE && script { self.class_of_name(node, name) } else { of };
        let made = self.make(node, of, name);
        if of != NONE {
            if script {
                self.begin_fields(made, of);
            }
            self.initialise(made, of);
        }
        let mut labels = value.map_or_else(Vec::new, |v| self.get(v).labels.to_vec());
        if !complete && of != NONE && self.program.node(node).language == Language::Python {
            self.fill_fields(made, of, given);
        } else if !complete {
            for (argument, ..) in &given.arguments {
                let found = self.deep(*argument);
                labels.extend(self.passed(&found, node));
            }
        }
        if !labels.is_empty() {
            let labelled = self.labelled(&labels, Scalar::Top);
            self.set_part(made, &Selector::Content, labelled, false);
        }
        made
    }

    /// A class of the tree without a constructor of its own gets its fields by their names, or in the order in which they are declared.
    fn fill_fields(&mut self, made: ValueId, of: Idx, given: &Given) {
        let program = self.program;
        let is_field = |m: &&Idx| program.kind(**m) == stoa_model::NodeKind::Member;
        let mut fields = program.children(of).iter().filter(is_field);
        for &(value, keyword, _) in &given.arguments {
            let name = match keyword {
                Symbol::NONE => fields.next().map(|&m| program.node(m).name),
                keyword => Some(keyword),
            };
            let selector = name.map_or(Selector::Content, Selector::Field);
            self.set_part(made, &selector, value, true);
        }
    }

    /// Runs the constructor that an anonymous class has by itself.
    fn initialise(&mut self, made: ValueId, of: Idx) {
        if let Some(this) = self.receiver() {
            self.set_part(made, &Selector::Outer, this, true);
        }
        let Some(name) = self.program.symbol("<init>") else { return };
        let Some(found) = self.program.members(of, name).first().copied() else {
            // Without a constructor of its own its fields begin all the same.
            if self.method.language == Language::Java {
                self.begin_fields(made, of);
            }
            return;
        };
        let Some(number) = self.program.number_of(found) else { return };
        self.apply(found, number, &[made], 1.0);
        self.stopped = false;
    }
}

pub(crate) fn measures(name: &str) -> bool {
    MEASURED.contains(&name)
        || MEASURES.iter().any(|m| {
            name.strip_prefix(m).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            })
        })
}
