//! What the fixpoint says of calls, variables and texts.

use smallvec::SmallVec;
use stoa_model::{EdgeLabel, FileId, NodeId, Symbol};

use super::solver::{CallId, NO_VAR, Solver, Value};
use super::{CallTargets, FoundAt};
use crate::link::answer::Target;

impl Solver<'_> {
    /// The types whose instances variables without a declared type hold: (variable, type, how many types it has).
    fn types(&self) -> Vec<(NodeId, NodeId, u32)> {
        let mut types = Vec::new();
        for &variable in &self.rows.untyped {
            let known = self.numbering.of(variable).map(|number| self.of_node[number as usize]);
            let Some(var) = known.filter(|var| *var != NO_VAR) else { continue };
            // What was cut holds other types as well; nothing is said of it, and nothing of it is kept.
            let instances = self.variables.values(var).iter().filter_map(|v| match self.the(*v) {
                Value::Instance(of) if !self.methods.contains_key(&of) => Some(of),
                _ => None,
            });
            let mut instances: SmallVec<[NodeId; 2]> = instances.collect();
            instances.sort_unstable();
            let count = instances.len() as u32;
            types.extend(instances.into_iter().map(|of| (variable, of, count)));
        }
        types
    }

    /// The texts that may be keys: (file, the number of the text in it).
    fn keys(&self) -> Vec<(FileId, u32)> {
        let mattering = self.variables.mattering().into_iter();
        mattering
            .map(|text| {
                let file = self.first_texts.partition_point(|(_, first)| *first <= text) - 1;
                let (file, first) = self.first_texts[file];
                (file, text - first)
            })
            .collect()
    }

    pub fn finish(self) -> CallTargets {
        let (types, keys) = (self.types(), self.keys());
        let mut found = CallTargets { types, keys, cut: self.variables.cuts, ..CallTargets::default() };
        let mut order: Vec<CallId> = (0..self.calls.len() as CallId).collect();
        order.sort_by_key(|call| self.calls[*call as usize].id);
        let texts = &self.texts;
        let mut targets: Vec<Target> = Vec::new();
        let mut outside: Vec<Symbol> = Vec::new();
        for call in order.into_iter().map(|call| &self.calls[call as usize]) {
            // A set that was cut says nothing of what is called through it.
            if call.through != NO_VAR && self.variables.is_cut(call.through) {
                continue;
            }
            targets.clear();
            targets.extend(self.targets.of(call.targets));
            // A method is named once, by the way that is the surest.
            targets.sort_unstable_by_key(|t| (t.id, std::cmp::Reverse((t.confidence.to_bits(), t.label as u8))));
            targets.dedup_by_key(|t| t.id);
            if call.by_name != 0 {
                if self.decorated.contains(&call.by_name) {
                    for target in &mut targets {
                        (target.label, target.confidence) = (EdgeLabel::Value, 0.9);
                    }
                } else {
                    // The file has this edge already.
                    targets.retain(|t| t.id != call.by_name);
                }
            }
            outside.clear();
            outside.extend(self.outside.of(call.outside));
            outside.sort_unstable_by_key(|path| texts.get(*path));
            if targets.is_empty() && outside.is_empty() && !call.implicit {
                continue;
            }
            let before = (found.targets.len() as u32, found.outside.len() as u32);
            found.targets.append(&mut targets);
            found.outside.append(&mut outside);
            found.calls.push(FoundAt {
                call: call.id,
                targets: (before.0, found.targets.len() as u32),
                outside: (before.1, found.outside.len() as u32),
                unasked: call.unasked,
                implicit: call.implicit,
            });
        }
        found.texts = self.texts;
        found
    }
}
