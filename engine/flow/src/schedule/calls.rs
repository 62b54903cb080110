//! The graph of calls: components, levels, and what nothing calls.

use rustc_hash::FxHashSet;
use stoa_model::{EdgeLabel, NodeKind, Symbol};

use crate::interpret::begins::{begun_by, initialisers, loaded_by};
use crate::models::Models;
use crate::program::{Idx, NONE, Program};

/// Which methods may run which, in an order in which callees come first.
pub(super) struct Calls {
    /// For each method those that it may call, or mentions as values. Sorted, each once.
    pub callees: Vec<Vec<u32>>,
    /// Strongly connected components, callees before callers.
    pub components: Vec<Vec<u32>>,
    pub component_of: Vec<u32>,
    /// By method: one more than that of any other component it calls.
    pub level_of: Vec<u32>,
    /// How many methods may call a method.
    pub callers: Vec<u32>,
    /// Methods of components that no other component calls.
    pub roots: Vec<u32>,
}

impl Calls {
    pub(super) fn new(program: &Program, models: &Models) -> Calls {
        let (callees, invoked) = call_graph(program, models);
        let components = components(&callees);
        let mut component_of = vec![0u32; callees.len()];
        for (number, component) in components.iter().enumerate() {
            component.iter().for_each(|&m| component_of[m as usize] = number as u32);
        }
        let mut levels = vec![0u32; components.len()];
        let mut callers = vec![0u32; callees.len()];
        for (number, component) in components.iter().enumerate() {
            for &callee in component.iter().flat_map(|&m| &callees[m as usize]) {
                callers[callee as usize] += 1;
                let other = component_of[callee as usize] as usize;
                if other != number {
                    levels[number] = levels[number].max(levels[other] + 1);
                }
            }
        }
        // What is only mentioned, as a value or as the member of a type, may be run by whoever has it: it counts as not called.
        let mut called: FxHashSet<u32> = FxHashSet::default();
        for (caller, callee) in invoked {
            let (from, to) = (component_of[caller as usize], component_of[callee as usize]);
            if from != to {
                called.insert(to);
            }
        }
        let roots =
            (0..callees.len() as u32).filter(|&m| !called.contains(&component_of[m as usize])).collect();
        let level_of = component_of.iter().map(|&c| levels[c as usize]).collect();
        Calls { callees, components, component_of, level_of, callers, roots }
    }
}

/// For each method those that it may call, or mentions as values; and, apart, pairs of callers and what they call.
fn call_graph(program: &Program, models: &Models) -> (Vec<Vec<u32>>, Vec<(u32, u32)>) {
    let mut invoked: Vec<(u32, u32)> = Vec::new();
    let mut calls: Vec<Vec<u32>> = vec![Vec::new(); program.methods().len()];
    let begins = program.symbol("<clinit>").is_some();
    for place in 0..program.len() as Idx {
        let node = program.node(place);
        let Some(caller) = program.number_of(node.method) else { continue };
        let mut add = |target: Idx| {
            if let Some(callee) = program.number_of(target) {
                calls[caller as usize].push(callee);
            }
        };
        match node.kind {
            NodeKind::Call => {
                for call in program.targets(place) {
                    if call.confidence > 0.0 || call.label == Some(EdgeLabel::Callback) {
                        add(call.method);
                        if let Some(callee) = program.number_of(call.method) {
                            invoked.push((caller, callee));
                        }
                    }
                }
                if !program.has_no_destructors() && program.name(place) == "<init>" {
                    ended_by(program, place).iter().for_each(|&m| add(m));
                }
                if begins && node.operator.is_none() {
                    for of in begun_by(program, place).into_iter().chain(loaded_by(program, models, place)) {
                        initialisers(program, of).iter().for_each(|&m| add(m));
                    }
                }
            }
            NodeKind::MethodRef => {
                program.children(place).iter().for_each(|&c| add(c));
                program.targets(place).iter().for_each(|c| add(c.method));
                if node.target != NONE {
                    add(node.target);
                }
            }
            NodeKind::Identifier if node.target != NONE && program.kind(node.target) == NodeKind::Method => {
                add(node.target)
            }
            NodeKind::Local if !program.has_no_destructors() => {
                ended_by(program, place).iter().for_each(|&m| add(m));
            }
            // What an object made here may run by dispatch.
            NodeKind::TypeDecl => {
                for &member in program.children(place) {
                    if program.kind(member) == NodeKind::Method {
                        add(member);
                    }
                }
            }
            _ => {}
        }
    }
    // A constructor runs the initialiser blocks of its type.
    let block = program.symbol("<init-block>").unwrap_or(Symbol::NONE);
    for (number, method) in program.methods().iter().enumerate() {
        if method.owner != NONE && program.name(method.node) == "<init>" {
            for &found in program.members(method.owner, block) {
                if let Some(callee) = program.number_of(found) {
                    calls[number].push(callee);
                }
            }
        }
    }
    for each in &mut calls {
        each.sort_unstable();
        each.dedup();
    }
    (calls, invoked)
}

/// Destructors of the types that a variable or a call names.
fn ended_by(program: &Program, node: Idx) -> Vec<Idx> {
    match program.class_named(node) {
        NONE => Vec::new(),
        of => program.lineage(of).into_iter().filter_map(|t| program.destructor(t)).collect(),
    }
}

/// Strongly connected components, callees before callers (Tarjan, 1972).
fn components(calls: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let count = calls.len();
    let (mut index, mut low, mut on) = (vec![NEW; count], vec![0u32; count], vec![false; count]);
    let (mut stack, mut found): (Vec<u32>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
    let mut next = 0u32;
    for start in 0..count as u32 {
        if index[start as usize] != NEW {
            continue;
        }
        let mut work = vec![(start, 0usize)];
        while let Some((node, place)) = work.last_mut() {
            let at = *node as usize;
            if *place == 0 {
                index[at] = next;
                low[at] = next;
                next += 1;
                stack.push(*node);
                on[at] = true;
            }
            if let Some(&to) = calls[at].get(*place) {
                *place += 1;
                if index[to as usize] == NEW {
                    work.push((to, 0));
                } else if on[to as usize] {
                    low[at] = low[at].min(index[to as usize]);
                }
                continue;
            }
            if low[at] == index[at] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on[member as usize] = false;
                    component.push(member);
                    if member as usize == at {
                        break;
                    }
                }
                // What is found last is what others before it call.
                found.push(component);
            }
            work.pop();
            if let Some((above, _)) = work.last() {
                low[*above as usize] = low[*above as usize].min(low[at]);
            }
        }
    }
    found
}
