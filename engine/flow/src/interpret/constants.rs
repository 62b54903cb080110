//! Members that keep the value they begin with.
//!
//! Such a value is found once a program, by folding the expression that it begins with; no method of the tree is run for that, so it does
//! not matter when it is asked for.

use stoa_model::{NodeKind, Operator};

use super::summary::Facts;
use super::{Run, Thing};
use crate::domain::{Scalar, Selector, Value, ValueId};
use crate::program::{Idx, NONE};
use crate::schedule::Standing;

/// The largest expression that is folded, in nodes.
const LARGEST: usize = 600;

/// Members in each other's first values.
const CHAIN: usize = 8;

/// What a member holds for ever.
#[derive(Clone, Debug)]
pub(crate) enum Constant {
    Scalar(Scalar),
    /// A list: where it is made, and its elements.
    List(Idx, Vec<Scalar>),
}

impl<'a> Run<'a> {
    /// The value of a member that is never written but where it begins, if that is a constant or a list of them.
    pub(crate) fn constant_member(&mut self, member: Idx) -> Option<ValueId> {
        self.program.constant_initialiser(member)?;
        let constant = if self.initialising.is_empty() {
            self.context.constant(member, || self.fold(member))
        } else {
            self.fold(member)
        };
        match constant? {
            Constant::Scalar(scalar) => Some(self.values.intern(Value::scalar(scalar))),
            Constant::List(site, elements) => {
                let name = self.program.symbol("List").unwrap_or(stoa_model::Symbol::NONE);
                let object = self.thing(Thing::Made { site, via: NONE, of: NONE, name });
                let list = self.values.intern(Value::object(object));
                if self.state.object(object).is_none() {
                    let length = u32::try_from(elements.len()).ok();
                    for (place, scalar) in elements.into_iter().enumerate() {
                        let element = self.values.intern(Value::scalar(scalar));
                        self.state.object_mut(object).set(Selector::Index(place as i64), element);
                    }
                    self.state.object_mut(object).length = length;
                }
                Some(list)
            }
        }
    }

    /// Folds the expression with which a member begins.
    fn fold(&self, member: Idx) -> Option<Constant> {
        let program = self.program;
        let from = program.argument(program.constant_initialiser(member)?, 2)?;
        if self.initialising.contains(&from) || self.initialising.len() >= CHAIN || !self.is_closed(from) {
            return None;
        }
        // Whose rules of evaluation hold: those of the language, in any of its methods.
        let language = program.node(from).language;
        let method = program.method_of_language(language)?;
        let none = Facts::default();
        let mut run = Run::new(self.context, method, &none, Standing::default());
        run.initialising = self.initialising.clone();
        run.initialising.push(from);
        let value = run.evaluate_tree(from);
        let known = run.get(value);
        if let Some(constant) = known.constant() {
            return Some(Constant::Scalar(constant.clone()));
        }
        let literal = matches!(
            program.node(from).operator,
            Some(
                Operator::ArrayInitializer
                    | Operator::ListLiteral
                    | Operator::TupleLiteral
                    | Operator::SetLiteral
            )
        );
        if !literal || known.objects.len() != 1 {
            return None;
        }
        let elements: Option<Vec<Scalar>> =
            program.arguments(from).map(|a| run.get(run.kept_value(a)).constant().cloned()).collect();
        Some(Constant::List(from, elements?))
    }

    /// Whether an expression runs nothing of the tree and is not too large.
    fn is_closed(&self, root: Idx) -> bool {
        let program = self.program;
        let mut work = vec![root];
        let mut count = 0;
        while let Some(node) = work.pop() {
            count += 1;
            let own = program.node(node);
            let opaque = match own.kind {
                NodeKind::Call => {
                    own.operator.is_none()
                        && program.targets(node).iter().any(|c| program.method(c.method).is_some())
                }
                NodeKind::MethodRef | NodeKind::Method | NodeKind::TypeDecl => true,
                _ => false,
            };
            if opaque || count > LARGEST {
                return false;
            }
            work.extend(program.children(node));
        }
        true
    }

    /// Evaluates an expression that stands outside of control flow, in the order of its tree.
    pub(crate) fn evaluate_tree(&mut self, root: Idx) -> ValueId {
        let mut work = vec![(root, false)];
        while let Some((node, ready)) = work.pop() {
            if ready {
                self.evaluate(node);
            } else {
                work.push((node, true));
                if !matches!(
                    self.program.kind(node),
                    NodeKind::MethodRef | NodeKind::TypeDecl | NodeKind::Method
                ) {
                    work.extend(self.program.children(node).iter().rev().map(|&c| (c, false)));
                }
            }
        }
        self.value(root)
    }
}
