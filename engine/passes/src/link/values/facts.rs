//! Facts to constraints: what each fact of a file says about variables.

use stoa_model::rows::NO_LOCAL;
use stoa_model::{FileId, NodeId, Symbol, ids::node_id};

use super::ahead::{AHEAD, look};
use super::asks::Question;
use super::builder::{continues, per_file};
use super::effects::Effect;
use super::lists::List;
use super::literals::KeyUse;
use super::solver::{Bound, Call, CallId, Made, NO_CALL, NO_VAR, Passed, Solver, Use, Value};
use crate::values::{ValueOp, ValueRow};

/// The facts of a file, each with those that continue it: where their rows begin and end.
pub(super) fn each_unit(facts: &[ValueRow]) -> Vec<(usize, usize)> {
    let mut units: Vec<(usize, usize)> = Vec::new();
    for (place, row) in facts.iter().enumerate() {
        match units.last_mut() {
            Some(last) if continues(row) => last.1 = place + 1,
            // Nothing is there to be continued.
            None if continues(row) => {}
            _ => units.push((place, place + 1)),
        }
    }
    units
}

impl Solver {
    pub fn load(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        self.rows.untyped = std::mem::take(&mut rows.untyped);
        self.rows.bases = std::mem::take(&mut rows.bases);
        for (file, facts) in per_file(&rows) {
            self.note_decorated(file.file, facts);
        }
        let all_units = |solver: &mut Solver| {
            for (file, facts) in per_file(&rows) {
                let Some(&context) = solver.modules.get(&file.file) else { continue };
                solver.first_texts.push((file.file, solver.sources.len() as u32));
                for units in each_unit(facts).chunks(AHEAD) {
                    look(units, |(from, _)| solver.of_fact(file.file, context, &facts[*from]));
                    units.iter().for_each(|(from, to)| solver.unit(file.file, context, &facts[*from..*to]));
                    solver.hand_out();
                }
            }
        };
        self.meanwhile(rows.rows.len(), |_| {}, all_units);
    }

    pub fn note_decorated(&mut self, file: FileId, facts: &[ValueRow]) {
        let decorated = facts.iter().filter(|row| row.op == ValueOp::Decorated);
        self.decorated.extend(decorated.map(|row| node_id(file, row.dst)));
    }

    /// A fact and those that continue it. An access by a key that a variable holds waits for the key.
    pub fn unit(&mut self, file: FileId, context: u32, rows: &[ValueRow]) {
        let Some((row, keys)) = rows.split_first() else { return };
        if keys.is_empty() || !matches!(row.op, ValueOp::Load | ValueOp::Store) {
            self.fact(file, context, row);
        }
        keys.iter().for_each(|key| self.key(file, row, key));
    }

    fn key(&mut self, file: FileId, before: &ValueRow, row: &ValueRow) {
        let key = self.node(node_id(file, row.src));
        let dst = self.node(node_id(file, before.dst));
        match before.op {
            ValueOp::Load => {
                let base = self.node(node_id(file, before.src));
                let access = KeyUse { base, other: dst, writes: false };
                self.keyed_accesses.push((key, access));
                self.key_of(key, access);
            }
            ValueOp::Store => {
                let src = self.node(node_id(file, before.src));
                let access = KeyUse { base: dst, other: src, writes: true };
                self.keyed_accesses.push((key, access));
                self.key_of(key, access);
            }
            ValueOp::Super => {
                let call = self.call(node_id(file, before.dst));
                self.on(key, Use::Super { call });
            }
            _ => {}
        }
    }

    /// The call at a node, new or known.
    pub fn call(&mut self, id: NodeId) -> CallId {
        let result = self.node(id);
        // Variables are made one after the other, and most calls are new.
        if self.call_of.len() <= result as usize {
            self.call_of.resize(result as usize + 1, NO_CALL);
        }
        if self.call_of[result as usize] != NO_CALL {
            return self.call_of[result as usize];
        }
        let new = self.calls.len() as CallId;
        self.calls.push(Call {
            id,
            result,
            through: NO_VAR,
            arguments: List::default(),
            name: Symbol::NONE,
            decorates: false,
            by_name: 0,
            unasked: false,
        });
        self.call_of[result as usize] = new;
        new
    }

