//! Edits of files: what they say of values no longer and what they say anew, and what is found of calls after that.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{FileId, NodeId, Symbol};

use super::CallTargets;
use super::asks::Question;
use super::builder::{MethodFacts, Parameter, ValuesBuilder};
use super::follow::Follow;
use super::hierarchy::Ancestor;
use super::history::{History, used};
use super::matching::{Matched, Renumbered, matched};
use super::solver::{NO_CALL, Solver, Use, Value, ValueId};
use super::time::Round;
use super::variables::Var;
use crate::link::codec::Malformed;
use crate::link::hash::{self, NameHash};
use crate::link::stored::FileFacts;
use crate::link::symbols::Symbols;
use crate::link::{Listener, SymbolsBuilder, separator};
use crate::values::ValueRow;

/// After so many variables more than a quarter of those at first, all is to be solved anew, so that what edits leave behind goes.
const ROOM: usize = 1 << 16;

/// A file that was edited.
pub struct EditedFacts<'a> {
    pub file: FileId,
    pub before: FileFacts<'a>,
    pub after: FileFacts<'a>,
    /// Where each declaration is now, or [`stoa_model::rows::NO_LOCAL`].
    pub moved: Vec<u32>,
}

/// The values of a tree, with all that they were derived from, so that edits can be followed.
pub struct Followed {
    solver: Solver,
    /// How many variables there may be: nodes and values that are no more leave theirs behind.
    most: usize,
}

/// A file's facts of before and of now, under the numbers that nodes have here.
struct Versions {
    file: FileId,
    before: ValuesBuilder,
    after: ValuesBuilder,
    matched: Matched,
}

impl Followed {
    /// Solves the facts of a tree.
    pub fn new(facts: ValuesBuilder, symbols: &Arc<Symbols>) -> Followed {
        let files: Vec<(FileId, u32)> = facts.files.iter().map(|file| (file.file, file.nodes)).collect();
        let _listener = Listener::new();
        let mut solver = Solver::new(facts, symbols, true);
        solver.renumbered = files.into_iter().map(|(file, nodes)| (file, Renumbered::first(nodes))).collect();
        for (var, access) in &solver.keyed_accesses {
            solver.keyed.entry(*var).or_default().push(*access);
        }
        solver.solve();
        for (id, owner, of_class) in solver.owned() {
            let this = solver.this(id);
            solver.alone.insert(this, (owner, of_class));
        }
        let mut state = std::mem::take(&mut solver.state);
        if let Some(log) = state.log.take() {
            state.variables.grow(solver.variables);
            solver.kept = Box::new(History::of(*log, &mut state.variables, solver.calls.len()));
            solver.follows = true;
        }
        solver.of_files();
        let most = solver.variables as usize / 4 * 5 + ROOM;
        Followed { solver, most }
    }

    /// What calls run and variables hold.
    pub fn results(&self) -> CallTargets {
        self.solver.results(|_| true)
    }

    /// A variable that is not what it is derived to be, described.
    pub fn inconsistency(&self) -> Option<String> {
        self.solver.inconsistent()
    }

    /// How many bytes are kept, roughly.
    pub fn bytes(&self) -> usize {
        self.solver.bytes()
    }

