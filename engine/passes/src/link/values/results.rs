//! What the fixpoint says of calls, variables and texts.

use std::cmp::Reverse;

use smallvec::SmallVec;
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{EdgeLabel, FileId, NodeId, Symbol};

use super::solver::{CallId, NO_VAR, Solver, Value, ValueId};
use super::time::NEVER;
use super::variables::Var;
use super::{CallTargets, FoundAt};
use crate::link::answer::Target;

impl Solver {
    /// The types whose instances variables without a declared type hold: (variable, type, how many types it has).
    fn types(&self, of_file: impl Fn(FileId) -> bool) -> Vec<(NodeId, NodeId, u32)> {
        let mut types = Vec::new();
        for &variable in self.rows.untyped.iter().filter(|id| of_file(file_of(**id))) {
            let Some(var) = self.known(variable) else { continue };
            // What was cut holds other types as well; nothing is said of it.
            let is_type = |value: &ValueId| match self.the(*value) {
                Value::Instance(of) if !self.methods.contains_key(&of) => Some(self.now(of)),
                _ => None,
            };
            let mut instances: SmallVec<[NodeId; 2]> = match self.follows {
                true => {
                    let course = self.kept.values(var);
                    let held = course.held.iter().filter(|_| course.cut == NEVER);
                    held.filter_map(|(value, _)| is_type(value)).collect()
                }
                false => self.state.variables.values(var).iter().filter_map(is_type).collect(),
            };
            instances.sort_unstable();
            let count = instances.len() as u32;
            types.extend(instances.into_iter().map(|of| (self.now(variable), of, count)));
        }
        types.sort_unstable();
        types
    }

    /// The texts that may be keys: (file, the number of the text in it).
    fn keys(&self) -> Vec<(FileId, u32)> {
        if self.follows {
            let mattering = self.kept.mattering();
            let of_file = |(file, texts): (&FileId, &Vec<Var>)| -> Vec<(FileId, u32)> {
                let texts = texts.iter().enumerate().filter(|(_, var)| mattering.contains(var));
                texts.map(|(number, _)| (*file, number as u32)).collect()
            };
            let mut keys: Vec<(FileId, u32)> = self.texts_of.iter().flat_map(of_file).collect();
            keys.sort_unstable();
            return keys;
        }
        let mattering = self.state.variables.mattering(&self.sources).into_iter();
        mattering
            .map(|text| {
                let file = self.first_texts.partition_point(|(_, first)| *first <= text) - 1;
                let (file, first) = self.first_texts[file];
                (file, text - first)
            })
            .collect()
    }

    /// Notes the texts of each file.
    pub fn of_files(&mut self) {
        let ends =
            self.first_texts.iter().skip(1).map(|(_, first)| *first).chain([self.sources.len() as u32]);
        for (&(file, first), end) in self.first_texts.iter().zip(ends) {
            self.texts_of.insert(file, self.sources[first as usize..end as usize].to_vec());
        }
        (self.first_texts, self.sources) = (Vec::new(), Vec::new());
    }

    /// The id that a node has now.
    fn now(&self, id: NodeId) -> NodeId {
        match self.renumbered.get(&file_of(id)) {
            Some(numbers) => node_id(file_of(id), numbers.now(local_of(id))),
            None => id,
        }
    }

    fn is_cut(&self, var: Var) -> bool {
        if self.follows { self.kept.cut_of(var) != NEVER } else { self.state.variables.is_cut(var) }
    }

    /// What is found of files, and the keys of all.
    pub fn results(&self, of_file: impl Fn(FileId) -> bool + Sync) -> CallTargets {
        let others = || rayon::join(|| self.keys(), || (self.types(&of_file), self.cut_nodes()));
        let (found, (keys, (types, cut))) = rayon::join(|| self.found(&of_file), others);
        CallTargets { types, keys, cut, ..found }
    }