    fn fact(&mut self, file: FileId, context: u32, row: &ValueRow) {
        let id = |local: u32| node_id(file, local);
        let (dst_id, src_id) = (id(row.dst), id(row.src));
        match row.op {
            ValueOp::Argument => {
                let passed = match self.texts.get(row.name) {
                    "*" => Passed::Spread,
                    text => match text.parse() {
                        Ok(place) => Passed::Place(place),
                        Err(_) => Passed::Keyword(row.name),
                    },
                };
                let src = self.node(src_id);
                let call = self.call(dst_id);
                if !self.retracts {
                    self.arguments.push(&mut self.calls[call as usize].arguments, (passed, src));
                }
            }
            ValueOp::Call => {
                let call = self.call(dst_id);
                let callee = if row.src == NO_LOCAL {
                    self.calls[call as usize].name = row.name;
                    let (callee, _) = self.made(Made::Name(call));
                    self.asks.asker(Question::Name(context, row.name), callee, self.retracts);
                    self.name(callee, context, row.name);
                    callee
                } else {
                    if self.methods.contains_key(&src_id) {
                        let known = &mut self.calls[call as usize];
                        (known.by_name, known.unasked) = (src_id, true);
                    }
                    self.node(src_id)
                };
                self.calls[call as usize].through = callee;
                self.on(callee, Use::Call { call, bound: Bound::Plain });
            }
            ValueOp::Copy => {
                let (dst, src) = (self.node(dst_id), self.node(src_id));
                self.copy(src, dst);
            }
            ValueOp::Decorated => {
                let (dst, src) = (self.node(dst_id), self.node(src_id));
                let call = self.call(src_id);
                self.calls[call as usize].decorates = true;
                self.copy(src, dst);
            }
            // The name of a decorated method holds what the decorator gives.
            ValueOp::Function if dst_id == src_id && self.decorated.contains(&dst_id) => {}
            ValueOp::Function => {
                let value = self.value(Value::Function(src_id));
                let dst = self.node(dst_id);
                self.add(dst, value);
            }
            ValueOp::Type => {
                let value = self.value(Value::Type(src_id));
                let dst = self.node(dst_id);
                self.add(dst, value);
            }
            ValueOp::Import => {
                let dst = self.node(dst_id);
                self.asks.asker(Question::Import(context, row.name), dst, self.retracts);
                self.import(dst, context, row.name);
            }
            ValueOp::Instance => {
                let dst = self.node(dst_id);
                self.asks.asker(Question::Type(context, row.name), dst, self.retracts);
                self.instance(dst, context, row.name);
            }
            ValueOp::Iterate => {
                let (src, call) = (self.node(src_id), self.call(dst_id));
                self.calls[call as usize].unasked = true;
                self.on(src, Use::Iterate { call });
            }
            ValueOp::Next => {
                let (src, call) = (self.node(src_id), self.call(dst_id));
                self.calls[call as usize].unasked = true;
                self.on(src, Use::Next { call });
            }
            ValueOp::Literal => {
                let dst = self.node(dst_id);
                if !self.follows {
                    self.sources.push(dst);
                }
                self.effects.push(Effect::Text(dst, row.name));
            }
            ValueOp::Load => {
                let (dst, src) = (self.node(dst_id), self.node(src_id));
                self.on(src, Use::Load { name: row.name, dst });
            }
            ValueOp::MethodCall => {
                let (src, call) = (self.node(src_id), self.call(dst_id));
                self.calls[call as usize].name = row.name;
                self.calls[call as usize].through = src;
                self.on(src, Use::MethodCall { call, name: row.name });
            }
            ValueOp::Module => {
                let value = self.value(Value::Module(context));
                let dst = self.node(dst_id);
                self.add(dst, value);
            }
            ValueOp::Name => {
                let dst = self.node(dst_id);
                self.asks.asker(Question::Name(context, row.name), dst, self.retracts);
                self.name(dst, context, row.name);
            }
            ValueOp::New => {
                let call = self.call(dst_id);
                let (mut callee, _) = self.made(Made::Name(call));
                if row.src == NO_LOCAL {
                    self.asks.asker(Question::Name(context, row.name), callee, self.retracts);
                    self.name(callee, context, row.name);
                } else {
                    callee = self.node(src_id);
                    let path = self.texts.get(row.name).to_owned();
                    for (step, part) in path.split('.').enumerate() {
                        let name = self.texts.intern(part);
                        let (next, _) = self.made(Made::Step(call, step as u32));
                        self.on(callee, Use::Load { name, dst: next });
                        callee = next;
                    }
                }
                self.on(callee, Use::Call { call, bound: Bound::Plain });
            }
            ValueOp::Object => {
                let text = self.texts.get(row.name).to_owned();
                let (sort, count) = text.split_once(':').unwrap_or((&text, ""));
                let sort = if sort.is_empty() { Symbol::NONE } else { self.texts.intern(sort) };
                self.containers.insert(dst_id, (sort, count.parse().ok()));
                let value = self.value(Value::Object(dst_id));
                let dst = self.node(dst_id);
                self.add(dst, value);
            }
            ValueOp::Return => {
                let (src, returned) = (self.node(src_id), self.returned(dst_id));
                // What a generator returns is not what its call gives.
                if !self.methods.get(&dst_id).is_some_and(|m| m.generator) {
                    self.copy(src, returned);
                }
            }
            ValueOp::Slice => {
                let (dst, src) = (self.node(dst_id), self.node(src_id));
                let next = self.parts.len() as u32;
                let part = *self.part_of.entry(dst_id).or_insert(next);
                if part == next {
                    self.parts.push((row.name, dst_id));
                }
                self.on(src, Use::Slice { part, dst });
            }
            ValueOp::Spread => {
                let (holder, src) = (self.value(Value::Object(dst_id)), self.node(src_id));
                let into = self.node(dst_id);
                self.on(src, Use::Spread { holder, into });
            }
            ValueOp::Store => {
                let (base, src) = (self.node(dst_id), self.node(src_id));
                self.on(base, Use::Store { name: row.name, src });
            }
            ValueOp::Super => {
                let call = self.call(dst_id);
                self.super_of.insert(call, src_id);
                self.calls[call as usize].name = row.name;
            }
            ValueOp::This => {
                let (dst, this) = (self.node(dst_id), self.this(src_id));
                self.copy(this, dst);
            }
            ValueOp::Throw => {
                let (src, call) = (self.node(src_id), self.call(dst_id));
                self.calls[call as usize].unasked = true;
                self.on(src, Use::Throw { call });
            }
            ValueOp::Yield => {
                let (src, returned) = (self.node(src_id), self.returned(dst_id));
                let generator = self.value(Value::Object(dst_id));
                self.add(returned, generator);
                if row.name.is_some() {
                    self.on(src, Use::Spread { holder: generator, into: NO_VAR });
                } else {
                    let element = self.field(generator, self.any);
                    self.copy(src, element);
                }
            }
            ValueOp::Key => {}
        }
    }
}