    /// Follows edits, and brings what was found up to date with them. `names` are hashes of those that came, went or changed. Tells of which files
    /// something else is found than before; nothing if more has changed than can be followed, after which nothing here holds any longer.
    pub fn edit(
        &mut self,
        edits: &[EditedFacts<'_>],
        symbols: &Arc<Symbols>,
        names: &[NameHash],
        found: &mut CallTargets,
    ) -> Result<Option<FxHashSet<FileId>>, Malformed> {
        if self.solver.variables as usize > self.most {
            return Ok(None);
        }
        let mut names: FxHashSet<NameHash> = names.iter().copied().collect();
        let mut versions: Vec<Versions> = Vec::new();
        for edit in edits {
            if !edit.before.follows_values() && !edit.after.follows_values() {
                continue;
            }
            let Some(version) = self.solver.versions(edit, &mut names)? else { return Ok(None) };
            versions.push(version);
        }
        let edited: Vec<FileId> = versions.iter().map(|version| version.file).collect();
        let moved: FxHashSet<NodeId> =
            versions.iter().flat_map(|version| self.solver.moved(version)).collect();
        let listener = Listener::new();
        let changed = self.solver.follow(versions, symbols, &names);
        drop(listener);
        let Some(mut changed) = changed else { return Ok(None) };
        changed.extend(edited);
        // Those that name what has another number now have nothing new to say.
        let mut files = if moved.is_empty() { FxHashSet::default() } else { found.naming(&moved) };
        files.extend(&changed);
        let new = self.solver.results(|file| files.contains(&file));
        changed.extend(found.other_keys(&new.keys));
        found.replace(&files, new);
        Ok(Some(changed))
    }
}

impl Solver {
    /// Decodes two versions of a file and finds what differs, and the names of what is not what it was.
    fn versions(
        &mut self,
        edit: &EditedFacts<'_>,
        names: &mut FxHashSet<NameHash>,
    ) -> Result<Option<Versions>, Malformed> {
        let file = edit.file;
        let mut decode = |facts: &FileFacts<'_>| -> Result<ValuesBuilder, Malformed> {
            let mut builder =
                ValuesBuilder { texts: std::mem::take(&mut self.texts), ..ValuesBuilder::default() };
            let done = builder.add_facts(file, facts.values);
            self.texts = std::mem::take(&mut builder.texts);
            done.map(|()| builder)
        };
        let (mut before, mut after) = (decode(&edit.before)?, decode(&edit.after)?);
        let Some(known) = self.renumbered.get(&file).filter(|_| self.modules.contains_key(&file)) else {
            return Ok(None);
        };
        let Some(matched) = matched(&before, &after, &edit.moved, known) else { return Ok(None) };
        let declared = |facts: &FileFacts<'_>, parted: &[u32]| -> Result<Vec<NameHash>, Malformed> {
            let builder = SymbolsBuilder::of_names(facts.exports)?;
            let parted = builder.declarations.iter().filter(|d| parted.contains(&local_of(d.id)));
            Ok(parted.flat_map(|d| [d.full, d.name]).collect())
        };
        names.extend(declared(&edit.before, &matched.gone)?);
        names.extend(declared(&edit.after, &matched.new)?);
        translate(&mut before, |local| known.here(local));
        translate(&mut after, |local| matched.numbers.here(local));
        Ok(Some(Versions { file, before, after, matched }))
    }

    fn follow(
        &mut self,
        versions: Vec<Versions>,
        symbols: &Arc<Symbols>,
        names: &FxHashSet<NameHash>,
    ) -> Option<FxHashSet<FileId>> {
        let first_call = self.calls.len();
        let mut follow = Follow::new(self);
        // What is no longer so, as it was understood.
        let mut gone: Vec<NodeId> = Vec::new();
        for Versions { file, before, matched, .. } in &versions {
            let solver = &mut *follow.solver;
            let known = solver.renumbered.get(file).cloned().unwrap_or_default();
            gone.extend(matched.gone.iter().map(|local| node_id(*file, known.here(*local))));
            let context = solver.modules.get(file).copied().unwrap_or_default();
            solver.retracts = true;
            for &(from, to) in &matched.went {
                follow.solver.unit(*file, context, &before.rows[from..to]);
                follow.take(false, 0);
            }
            follow.solver.retracts = false;
            follow.keyed(false);
        }
        let questions = follow.solver.asks.concerned(names);
        let askers = follow.solver.askers(&questions);
        for &(question, var) in &askers {
            follow.solver.answer(question, var);
            follow.take(false, 0);
        }
        let used = follow.solver.concerned(names, &questions);
        for &(what, value, at) in &used {
            follow.solver.apply(what, value);
            follow.take(false, at + 1);
        }
        let is_gone: FxHashSet<NodeId> = gone.iter().copied().collect();
        for &id in &gone {
            follow.lonely(false, id);
            let var = follow.solver.node(id);
            let call = follow.solver.call_of.get(var as usize).copied().unwrap_or(NO_CALL);
            if call != NO_CALL {
                follow.around.calls.insert(call, false);
                follow.solver.dead_calls.insert(call);
                follow.calls.insert(call);
            }
        }
        // What is so now.
        follow.solver.symbols = symbols.clone();
        follow.solver.asks.forget(&questions);
        // Files may name one another.
        for Versions { file, before, after, matched } in &versions {
            follow.solver.take_version(*file, before, after, matched.numbers.clone());
        }
        for Versions { file, after, matched, .. } in versions {
            let context = follow.solver.modules.get(&file).copied().unwrap_or_default();
            let texts = after.rows.iter().filter(|row| row.op == crate::values::ValueOp::Literal);
            let texts: Vec<NodeId> = texts.map(|row| node_id(file, row.dst)).collect();
            let texts: Vec<Var> = texts.into_iter().map(|id| follow.solver.node(id)).collect();
            follow.solver.texts_of.insert(file, texts);
            for &(from, to) in &matched.came {
                follow.solver.unit(file, context, &after.rows[from..to]);
                follow.take(true, 0);
            }
            follow.keyed(true);
            let numbers = follow.solver.renumbered.get(&file).cloned().unwrap_or_default();
            for local in &matched.new {
                follow.lonely(true, node_id(file, numbers.here(*local)));
            }
        }
        if !names.is_empty() && follow.solver.supertypes() != follow.solver.hierarchy.bases {
            return None;
        }
        for (question, var) in askers {
            follow.solver.answer(question, var);
            follow.take(true, 0);
        }
        for (what, value, at) in used {
            follow.solver.apply(what, value);
            follow.take(true, at + 1);
        }
        for call in first_call..follow.solver.calls.len() {
            follow.around.calls.insert(call as u32, true);
            follow.calls.insert(call as u32);
        }
        follow.run();
        let changed = (!follow.is_lost).then(|| follow.files());
        for id in is_gone {
            self.methods.remove(&id);
            self.full_names.remove(&id);
            self.decorated.remove(&id);
        }
        changed
    }

    /// The declarations of a file that have another number now, or are no more.
    fn moved(&self, version: &Versions) -> Vec<NodeId> {
        let Some(known) = self.renumbered.get(&version.file) else { return Vec::new() };
        let declarations = version.before.files.first().map_or(0, |file| file.declarations);
        let moves = |local: &u32| version.matched.numbers.now_if_known(known.here(*local)) != Some(*local);
        (0..declarations).filter(moves).map(|local| node_id(version.file, local)).collect()
    }

    /// Takes in what is said of a file's declarations.
    fn take_version(
        &mut self,
        file: FileId,
        before: &ValuesBuilder,
        after: &ValuesBuilder,
        numbers: Renumbered,
    ) {
        self.renumbered.insert(file, numbers);
        self.note_decorated(file, &after.rows);
        let first = self.parameters.len() as u32;
        self.parameters.extend(after.parameters.iter().copied());
        for method in &after.methods {
            let parameters = (method.parameters.0 + first, method.parameters.1 + first);
            self.methods.insert(method.id, MethodFacts { parameters, ..*method });
            self.full_names.insert(method.id, method.full);
        }
        self.full_names.extend(after.types.iter().map(|facts| (facts.id, facts.full)));
        let before: FxHashSet<NodeId> = before.untyped.iter().copied().collect();
        self.rows.untyped.retain(|id| !before.contains(id));
        self.rows.untyped.extend(after.untyped.iter().copied());
    }

    /// What facts ask that is answered by other names now, and the variables that take the answer.
    fn askers(&self, questions: &FxHashSet<Question>) -> Vec<(Question, Var)> {
        let all = self.asks.askers.values().flatten();
        all.filter(|(question, _)| questions.contains(question)).copied().collect()
    }

    fn answer(&mut self, question: Question, var: Var) {
        match question {
            Question::Name(context, name) => self.name(var, context, name),
            Question::Import(context, path) => self.import(var, context, path),
            Question::Type(context, name) => self.instance(var, context, name),
            Question::Member(..) => {}
        }
    }

    /// What is done with values that asks for any of some names: (what, value, the round at whose end).
    fn concerned(
        &mut self,
        names: &FxHashSet<NameHash>,
        questions: &FxHashSet<Question>,
    ) -> Vec<(Use, ValueId, Round)> {
        if names.is_empty() {
            return Vec::new();
        }
        let members: FxHashSet<(u32, Symbol)> = questions
            .iter()
            .filter_map(|question| match *question {
                Question::Member(module, name) => Some((module, name)),
                _ => None,
            })
            .collect();
        let mut texts: FxHashSet<Symbol> = members.iter().map(|(_, name)| *name).collect();
        let all = (1..self.texts.len() as u32).map(Symbol);
        texts.extend(all.filter(|text| names.contains(&hash::of(self.texts.get(*text)))));
        let named = |name: &str| names.contains(&hash::of(name));
        let makes = named("__init__") || named("<init>");
        let (calls, iterates) = (named("__call__"), named("__iter__") || named("__next__"));
        let mut found: Vec<(Use, Var, Round)> = Vec::new();
        for (var, uses) in self.kept.uses.all() {
            for &(what, since) in uses {
                let is = match what {
                    Use::Load { name, .. } | Use::Store { name, .. } | Use::MethodCall { name, .. } => {
                        texts.contains(&name)
                    }
                    Use::Super { call } => texts.contains(&self.calls[call as usize].name),
                    Use::Call { .. } => makes || calls,
                    Use::Throw { .. } => makes,
                    Use::Iterate { .. } | Use::Next { .. } => iterates,
                    _ => false,
                };
                if is {
                    found.push((what, var, since));
                }
            }
        }
        let mut concerned = Vec::new();
        for (what, var, since) in found {
            let course = self.kept.values(var);
            for &(value, came) in &course.held {
                if let Some(at) = used(since, came, course.cut)
                    && self.asks_for(what, value, names, &members)
                {
                    concerned.push((what, value, at));
                }
            }
        }
        concerned
    }

    /// Whether a use of a value asks for any of some names.
    fn asks_for(
        &mut self,
        what: Use,
        value: ValueId,
        names: &FxHashSet<NameHash>,
        members: &FxHashSet<(u32, Symbol)>,
    ) -> bool {
        let value = self.the(value);
        let name = match what {
            Use::Load { name, .. } | Use::MethodCall { name, .. } | Use::Store { name, .. } => {
                self.texts.get(name).to_owned()
            }
            Use::Super { call } => self.texts.get(self.calls[call as usize].name).to_owned(),
            Use::Call { .. } if matches!(value, Value::Instance(_)) => "__call__".to_owned(),
            Use::Call { .. } | Use::Throw { .. } => String::new(),
            Use::Iterate { .. } => "__iter__".to_owned(),
            Use::Next { .. } => "__next__".to_owned(),
            _ => return false,
        };
        if let (Value::Module(module), Use::Load { name, .. } | Use::MethodCall { name, .. }) = (value, what)
        {
            return members.contains(&(module, name));
        }
        let (Value::Instance(of) | Value::Type(of)) = value else { return false };
        let family = self.family_of(of);
        let order = self.hierarchy.order(of);
        order.iter().any(|ancestor| {
            let Ancestor::Known(id) = ancestor else { return false };
            let Some(full) = self.full_names.get(id) else { return false };
            let own = hash::extend(*full, separator(self.family_of(*id)));
            let constructors = matches!(name.as_str(), "" | "<init>");
            let made = constructors
                && ["__init__", "<init>"].iter().any(|name| names.contains(&hash::extend(own, name)));
            made || names.contains(&hash::extend(own, &name)) || {
                let own = hash::extend(*full, separator(family));
                names.contains(&hash::extend(own, &name))
            }
        })
    }
}