    /// What calls run.
    fn found(&self, of_file: impl Fn(FileId) -> bool) -> CallTargets {
        let mut found = CallTargets::default();
        let is_asked = |call: &CallId| {
            of_file(file_of(self.calls[*call as usize].id)) && !self.dead_calls.contains(call)
        };
        let alive = (0..self.calls.len() as CallId).filter(is_asked);
        let mut order: Vec<(NodeId, CallId)> = Vec::with_capacity(self.calls.len());
        order.extend(alive.map(|call| (self.now(self.calls[call as usize].id), call)));
        // Most of them are in order already.
        order.sort();
        let texts = &self.texts;
        // Each text is looked up once.
        let mut known: Vec<Symbol> = vec![Symbol::NONE; texts.len() + 1];
        let mut targets: Vec<Target> = Vec::new();
        let mut outside: Vec<Symbol> = Vec::new();
        found.calls.reserve(order.len());
        found.targets.reserve(order.len() * 2);
        for (id, number) in order {
            let call = &self.calls[number as usize];
            // A set that was cut says nothing of what is called through it.
            if call.through != NO_VAR && self.is_cut(call.through) {
                continue;
            }
            targets.clear();
            outside.clear();
            let mut implicit = self.state.is_implicit(number);
            if self.follows {
                targets.extend(self.kept.targets.get(number).iter().map(|(target, _)| *target));
                outside.extend(self.kept.outside.get(number).iter().map(|(path, _)| *path));
                implicit = self.kept.implicit.get(&number).is_some_and(|times| *times > 0);
            } else {
                targets.extend(self.state.targets(number));
                outside.extend(self.state.outside(number));
            }
            // A method is named once, by the way that is the surest.
            targets.sort_unstable_by_key(|t| (t.id, Reverse((t.confidence.to_bits(), t.label as u8))));
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
            targets.iter_mut().for_each(|target| target.id = self.now(target.id));
            targets.sort_unstable_by_key(|t| t.id);
            outside.sort_unstable_by_key(|path| texts.get(*path));
            outside.dedup();
            if targets.is_empty() && outside.is_empty() && !implicit {
                continue;
            }
            let before = (found.targets.len() as u32, found.outside.len() as u32);
            found.targets.append(&mut targets);
            for path in &outside {
                let place = &mut known[path.0 as usize];
                if !place.is_some() {
                    *place = found.texts.intern(texts.get(*path));
                }
                found.outside.push(*place);
            }
            found.calls.push(FoundAt {
                call: id,
                targets: (before.0, found.targets.len() as u32),
                outside: (before.1, found.outside.len() as u32),
                unasked: call.unasked,
                implicit,
            });
        }
        found
    }

    /// How many nodes may hold more than what was followed.
    fn cut_nodes(&self) -> u64 {
        self.of_node.iter().filter(|var| **var != NO_VAR && self.is_cut(**var)).count() as u64
            + self.by_role.values().filter(|var| self.is_cut(**var)).count() as u64
    }

    /// A variable that is not what it is derived to be, described.
    pub fn inconsistent(&self) -> Option<String> {
        let states = (0..self.variables).map(|var| {
            let (mut values, mut texts) = (self.kept.values(var), self.kept.texts(var));
            values.held.sort_unstable_by_key(|(value, time)| (*time, *value));
            texts.held.sort_unstable_by_key(|(text, time)| (*time, *text));
            (var, (values, texts), self.kept.pull(var))
        });
        let mut wrong = states.filter(|(_, is, should)| is != should);
        wrong.next().map(|(var, is, should)| {
            let node = self.of_node.iter().position(|of| *of == var);
            let field = self.fields.iter().find(|(_, of)| **of == var);
            let made = self.made.iter().find(|(_, of)| **of == var);
            let ins = self.kept.ins.get(var);
            format!("{var} (node {node:?}, {field:?}, {made:?}) from {ins:?}: {is:?} and not {should:?}")
        })
    }

    /// How many bytes are kept, roughly.
    pub fn bytes(&self) -> usize {
        let nodes = self.of_node.capacity() * 4 + self.call_of.capacity() * 4 + self.callees.capacity() * 4;
        let maps = (self.fields.capacity() + self.made.capacity()) * 17
            + (self.all_elements.capacity() + self.by_role.capacity()) * 13
            + self.value_ids.capacity() * 25
            + self.methods.capacity() * 57
            + self.full_names.capacity() * 17;
        let calls = self.calls.capacity() * size_of::<super::solver::Call>() + self.arguments.bytes();
        let texts = self.texts_of.values().map(|texts| texts.capacity() * 4).sum::<usize>();
        nodes + maps + calls + texts + self.variables as usize * 28 + self.kept.bytes() + self.asks.bytes()
    }
}
