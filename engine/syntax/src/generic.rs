//! What the roles of [`Role`] write: the part of lowering that all languages share through their tables.

use stoa_model::{Control, NodeKind, Operator, Symbol};

use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::Role;
use crate::tree::Slot;

impl Lower<'_> {
    /// Writes what a role says of a node.
    pub(crate) fn apply(&mut self, role: Role, n: C) {
        match role {
            Role::Skip | Role::Comment => {}
            Role::Through => self.lower_children(n),
            Role::Unknown => {
                self.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
            }
            Role::Identifier => {
                self.identifier(n);
            }
            Role::FieldIdentifier => {
                self.field_identifier(n);
            }
            Role::Literal(type_name) => {
                self.literal(n, type_name);
            }
            Role::Block => {
                self.block(n, |l| l.lower_children(n));
            }
            Role::TypeRef => {
                let name = self.symbol(n);
                self.type_ref(n, name, Symbol::NONE, |_| {});
            }
            Role::Binary => self.binary(n),
            Role::Unary => self.unary(n),
            Role::Assign => self.assign_by_fields(n),
            Role::Operator(operator) => {
                self.operator(operator, n, |l| l.lower_children(n));
            }
            Role::Member(object, member) => self.member_access(n, object, member),
            Role::If => self.if_by_fields(n),
            Role::While => {
                self.control(Control::While, n, |l| {
                    l.slot_field(Slot::Condition, n, F::Condition);
                    l.slot_field_block(Slot::Body, n, F::Body);
                    l.slot_field_block(Slot::Else, n, F::Alternative);
                });
            }
            Role::Do => {
                self.control(Control::Do, n, |l| {
                    l.slot_field_block(Slot::Body, n, F::Body);
                    l.slot_field(Slot::Condition, n, F::Condition);
                });
            }
            Role::Return => {
                self.node(NodeKind::Return, n, Symbol::NONE, |l| l.lower_children(n));
            }
            Role::Jump(control) => self.jump(control, n),
            Role::Custom(function) | Role::Embedding(_, function) => function(self, n),
        }
    }

    /// Lowers the child in a field into a slot.
    pub fn slot_field(&mut self, slot: Slot, n: C, field: F) {
        if let Some(child) = self.child(n, field) {
            self.slot(slot, child);
        }
    }

    /// Lowers the child in a field into a slot, as a BLOCK.
    pub fn slot_field_block(&mut self, slot: Slot, n: C, field: F) {
        if let Some(child) = self.child(n, field) {
            self.slot_block(slot, child);
        }
    }

    /// The operator of a node's `operator` child, in the language's binary table.
    pub fn binary_operator(&self, n: C) -> Option<Operator> {
        let cst = self.cst;
        match cst.child(n, F::Operator) {
            Some(token) => self.grammar.binary(cst.get(token).kind),
            None => cst.children(n).find_map(|c| self.grammar.binary(cst.get(c).kind)),
        }
    }

    fn binary(&mut self, n: C) {
        let cst = self.cst;
        match self.binary_operator(n) {
            Some(operator) => {
                self.operator(operator, n, |l| match (cst.child(n, F::Left), cst.child(n, F::Right)) {
                    (Some(left), Some(right)) => {
                        l.lower(left);
                        l.lower(right);
                    }
                    _ => l.lower_children(n),
                });
            }
            None => {
                self.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
            }
        }
    }

    fn unary(&mut self, n: C) {
        let cst = self.cst;
        let mut seen_operand = false;
        let mut operator = None;
        for child in cst.children(n) {
            let node = cst.get(child);
            if node.named {
                seen_operand = true;
                continue;
            }
            let table =
                if seen_operand { self.grammar.postfix(node.kind) } else { self.grammar.unary(node.kind) };
            operator = operator.or(table);
        }
        match operator {
            Some(operator) => {
                self.operator(operator, n, |l| l.lower_children(n));
            }
            None => {
                self.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
            }
        }
    }

    /// The operator of an assignment: that of its compound token, or plain assignment.
    pub fn assignment_operator(&self, n: C) -> Operator {
        let cst = self.cst;
        cst.children(n)
            .filter(|c| !cst.get(*c).named || cst.get(*c).field == F::Operator)
            .find_map(|c| self.grammar.assignment(cst.get(c).kind))
            .unwrap_or(Operator::Assignment)
    }

    fn assign_by_fields(&mut self, n: C) {
        let operator = self.assignment_operator(n);
        let (left, right) = (self.child(n, F::Left), self.child(n, F::Right));
        self.operator(operator, n, |l| {
            l.lower_opt(left);
            l.lower_opt(right);
        });
    }

    /// `object.member` as a field access; for both ends of a call see [`Lower::call_by_fields`].
    pub fn member_access(&mut self, n: C, object: F, member: F) {
        let (object, member) = (self.child(n, object), self.child(n, member));
        self.operator(Operator::FieldAccess, n, |l| {
            l.lower_opt(object);
            if let Some(member) = member {
                l.field_identifier(member);
            }
        });
    }

    fn if_by_fields(&mut self, n: C) {
        self.control(Control::If, n, |l| {
            l.slot_field(Slot::Condition, n, F::Condition);
            l.slot_field_block(Slot::Body, n, F::Consequence);
            l.slot_field_block(Slot::Else, n, F::Alternative);
        });
    }

    /// A jump; a label child names it.
    fn jump(&mut self, control: Control, n: C) {
        let cst = self.cst;
        let mut label = None;
        if matches!(control, Control::Break | Control::Continue | Control::Goto) {
            label = cst.named(n).next();
        }
        let name = match label {
            Some(label) => self.symbol(label),
            None => Symbol::NONE,
        };
        let at = self.control(control, n, |l| {
            if label.is_none() {
                l.lower_children(n);
            }
        });
        self.at(at).name = name;
    }
}