impl Follow<'_> {
    /// Takes in accesses by keys that facts just spoke of.
    fn keyed(&mut self, plus: bool) {
        for (var, what) in std::mem::take(&mut self.solver.keyed_accesses) {
            let known = self.solver.keyed.entry(var).or_default();
            match (plus, known.iter().position(|known| *known == what)) {
                (true, _) => known.push(what),
                (false, Some(place)) => drop(known.swap_remove(place)),
                (false, None) => self.is_lost = true,
            }
            self.around.keyed.push((plus, var, what));
        }
    }

    /// Takes in a method that came or went.
    fn lonely(&mut self, plus: bool, id: NodeId) {
        let Some(facts) = self.solver.methods.get(&id).copied() else { return };
        let Some(owner) = facts.owner else { return };
        let this = self.solver.this(id);
        match plus {
            true => drop(self.solver.alone.insert(this, (owner, facts.of_class))),
            false => drop(self.solver.alone.remove(&this)),
        }
        self.around.alone.push((plus, this, owner, facts.of_class));
    }
}

/// Gives the nodes of a file other numbers.
fn translate(builder: &mut ValuesBuilder, here: impl Fn(u32) -> u32) {
    let local = |local: u32| if local == stoa_model::rows::NO_LOCAL { local } else { here(local) };
    let id = |id: NodeId| node_id(file_of(id), local(local_of(id)));
    for ValueRow { dst, src, .. } in &mut builder.rows {
        (*dst, *src) = (local(*dst), local(*src));
    }
    for MethodFacts { id: method, owner, .. } in &mut builder.methods {
        *method = id(*method);
        *owner = owner.map(&id);
    }
    for Parameter { id: parameter, .. } in &mut builder.parameters {
        *parameter = id(*parameter);
    }
    builder.types.iter_mut().for_each(|facts| facts.id = id(facts.id));
    builder.bases.iter_mut().for_each(|base| base.of = id(base.of));
    builder.untyped.iter_mut().for_each(|variable| *variable = id(*variable));
}
