//! Records: what their components declare.

use stoa_model::{NodeKind, Symbol};

use super::declarations::{members, modifiers, parameter_parts, parameters, signature, type_decl};
use super::*;

/// A record declares a field and a reader for each component, and a constructor that takes them all.
pub fn record(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "record", |l| {
        let cst = l.cst;
        let (list, body) = (l.child(n, F::Parameters), l.child(n, F::Body));
        let components: Vec<C> = list.map(|list| cst.named(list).collect()).unwrap_or_default();
        for component in &components {
            let Some((name, type_node, type_name)) = parameter_parts(l, *component) else { continue };
            l.member(*component, name, type_name, |l| {
                modifiers(l, *component);
                l.lower_opt(type_node);
            });
        }
        if let Some(body) = body {
            members(l, body, list);
        }
        let constructor = signature(l, "void", list);
        let has_constructor = body.is_some_and(|body| {
            cst.named(body).any(|m| {
                l.is(m, COMPACT_CONSTRUCTOR)
                    || l.is(m, CONSTRUCTOR) && signature(l, "void", l.child(m, F::Parameters)) == constructor
            })
        });
        if !has_constructor {
            l.synthetic_method(n, "<init>", &constructor, |l| {
                l.this_parameter(n);
                if let Some(list) = list {
                    parameters(l, list);
                }
                l.next_slot(Slot::Body);
                l.synthetic_block(n, |l| assign_components(l, list));
                Symbol::NONE
            });
        }
        for component in components {
            let Some((name, type_node, type_name)) = parameter_parts(l, component) else { continue };
            let text = l.names.get(name).to_owned();
            let declared = body.is_some_and(|body| {
                cst.named(body).any(|m| {
                    l.is(m, METHOD)
                        && l.child(m, F::Name).is_some_and(|name| l.text(name) == text.as_bytes())
                        && l.child(m, F::Parameters).is_some_and(|p| cst.named(p).next().is_none())
                })
            });
            if declared {
                continue;
            }
            let signature = format!("{}()", l.names.get(type_name));
            l.synthetic_method(component, &text, &signature, |l| {
                l.this_parameter(component);
                l.lower_opt(type_node);
                l.next_slot(Slot::Body);
                l.synthetic_block(component, |l| {
                    l.node(NodeKind::Return, component, Symbol::NONE, |l| l.this_field(component, name));
                });
                type_name
            });
        }
    });
}

/// `this.component = component` for each.
fn assign_components(l: &mut Lower<'_>, list: Option<C>) {
    let cst = l.cst;
    for component in list.into_iter().flat_map(|list| cst.named(list)) {
        if let Some((name, ..)) = parameter_parts(l, component) {
            let at = l.assign(
                component,
                |l| l.this_field(component, name),
                |l| {
                    l.identifier_named(component, name);
                },
            );
            l.at(at).flags |= flags::SYNTHETIC;
        }
    }
}

/// A record's constructor without parameters of its own: it has the record's, and assigns them at its end.
pub fn compact_constructor(l: &mut Lower<'_>, n: C, components: Option<C>) {
    let signature = signature(l, "void", components);
    let body = l.child(n, F::Body);
    l.method_decl(n, "<init>", &signature, |l| {
        modifiers(l, n);
        l.this_parameter(n);
        if let Some(components) = components {
            parameters(l, components);
        }
        l.next_slot(Slot::Body);
        l.block(body.unwrap_or(n), |l| {
            if let Some(body) = body {
                l.lower_children(body);
            }
            assign_components(l, components);
        });
        Symbol::NONE
    });
}

/// A compact constructor that stands in no record.
pub fn stray_compact_constructor(l: &mut Lower<'_>, n: C) {
    compact_constructor(l, n, None);
}
