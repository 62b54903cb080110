//! Types: what a type inherits, which method of it a name means; and variables of types and modules that keep the value they begin with.

use stoa_model::{NodeKind, Operator, Symbol};

use super::{Idx, NONE, Program};

impl Program {
    pub(super) fn find_types(&mut self) {
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            match node.kind {
                NodeKind::TypeDecl => {
                    self.types_by_name.entry(node.full_name).or_insert(place);
                    if !node.external {
                        self.types_by_simple_name.entry(node.name).and_modify(|t| *t = NONE).or_insert(place);
                    }
                }
                NodeKind::Method if node.parent != NONE && self.kind(node.parent) == NodeKind::TypeDecl => {
                    self.members.entry((node.parent, node.name)).or_default().push(place);
                }
                _ => {}
            }
        }
    }

    /// A type and what it inherits from, nearest first; each once.
    pub(crate) fn lineage(&self, of: Idx) -> Vec<Idx> {
        let mut line = vec![of];
        let mut next = 0;
        while next < line.len() && line.len() < 64 {
            for &above in self.supers.of(line[next]) {
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
            let found = self.members.get(&(t, name))?;
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
            let parent = node.parent;
            if parent != NONE
                && self.kind(parent) == NodeKind::Member
                && let Some(value) = self.argument(place, 2)
                && self.kind(value) == NodeKind::Identifier
            {
                let (alias, name) = (self.node(parent).name, self.node(value).name);
                let known = self.aliases.entry(alias).or_default();
                if !known.contains(&name) && known.len() < 8 {
                    known.push(name);
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
        let initialiser = *self.initialisers.get(&member)?;
        let node = self.node(member);
        (!self.written.contains(&member) && (node.is_static || !self.written_names.contains(&node.name)))
            .then_some(initialiser)
    }
}
