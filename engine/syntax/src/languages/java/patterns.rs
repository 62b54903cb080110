//! Switch, `instanceof` and patterns.
//!
//! A pattern is a list of tests and bindings of parts of a subject that has a name. After `instanceof`
//! they are joined by `&&` where they stand; in an arm of a switch they are its first statements.

use stoa_model::{Control, Operator, Symbol};

use super::*;
use crate::sugar::Step;

/// One step of matching a part of the subject.
enum Item {
    /// The part is of this type.
    Test { path: Vec<Step>, node: C, type_node: C },
    /// The part is bound to a variable.
    Bind { path: Vec<Step>, node: C, type_node: Option<C>, name: C },
}

/// `value instanceof T`, `value instanceof T t`, `value instanceof R(A a, var b)`.
pub fn instance_of(l: &mut Lower<'_>, n: C) {
    let [left, right, name, pattern] = [F::Left, F::Right, F::Name, F::Pattern].map(|f| l.child(n, f));
    let mut items = Vec::new();
    match (right, name, pattern) {
        (Some(right), Some(name), _) => {
            items.push(Item::Test { path: Vec::new(), node: n, type_node: right });
            items.push(Item::Bind { path: Vec::new(), node: n, type_node: Some(right), name });
        }
        (_, _, Some(pattern)) => record_items(l, pattern, &[], &mut items),
        _ => {}
    }
    let Some((Item::Test { type_node, .. }, rest)) = items.split_first() else {
        l.operator(Operator::InstanceOf, n, |l| {
            l.lower_opt(left);
            if let Some(right) = right {
                types::type_argument(l, right);
            }
        });
        return;
    };
    l.operator(Operator::LogicalAnd, n, |l| {
        // A variable is asked twice; what is more than a variable is computed once.
        let variable = left.filter(|left| l.is(*left, IDENTIFIER));
        let subject = match variable {
            Some(variable) => l.symbol(variable),
            None => l.aside(|l| l.temporary(n)),
        };
        l.operator(Operator::InstanceOf, n, |l| {
            match variable {
                Some(variable) => l.lower(variable),
                None => {
                    l.assign_name(n, subject, |l| l.lower_opt(left));
                }
            }
            types::type_argument(l, *type_node);
        });
        conjunction(l, n, subject, rest);
    });
}

fn conjunction(l: &mut Lower<'_>, n: C, subject: Symbol, items: &[Item]) {
    match items {
        [] => {}
        [one] => write(l, subject, one),
        [first, rest @ ..] => {
            l.operator(Operator::LogicalAnd, n, |l| {
                write(l, subject, first);
                conjunction(l, n, subject, rest);
            });
        }
    }
}

fn write(l: &mut Lower<'_>, subject: Symbol, item: &Item) {
    match item {
        Item::Test { path, node, type_node } => {
            l.operator(Operator::InstanceOf, *node, |l| {
                l.access(*node, subject, path);
                types::type_argument(l, *type_node);
            });
        }
        Item::Bind { path, node, type_node, name } => {
            let symbol = l.symbol(*name);
            let declared = l.declared.last_mut().is_some_and(|names| names.remove(&symbol));
            if !declared {
                l.aside(|l| local(l, *node, *type_node, symbol));
            }
            l.assign_name(*node, symbol, |l| l.access(*node, subject, path));
        }
    }
}

fn local(l: &mut Lower<'_>, n: C, type_node: Option<C>, name: Symbol) {
    let type_name = type_node.map_or(Symbol::NONE, |t| types::nominal(l, t));
    let at = l.node(NodeKind::Local, n, name, |l| l.lower_opt(type_node));
    l.at(at).type_full_name = type_name;
}

/// The steps of a `record_pattern` for the part at `path`.
fn record_items(l: &Lower<'_>, n: C, path: &[Step], items: &mut Vec<Item>) {
    let cst = l.cst;
    let mut parts = cst.named(n);
    let Some(type_node) = parts.next() else { return };
    items.push(Item::Test { path: path.to_vec(), node: n, type_node });
    let Some(body) = parts.find(|c| l.is(*c, RECORD_PATTERN_BODY)) else { return };
    for (index, component) in cst.named(body).enumerate() {
        let mut path = path.to_vec();
        path.push(Step::Index(index as u32));
        if l.is(component, RECORD_PATTERN) {
            record_items(l, component, &path, items);
        } else {
            variable_item(l, component, path, items);
        }
    }
}

