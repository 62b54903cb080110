//! Places: what an expression on the left means, reading and writing it.

use smallvec::SmallVec;
use std::sync::Arc;
use stoa_model::{NodeKind, Operator, Symbol};

use super::sizes::is_aggregate;
use super::{GLOBALS, Run, Thing};
use crate::CutReason;
use crate::domain::{BOTTOM, Label, Origin, PathId, Scalar, Selector, Value, ValueId};
use crate::program::{Idx, Language, NONE};

/// Where a value is kept.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Slot(u32),
    /// A part of what a value may be.
    Part(ValueId, Selector),
}

/// Objects that are looked at when everything that can be reached counts.
const REACH: usize = 80;

/// Elements of one object that are kept apart.
const PARTS: usize = 256;

impl Run<'_> {
    /// The place of a LOCAL or parameter of this method, or one that is shared.
    pub(super) fn variable(&mut self, declaration: Idx) -> Place {
        let place = self.frame(declaration);
        if self.program.is_referred(declaration) {
            return Place::Part(self.read(&place), Selector::Content);
        }
        place
    }

    /// Where a variable itself is kept: of a parameter that is a reference, what it refers to.
    pub(super) fn frame(&mut self, declaration: Idx) -> Place {
        let own = self.program.method_around(declaration) == self.method.node
            && self.program.slot(declaration) != NONE;
        if own && !self.program.is_captured(declaration) {
            Place::Slot(self.program.slot(declaration))
        } else {
            Place::Part(self.globals(), Selector::Variable(declaration))
        }
    }

    /// Gives a variable of the frame its first value.
    pub(crate) fn define(&mut self, declaration: Idx, value: ValueId) {
        let place = self.frame(declaration);
        self.write(&place, value);
    }

    /// The object whose method is run: the receiver, or that around a closure.
    pub(crate) fn receiver(&mut self) -> Option<ValueId> {
        let this = self.program.receiver_around(self.method.node)?;
        let place = self.variable(this);
        Some(self.read(&place))
    }

    /// What an identifier means: as the graph says, or else the variable of the method that has its name.
    pub(super) fn meaning(&self, node: Idx) -> Idx {
        let own = self.program.node(node);
        if own.kind != NodeKind::Identifier {
            return own.target;
        }
        if own.target != NONE {
            if let Some(of) = self.program.reference(own.target) {
                return of;
            }
            return self.expanded(own.target).unwrap_or(own.target);
        }
        let named = |v: &&Idx| {
            let variable = self.program.node(**v);
            variable.name == own.name && variable.kind != NodeKind::Method
        };
        if let Some(&variable) = self.method.variables.iter().find(named) {
            return variable;
        }
        match self.owner_around() {
            owner if owner != NONE && own.language == Language::Cpp => {
                self.program.field_named(owner, own.name).unwrap_or(NONE)
            }
            _ => NONE,
        }
    }

    /// The variable of the method that a macro stands for.
    fn expanded(&self, target: Idx) -> Option<Idx> {
        let own = self.program.node(target);
        if own.kind != NodeKind::Member
            || own.type_name != Symbol::NONE
            || !matches!(own.language, Language::C | Language::Cpp)
        {
            return None;
        }
        let names = self.program.aliases(own.name);
        let meant = |v: &&Idx| names.contains(&self.program.node(**v).name);
        self.method.variables.iter().find(meant).copied()
    }

    /// The place that an identifier means.
    pub(crate) fn identifier_place(&mut self, node: Idx) -> Option<Place> {
        let mut own = *self.program.node(node);
        own.target = self.meaning(node);
        if own.target == NONE {
            return match self.program.str(own.name) {
                "this" | "self" | "super" | "base" => {
                    let this = self.program.receiver_around(self.method.node)?;
                    Some(self.variable(this))
                }
                _ => self.undeclared(node),
            };
        }
        match self.program.kind(own.target) {
            NodeKind::Local | NodeKind::MethodParameterIn => Some(self.variable(own.target)),
            NodeKind::Member => Some(self.member_place(own.target)),
            _ => None,
        }
    }

    /// The place of a member that is named without an object before it.
    fn member_place(&mut self, member: Idx) -> Place {
        let declared = *self.program.node(member);
        let of_type = declared.parent != NONE && self.program.kind(declared.parent) == NodeKind::TypeDecl;
        if of_type
            && !declared.is_static
            && let Some(mut this) = self.receiver()
        {
            let mut owner = self.owner_around();
            // From an inner class outwards to the one that has the member.
            let mut hops = 0;
            while owner != NONE && hops < 8 && !self.program.lineage(owner).contains(&declared.parent) {
                this = self.part(this, &Selector::Outer);
                owner = self.type_around(owner);
                hops += 1;
            }
            if owner != NONE {
                return Place::Part(this, self.field(declared.name, declared.language));
            }
        }
        Place::Part(self.globals(), Selector::Variable(member))
    }

    /// The type whose receiver is seen.
    fn owner_around(&self) -> Idx {
        match self.program.receiver_around(self.method.node) {
            Some(this) => {
                let method = self.program.method_around(this);
                self.program.method(method).map_or(NONE, |m| m.owner)
            }
            None => NONE,
        }
    }

    /// The static member of a type, or of what it inherits from.
    fn static_member(&self, of: Idx, name: Symbol) -> Option<Idx> {
        self.program.lineage(of).into_iter().find_map(|t| {
            self.program.children(t).iter().copied().find(|&c| {
                let child = self.program.node(c);
                child.kind == NodeKind::Member && child.name == name && child.is_static
            })
        })
    }

    fn type_around(&self, of: Idx) -> Idx {
        let mut parent = self.program.node(of).parent;
        while parent != NONE && self.program.kind(parent) != NodeKind::TypeDecl {
            parent = self.program.node(parent).parent;
        }
        parent
    }

    /// The selector of a field: in JavaScript a field is a key.
    pub(crate) fn field(&self, name: Symbol, language: Language) -> Selector {
        if language == Language::JavaScript {
            Selector::Key(Arc::from(self.program.str(name)))
        } else {
            Selector::Field(name)
        }
    }

    /// The selector of an element with a known or unknown index.
    pub(crate) fn element(&self, index: ValueId) -> Selector {
        let index = self.get(index);
        if !index.objects.is_empty() {
            return Selector::Element;
        }
        match &index.scalar {
            Scalar::Str(key) => Selector::Key(key.clone()),
            other => other.exact().map_or(Selector::Element, Selector::Index),
        }
    }

    /// The place that an expression means, if it means one.
    pub(crate) fn place(&mut self, mut node: Idx) -> Option<Place> {
        while self.program.node(node).operator == Some(Operator::Cast) {
            node = self.program.argument(node, 2).or_else(|| self.program.argument(node, 1))?;
        }
        let own = *self.program.node(node);
        match (own.kind, own.operator) {
            (NodeKind::Identifier, _) => self.identifier_place(node),
            (_, Some(Operator::FieldAccess | Operator::IndirectFieldAccess)) => {
                let field = self.program.argument(node, 2)?;
                let meant = self.program.node(field).target;
                if meant != NONE && self.program.kind(meant) == NodeKind::Member {
                    let member = self.program.node(meant);
                    let of_type =
                        member.parent != NONE && self.program.kind(member.parent) == NodeKind::TypeDecl;
                    if member.is_static || !of_type {
                        return Some(Place::Part(self.globals(), Selector::Variable(meant)));
                    }
                }
                let base = self.program.argument(node, 1)?;
                let name = self.program.node(field).name;
                let named = self.named_type(base);
                if named != NONE
                    && self.program.kind(named) == NodeKind::TypeDecl
                    && let Some(member) = self.static_member(named, name)
                {
                    return Some(Place::Part(self.globals(), Selector::Variable(member)));
                }
                if own.language == Language::Python
                    && named != NONE
                    && let Some(member) = self.class_attribute(named, name)
                {
                    return Some(Place::Part(self.globals(), Selector::Variable(member)));
                }
                let name = self.shared_name(node, name);
                let base = self.value(base);
                Some(Place::Part(base, self.field(name, own.language)))
            }
            (_, Some(Operator::IndexAccess)) => {
                let base = self.program.argument(node, 1)?;
                let index = self.program.argument(node, 2)?;
                let (base, index) = (self.value(base), self.value(index));
                let selector = self.element(index);
                Some(Place::Part(base, selector))
            }
            (_, Some(Operator::Indirection)) => {
                let base = self.program.argument(node, 1)?;
                let base = self.value(base);
                Some(Place::Part(base, Selector::Content))
            }
            _ => None,
        }
    }

    /// What an expression before a field refers to; where that is not known, the only type of the language that has its name.
    fn named_type(&self, base: Idx) -> Idx {
        let own = self.program.node(base);
        if own.target != NONE || own.kind != NodeKind::Identifier || self.meaning(base) != NONE {
            return own.target;
        }
        match self.program.type_simply_named(own.name) {
            Some(of) if of != NONE && self.program.node(of).language == own.language => of,
            _ => NONE,
        }
    }

    pub(crate) fn read(&mut self, place: &Place) -> ValueId {
        match place {
            Place::Slot(slot) => self.state.slot(*slot),
            Place::Part(base, selector) => self.part(*base, selector),
        }
    }

    pub(crate) fn write(&mut self, place: &Place, value: ValueId) {
        match place {
            Place::Slot(slot) => self.state.set_slot(*slot, value),
            Place::Part(base, selector) => self.set_part(*base, selector, value, true),
        }
    }

    /// The place of a variable that nothing declares and the file assigns to: it is one of the program.
    fn undeclared(&mut self, node: Idx) -> Option<Place> {
        let own = self.program.node(node);
        let file = (self.program.id(node) >> 32) as u32;
        let first = self.program.undeclared(file, own.name)?;
        Some(Place::Part(self.globals(), Selector::Variable(first)))
    }

    /// The value of an identifier.
    pub(crate) fn read_identifier(&mut self, node: Idx) -> ValueId {
        let target = self.meaning(node);
        if target != NONE && self.program.kind(target) == NodeKind::Method {
            let function = self.thing(Thing::Function(target));
            return self.values.intern(Value::object(function));
        }
        let Some(place) = self.identifier_place(node) else {
            if self.manages_memory()
                && let Some(limit) = super::sizes::limit(self.program.name(node))
            {
                return self.values.intern(Value::scalar(Scalar::int(limit)));
            }
            return self.values.intern(Value::scalar(Scalar::Top));
        };
        let begins = target != NONE && self.begins_here(target, &place);
        let value = if begins { BOTTOM } else { self.read(&place) };
        if value != BOTTOM || target == NONE {
            return value;
        }
        let declared = *self.program.node(target);
        if declared.kind == NodeKind::Local {
            // The variable of a handler holds what was thrown.
            if declared.parent != NONE
                && self.program.node(declared.parent).control == Some(stoa_model::Control::Catch)
            {
                let known = self.values.intern(Value::scalar(Scalar::Some));
                return self.values.join(self.state.thrown, known);
            }
            // An array or struct begins to be where it is declared.
            let name = self.program.str(declared.type_name);
            if declared.language.has_pointers() && is_aggregate(name) {
                let of = self.class_of(target);
                let object =
                    self.thing(Thing::Made { site: target, via: NONE, of, name: declared.type_name });
                self.state.object_mut(object);
                let made = self.values.intern(Value::object(object));
                if self.manages_memory()
                    && let Some(bytes) = self.declared_bytes(target)
                {
                    self.begin_memory(made, Some((bytes, bytes)));
                }
                self.write(&place, made);
                return made;
            }
        }
        value
    }

    /// Whether a variable of this method that others can reach by its address has not been given a value: nothing comes from outside with it.
    fn begins_here(&mut self, variable: Idx, place: &Place) -> bool {
        let declared = self.program.node(variable);
        if declared.kind != NodeKind::Local
            || !matches!(place, Place::Part(_, Selector::Variable(_)))
            || !declared.language.has_pointers()
            || !is_aggregate(self.program.str(declared.type_name))
            || self.program.method_around(variable) != self.method.node
        {
            return false;
        }
        let kept = self.thing(Thing::Variable(variable));
        self.state.object(kept).is_none_or(|o| o.part(&Selector::Content).is_none())
    }

    /// What may be at a part of what a value may be.
    pub(crate) fn part(&mut self, base: ValueId, selector: &Selector) -> ValueId {
        let mut result = BOTTOM;
        for place in 0..self.get(base).objects.len() {
            let value = self.part_of(self.get(base).objects[place], selector);
            result = self.values.join(result, value);
        }
        let base = self.get(base);
        // What is in something from outside comes from outside. (Of symbols, parts are symbols.)
        let labels: SmallVec<[Label; 4]> = base
            .labels
            .iter()
            .filter(|l| match self.origins[l.origin as usize] {
                Origin::Source(..) => true,
                Origin::Input(path, deep) => {
                    deep || !base.objects.iter().any(|&o| self.things[o as usize] == Thing::Input(path))
                }
            })
            .copied()
            .collect();
        if !labels.is_empty() || (base.objects.is_empty() && base.scalar != Scalar::Bottom) {
            let opaque = self.labelled(&labels, Scalar::Top);
            result = self.values.join(result, opaque);
        }
        result
    }

    pub(super) fn part_of(&mut self, object: u32, selector: &Selector) -> ValueId {
        if let Thing::Cell(variable) = self.things[object as usize]
            && matches!(selector, Selector::Content | Selector::Index(0))
        {
            return self.part_of(GLOBALS, &Selector::Variable(variable));
        }
        if let Thing::Inside { base, .. } = self.things[object as usize] {
            if !matches!(selector, Selector::Content | Selector::Index(_) | Selector::Element) {
                return self.part_of(base, selector);
            }
            let (one, any) = (self.part_of(base, &Selector::Content), self.part_of(base, &Selector::Element));
            return self.values.join(one, any);
        }
        self.work += 1;
        if let Selector::Variable(variable) = selector
            && object == GLOBALS
        {
            let kept = self.thing(Thing::Variable(*variable));
            let known = self.state.object(kept).and_then(|o| o.part(&Selector::Content));
            return known.unwrap_or_else(|| self.missing(GLOBALS, selector));
        }
        let content = self.state.object(object);
        let moved = content.is_some_and(|o| o.moved);
        let mut result = match content.and_then(|o| o.part(selector)) {
            Some(value) => value,
            None if moved && matches!(selector, Selector::Index(_)) => BOTTOM,
            None => {
                let value = self.missing(object, selector);
                if value != BOTTOM && !moved {
                    self.state.object_mut(object).set(selector.clone(), value);
                }
                value
            }
        };
        let Some(content) = self.state.object(object) else { return result };
        let whole = content.part(&Selector::Content);
        match selector {
            Selector::Index(_) | Selector::Key(_) => {
                if let Some(any) = content.part(&Selector::Element) {
                    result = self.values.join(result, any);
                } else if moved {
                    let any = self.missing(object, &Selector::Element);
                    result = self.values.join(result, any);
                }
            }
            Selector::Element => {
                for (known, value) in &content.parts {
                    if matches!(known, Selector::Index(_) | Selector::Key(_)) {
                        result = self.values.join(result, *value);
                    }
                }
            }
            _ => {}
        }
        if !matches!(selector, Selector::Content | Selector::Variable(_) | Selector::Outer | Selector::Given)
            && !selector.is_of_memory()
            && let Some(whole) = whole
            && !self.get(whole).labels.is_empty()
        {
            let labels = self.get(whole).labels.clone();
            let labelled = self.labelled(&labels, Scalar::Top);
            result = self.values.join(result, labelled);
        }
        result
    }

    /// Writes a part of what a value may be; in its place if one object is meant and `strong`.
    pub(crate) fn set_part(&mut self, base: ValueId, selector: &Selector, value: ValueId, strong: bool) {
        let known = self.get(base);
        let one = known.objects.len() == 1 && strong;
        for place in 0..known.objects.len() {
            let object = self.get(base).objects[place];
            if let Thing::Cell(variable) = self.things[object as usize]
                && matches!(selector, Selector::Content | Selector::Index(0))
            {
                self.set_in(GLOBALS, &Selector::Variable(variable), value, one);
                continue;
            }
            self.set_in(object, selector, value, one);
        }
    }

    fn set_in(&mut self, object: u32, selector: &Selector, value: ValueId, one: bool) {
        if let Thing::Inside { base, .. } = self.things[object as usize] {
            return match selector {
                Selector::Index(_) => self.set_in(base, &Selector::Element, value, false),
                Selector::Content => self.set_in(base, selector, value, false),
                _ => self.set_in(base, selector, value, one),
            };
        }
        self.work += 1;
        if let Selector::Variable(variable) = selector
            && object == GLOBALS
        {
            let kept = self.thing(Thing::Variable(*variable));
            return self.set_in(kept, &Selector::Content, value, one);
        }
        let crowded = matches!(selector, Selector::Index(_) | Selector::Key(_))
            && self
                .state
                .object(object)
                .is_some_and(|o| o.parts.len() >= PARTS && o.part(selector).is_none());
        if crowded {
            self.cut(CutReason::Objects);
            self.set_length_of(object, None);
            return self.set_in(object, &Selector::Element, value, false);
        }
        let many = self.state.object(object).is_some_and(|o| o.many);
        let replaces = one && !many && *selector != Selector::Element && *selector != Selector::Keys;
        let value = if replaces {
            value
        } else {
            let known = match self.state.object(object).and_then(|o| o.part(selector)) {
                Some(known) => known,
                None => self.missing(object, selector),
            };
            self.values.join(known, value)
        };
        self.state.object_mut(object).set(selector.clone(), value);
        self.note_written(object, selector);
    }

    /// Whether a value may be the object that the method is given at a path.
    fn is_of_path(&self, value: ValueId, path: PathId) -> bool {
        self.get(value).objects.iter().any(|&o| self.things[o as usize] == Thing::Input(path))
    }

    /// Labels of a value and of everything that can be reached from it.
    pub(crate) fn deep(&mut self, value: ValueId) -> Vec<Label> {
        let whole = self.get(value);
        if whole.objects.is_empty() {
            return whole.labels.to_vec();
        }
        let mut all = Value::default();
        let mut seen: SmallVec<[u32; 16]> = SmallVec::new();
        let mut work: SmallVec<[ValueId; 32]> = smallvec::smallvec![value];
        let mut visited = std::mem::take(&mut self.visited);
        visited.begin();
        let mut harmless: SmallVec<[(PathId, u64); 2]> = SmallVec::new();
        while let Some(value) = work.pop() {
            if !visited.visit(value) {
                continue;
            }
            self.work += 1 + self.get(value).labels.len() as u64;
            for place in 0..self.get(value).labels.len() {
                let label = self.get(value).labels[place];
                // The symbol itself is part of everything below it.
                if let Origin::Input(path, false) = self.origins[label.origin as usize]
                    && self.is_of_path(value, path)
                {
                    let origin = self.origin(Origin::Input(path, true));
                    all.add_labels(&[Label { origin, ..label }]);
                    if label.clean != 0 {
                        harmless.push((path, label.clean));
                    }
                } else {
                    all.add_labels(&[label]);
                }
            }
            for place in 0..self.get(value).objects.len() {
                let object = self.get(value).objects[place];
                if object == GLOBALS || seen.len() > REACH || seen.contains(&object) {
                    continue;
                }
                seen.push(object);
                if let Thing::Cell(variable) = self.things[object as usize] {
                    work.push(self.part_of(GLOBALS, &Selector::Variable(variable)));
                }
                if let Thing::Inside { base, .. } = self.things[object as usize] {
                    work.push(self.values.intern(Value::object(base)));
                }
                if let Some(content) = self.state.object(object) {
                    let held = |p: &&(Selector, ValueId)| {
                        !matches!(p.0, Selector::Outer | Selector::Given) && !p.0.is_of_memory()
                    };
                    work.extend(content.parts.iter().filter(held).map(|p| p.1));
                }
            }
        }
        self.visited = visited;
        // What is below something harmless is so too.
        for label in &mut all.labels {
            if let Origin::Input(path, _) = self.origins[label.origin as usize] {
                let above = |h: &&(PathId, u64)| self.paths.is_below(path, h.0);
                label.clean |= harmless.iter().filter(above).fold(0, |bits, h| bits | h.1);
            }
        }
        self.limit(&mut all);
        all.labels.into_vec()
    }
}
