//! Types: what a type inherits, which method of it a name means; and variables of types and modules that keep the value they begin with.

use stoa_model::{NodeKind, Operator, Symbol};

use super::{Idx, Language, NONE, Program};

/// Assignments to one variable that are looked at for its type.
const ASSIGNED: usize = 4;

impl Program {
    pub(super) fn find_types(&mut self) {
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            match node.kind {
                NodeKind::TypeDecl => {
                    let first = *self.types_by_name.entry(node.full_name).or_insert(place);
                    let file = (self.id(place) >> 32) as u32;
                    if first != place {
                        self.types_of_files.entry((file, node.full_name)).or_insert(place);
                    }
                    if !node.external && node.language == Language::JavaScript {
                        self.types_of_files.entry((file, node.name)).or_insert(place);
                    }
                    if !node.external {
                        self.types_by_simple_name.entry(node.name).and_modify(|t| *t = NONE).or_insert(place);
                    }
                }
                NodeKind::Member
                    if node.is_static
                        && node.language == Language::JavaScript
                        && node.parent != NONE
                        && self.kind(node.parent) == NodeKind::TypeDecl =>
                {
                    let around = self.node(node.parent).method;
                    self.static_fields.entry(around).or_default().push(place);
                }
                NodeKind::Method if node.parent != NONE && self.kind(node.parent) == NodeKind::TypeDecl => {
                    self.members.entry((node.parent, node.name)).or_default().push(place);
                }
                _ => {}
            }
        }
    }

    /// The type that a name means at a node.
    pub(crate) fn type_at(&self, node: Idx, name: Symbol) -> Option<Idx> {
        let first = self.type_named(name)?;
        let (file, own) = ((self.id(node) >> 32) as u32, (self.id(first) >> 32) as u32);
        if file == own {
            return Some(first);
        }
        Some(self.type_of_file(file, name).unwrap_or(first))
    }

    /// A type and what it inherits from, nearest first; each once.
    pub(crate) fn lineage(&self, of: Idx) -> Vec<Idx> {
        let mut line = vec![of];
        let mut next = 0;
        while next < line.len() && line.len() < 64 {
            for &above in self.supers(line[next]).iter().chain(self.heir(line[next])) {
                if !line.contains(&above) {
                    line.push(above);
                }
            }
            next += 1;
        }
        line
    }

    /// The method that an object of a type runs for a name and a number of arguments, the receiver not counted.
    pub(crate) fn dispatch(&self, of: Idx, name: Symbol, arguments: usize) -> Option<Idx> {
        self.lineage(of).into_iter().find_map(|t| {
            let found = self.members(t, name);
            let fits = |m: &&Idx| {
                self.method(**m).is_some_and(|m| {
                    let formal = m.parameters.iter().filter(|p| p.index != 0).count();
                    formal == arguments || m.parameters.iter().any(|p| p.variadic)
                })
            };
            found.iter().find(fits).or_else(|| found.iter().find(|m| self.method(**m).is_some())).copied()
        })
    }

    /// Notes which members are written where, so that a member that keeps its first value can be read as that.
    pub(super) fn find_writes(&mut self) {
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            let around = if node.parent == NONE { NodeKind::File } else { self.kind(node.parent) };
            if node.kind == NodeKind::Identifier
                && around == NodeKind::Method
                && matches!(node.language, Language::C | Language::Cpp)
                && !self.children(node.parent).iter().any(|&c| self.kind(c) == NodeKind::Block)
            {
                let called = self.called_by_macros.entry(self.node(node.parent).name).or_default();
                if !called.contains(&node.name) && called.len() < 8 {
                    called.push(node.name);
                }
            }
            let Some(operator) = node.operator else { continue };
            if !operator.assigns() && operator != Operator::AddressOf {
                continue;
            }
            let Some(mut target) = self.argument(place, 1) else { continue };
            let mut whole = true;
            while let Some(operator) = self.node(target).operator
                && matches!(operator, Operator::IndexAccess | Operator::Indirection)
            {
                whole = false;
                let Some(below) = self.argument(target, 1) else { break };
                target = below;
            }
            let named = match self.node(target).operator {
                Some(Operator::FieldAccess | Operator::IndirectFieldAccess) => {
                    self.argument(target, 2).unwrap_or(target)
                }
                _ => target,
            };
            let meant = self.node(named).target;
            let meant = self.references.get(&meant).copied().unwrap_or(meant);
            self.note_script(place, target);
            if operator == Operator::Assignment && whole && !node.language.is_static() {
                self.note_assigned(place, target, meant);
            }
            let parent = node.parent;
            if parent != NONE
                && self.kind(parent) == NodeKind::Member
                && let Some(value) = self.argument(place, 2)
                && self.kind(value) == NodeKind::Identifier
            {
                let (alias, name) = (self.node(parent).name, self.node(value).name);
                let file = (self.id(place) >> 32) as u32;
                let all = self.aliases.entry(alias).or_default();
                let own = self.aliases_of_files.entry((file, alias)).or_default();
                for known in [all, own] {
                    if !known.contains(&name) && known.len() < 8 {
                        known.push(name);
                    }
                }
            }
            if meant != NONE && self.kind(meant) == NodeKind::Member {
                let first = operator == Operator::Assignment && whole && self.begins(place, meant);
                if first && !self.initialisers.contains_key(&meant) {
                    self.initialisers.insert(meant, place);
                } else {
                    self.written.insert(meant);
                }
            } else if self.kind(named) == NodeKind::FieldIdentifier && meant == NONE {
                self.written_names.insert(self.node(named).name);
            }
        }
    }

    /// What a macro stands for where it is named.
    pub(crate) fn aliases_at(&self, node: Idx, name: Symbol) -> &[Symbol] {
        let file = (self.id(node) >> 32) as u32;
        self.aliases_of_file(file, name).unwrap_or_else(|| self.aliases(name))
    }

    /// Whether an assignment is where a member begins: in its declaration, or at the top level of a module.
    fn begins(&self, assignment: Idx, member: Idx) -> bool {
        let parent = self.node(assignment).parent;
        parent == member
            || (parent != NONE
                && self.kind(parent) == NodeKind::TypeDecl
                && self.node(member).parent == parent)
            || (parent != NONE
                && self.kind(parent) == NodeKind::Block
                && self.node(parent).parent == self.node(assignment).method
                && self.node(member).parent == parent)
            || (parent != NONE
                && self.name(self.node(assignment).method.min(self.nodes.len() as Idx - 1)) == "<clinit>"
                && self.node(parent).parent == self.node(assignment).method)
    }

    /// The assignment that gives a member the only value that it ever has.
    pub(crate) fn constant_initialiser(&self, member: Idx) -> Option<Idx> {
        let initialiser = self.initialiser(member)?;
        let node = self.node(member);
        (!self.is_written(member) && (node.is_static || !self.is_written_name(node.name)))
            .then_some(initialiser)
    }

    /// Notes what an assignment gives to a variable that methods share, or to a field of the object itself.
    fn note_assigned(&mut self, assignment: Idx, target: Idx, meant: Idx) {
        let Some(value) = self.argument(assignment, 2) else { return };
        if self.kind(value) == NodeKind::Literal {
            return;
        }
        let shared = meant != NONE
            && match self.kind(meant) {
                NodeKind::Member => true,
                NodeKind::Local => self.captured.contains(&meant),
                _ => false,
            };
        let values = if shared {
            self.assigned.entry(meant).or_default()
        } else if let Some(field) = self.own_field(target) {
            self.assigned_fields.entry(field).or_default()
        } else {
            return;
        };
        if values.len() < ASSIGNED {
            values.push(value);
        }
    }

    /// The type around and the name of a field of the object itself: `this.db`.
    fn own_field(&self, access: Idx) -> Option<(Idx, Symbol)> {
        if self.node(access).operator != Some(Operator::FieldAccess) {
            return None;
        }
        let (base, field) = (self.argument(access, 1)?, self.argument(access, 2)?);
        if !matches!(self.name(base), "this" | "self") || self.kind(base) != NodeKind::Identifier {
            return None;
        }
        let mut around = self.node(access).parent;
        while around != NONE && self.kind(around) != NodeKind::TypeDecl {
            around = self.node(around).parent;
        }
        (around != NONE).then(|| (around, self.node(field).name))
    }

    /// Expressions that are assigned to the variable or field of the object itself that an expression means, as far as they are kept.
    pub(crate) fn assigned_to(&self, node: Idx) -> &[Idx] {
        if self.has_none_assigned() {
            return &[];
        }
        let field = self.own_field(node);
        let meant = match self.node(node).operator {
            Some(Operator::FieldAccess) => self.argument(node, 2).map_or(NONE, |f| self.node(f).target),
            _ => self.node(node).target,
        };
        self.assigned(meant).or_else(|| self.assigned_field(field?)).unwrap_or_default()
    }
}