/// `T name`: of a record pattern's component, or of a type pattern.
fn variable_item(l: &Lower<'_>, n: C, path: Vec<Step>, items: &mut Vec<Item>) {
    let cst = l.cst;
    let Some(name) = cst.named(n).last().filter(|name| l.is(*name, IDENTIFIER)) else { return };
    let type_node = cst.named(n).next().filter(|t| *t != name);
    items.push(Item::Bind { path, node: n, type_node, name });
}

/// The steps of a `pattern`.
fn items(l: &Lower<'_>, pattern: C) -> Vec<Item> {
    let cst = l.cst;
    let mut items = Vec::new();
    for n in cst.named(pattern) {
        if l.is(n, RECORD_PATTERN) {
            record_items(l, n, &[], &mut items);
        } else if l.is(n, TYPE_PATTERN) {
            if let Some(type_node) = cst.named(n).next() {
                items.push(Item::Test { path: Vec::new(), node: n, type_node });
            }
            variable_item(l, n, Vec::new(), &mut items);
        }
    }
    items
}

// ── Conditions whose variables outlive them ────────────────────────────────────────────────────────────

pub fn if_statement(l: &mut Lower<'_>, n: C) {
    hoist(l, n);
    l.apply(Role::If, n);
}

pub fn while_statement(l: &mut Lower<'_>, n: C) {
    hoist(l, n);
    l.apply(Role::While, n);
}

/// `if (!(o instanceof T t)) return; use(t)`: variables of patterns below a `!` are declared before the
/// statement, because what follows it may use them.
fn hoist(l: &mut Lower<'_>, n: C) {
    let Some(condition) = l.child(n, F::Condition) else { return };
    let cst = l.cst;
    let end = cst.get(condition).next;
    let mut negated_until = 0;
    for at in condition.0..end {
        let inner = C(at);
        if l.is(inner, UNARY) {
            let negates = cst.child(inner, F::Operator).is_some_and(|o| l.text(o) == b"!");
            if negates {
                negated_until = negated_until.max(cst.get(inner).next);
            }
        } else if at < negated_until
            && l.is(inner, INSTANCE_OF)
            && let Some(name) = l.child(inner, F::Name)
        {
            let name = l.symbol(name);
            if l.declared.last_mut().is_some_and(|names| names.insert(name)) {
                let type_node = l.child(inner, F::Right);
                local(l, inner, type_node, name);
            }
        }
    }
}

// ── Switch ─────────────────────────────────────────────────────────────────────────────────────────────

pub fn switch(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let (condition, block) = (l.child(n, F::Condition), l.child(n, F::Body));
    let arrows = block.is_some_and(|b| l.child_of(b, SWITCH_RULE).is_some());
    let patterns = block.is_some_and(|b| {
        cst.named(b).flat_map(|case| cst.named(case)).any(|label| l.child_of(label, PATTERN).is_some())
    });
    l.control(if arrows { Control::Match } else { Control::Switch }, n, |l| {
        // Patterns look at the value more than once.
        let mut subject = Symbol::NONE;
        if patterns {
            subject = l.temporary(n);
            l.next_slot(Slot::Condition);
            l.assign_name(n, subject, |l| l.lower_opt(condition));
        } else if let Some(condition) = condition {
            l.slot(Slot::Condition, condition);
        }
        let Some(block) = block else { return };
        if arrows {
            for rule in cst.named(block) {
                l.next_slot(Slot::Arm);
                l.block(rule, |l| arm(l, rule, subject));
            }
        } else {
            l.next_slot(Slot::Body);
            l.block(block, |l| {
                for group in cst.named(block) {
                    if l.is(group, SWITCH_GROUP) { arm(l, group, subject) } else { l.lower(group) }
                }
            });
        }
    });
}

/// The labels of a case and what stands behind them.
fn arm(l: &mut Lower<'_>, n: C, subject: Symbol) {
    let cst = l.cst;
    for part in cst.named(n) {
        if l.is(part, SWITCH_LABEL) {
            label(l, part, subject);
        } else if l.is(n, SWITCH_RULE) {
            l.inline(part);
        } else {
            l.lower(part);
        }
    }
}

fn label(l: &mut Lower<'_>, n: C, subject: Symbol) {
    let cst = l.cst;
    let default = cst.children(n).any(|c| !cst.get(c).named && l.text(c) == b"default");
    l.jump_target(n, if default { "default" } else { "case" });
    for part in cst.named(n) {
        if l.is(part, PATTERN) {
            for item in items(l, part) {
                write(l, subject, &item);
            }
        } else if l.is(part, GUARD) {
            l.slot(Slot::Guard, part);
        } else {
            l.lower(part);
        }
    }
}
