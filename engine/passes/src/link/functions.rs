//! Functions as values, in languages that declare types: which functions a call through a variable, a field or a parameter
//! may run, and which ones a call outside of the tree is given to run.
//!
//! In: the facts of every file ([`crate::scopes::FunctionRow`]) and the symbol tables. Out: targets, added to [`CallTargets`]. The facts
//! are inclusion constraints between sets of functions, as in [`super::values`], but only functions are followed: what an object
//! is, its declared type says. A field is one variable for all objects of its type, which is how calls through a structure of
//! function pointers are resolved in kernels. What a container is given is what it gives.
//!
//! A call has each of n functions with a share of the confidence. A variable that would hold more than [`MAX_FUNCTIONS`] is cut
//! and counted.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::rows::ReferenceRow;
use stoa_model::{EdgeLabel, FileId, Interner, NodeId, NodeKind, ReferenceForm, Symbol, ids::node_id};

use super::answer::{Answer, Linker, Reference, Target};
use super::asked;
use super::hash::{self, NameHash};
use super::paths::Places;
use super::symbols::{Symbols, members_in_scope, separator};
use super::types::Scope;
use super::values::CallTargets;
use crate::FilePasses;
use crate::scopes::{FunctionOp, FunctionRow};

/// What one variable may hold at most.
pub const MAX_FUNCTIONS: usize = 1024;

/// The references of so many files are answered together.
const FILES_TOGETHER: usize = 64;

/// Collects the facts of some files. Builders are joined in the order of their files.
#[derive(Default)]
pub struct FunctionsBuilder {
    pub(super) texts: Interner,
    /// (file, the first of its rows, the first of its references)
    pub(super) files: Vec<(FileId, usize, usize)>,
    pub(super) rows: Vec<FunctionRow>,
    pub(super) asked: Vec<ReferenceRow>,
}

impl FunctionsBuilder {
    /// Adds the facts of a file. `passes` must have run over it last.
    pub fn add_file(&mut self, file: FileId, passes: &FilePasses, names: &Interner) {
        let facts = &passes.scopes.functions;
        if facts.rows.is_empty() {
            return;
        }
        self.files.push((file, self.rows.len(), self.asked.len()));
        let texts = &mut self.texts;
        let mut text =
            |symbol: Symbol| if symbol.is_some() { texts.intern(names.get(symbol)) } else { symbol };
        self.rows.extend(facts.rows.iter().map(|row| with_texts(row, &mut text)));
        self.asked.extend(facts.asked.iter().map(|row| reference_with_texts(row, &mut text)));
    }

    /// Adds what another builder collected of the files after these.
    pub fn join(&mut self, other: FunctionsBuilder) {
        let (rows, asked) = (self.rows.len(), self.asked.len());
        self.files.extend(other.files.iter().map(|f| (f.0, f.1 + rows, f.2 + asked)));
        let texts = &mut self.texts;
        let mut text =
            |symbol: Symbol| if symbol.is_some() { texts.intern(other.texts.get(symbol)) } else { symbol };
        self.rows.extend(other.rows.iter().map(|row| with_texts(row, &mut text)));
        self.asked.extend(other.asked.iter().map(|row| reference_with_texts(row, &mut text)));
    }
}

impl FunctionsBuilder {
    fn text(&self, symbol: Symbol) -> &str {
        if symbol.is_some() { self.texts.get(symbol) } else { "" }
    }

    fn reference(&self, file: FileId, row: &ReferenceRow) -> Reference<'_> {
        Reference {
            src: node_id(file, row.src),
            kind: row.kind,
            form: row.form,
            name: self.text(row.name),
            qualifier: self.text(row.qualifier),
            arity: row.arity,
            owner: self.text(row.owner),
            arguments: self.text(row.arguments),
        }
    }
}

/// What names and types say of the references of each file.
fn answers(facts: &FunctionsBuilder, symbols: &Symbols) -> Vec<Vec<Answer>> {
    let ends = facts.files.iter().skip(1).map(|f| f.2).chain([facts.asked.len()]);
    let files = facts.files.iter().zip(ends).map(|(f, end)| (f.0, &facts.asked[f.2..end]));
    let files: Vec<(FileId, &[ReferenceRow])> = files.collect();
    let of_files = |files: &[(FileId, &[ReferenceRow])]| -> Vec<Vec<Answer>> {
        let linker = Linker::new(symbols);
        let of_file = |(file, rows): &(FileId, &[ReferenceRow])| -> Vec<Answer> {
            let Some(context) = symbols.file(*file) else { return Vec::new() };
            linker.next_file();
            rows.iter().map(|row| linker.answer(context, &facts.reference(*file, row))).collect()
        };
        files.iter().map(of_file).collect()
    };
    // What is asked is heard by thread.
    match asked::is_heard() {
        true => of_files(&files),
        false => files.par_chunks(FILES_TOGETHER).flat_map_iter(of_files).collect(),
    }
}

fn with_texts(row: &FunctionRow, text: &mut impl FnMut(Symbol) -> Symbol) -> FunctionRow {
    FunctionRow { name: text(row.name), qualifier: text(row.qualifier), owner: text(row.owner), ..*row }
}

fn reference_with_texts(row: &ReferenceRow, text: &mut impl FnMut(Symbol) -> Symbol) -> ReferenceRow {
    ReferenceRow {
        name: text(row.name),
        qualifier: text(row.qualifier),
        owner: text(row.owner),
        arguments: text(row.arguments),
        ..*row
    }
}

type Var = u32;

#[derive(Default)]
struct Variable {
    functions: SmallVec<[NodeId; 2]>,
    /// Takes all of this one's.
    copies: SmallVec<[Var; 2]>,
    /// Calls that run it, and how.
    invokes: SmallVec<[(NodeId, EdgeLabel); 1]>,
    cut: bool,
}

/// A call that passes functions on.
#[derive(Default)]
struct Call {
    arguments: SmallVec<[(i32, Var); 2]>,
    receiver: Option<Var>,
    targets: FxHashSet<NodeId>,
}

struct Solver<'a> {
    linker: Linker<'a>,
    symbols: &'a Symbols,
    of_node: FxHashMap<NodeId, Var>,
    variables: Vec<Variable>,
    calls: FxHashMap<NodeId, Call>,
    parameters: FxHashMap<(NodeId, i32), NodeId>,
    /// What methods give.
    returned: FxHashMap<NodeId, Var>,
    found: FxHashMap<NodeId, SmallVec<[Target; 2]>>,
    /// What is in `copies` and `invokes` of variables already.
    copied: FxHashSet<(Var, Var)>,
    invoked: FxHashSet<(Var, NodeId, EdgeLabel)>,
    /// The names of members that are assigned anything that may be a function.
    stored: FxHashSet<NameHash>,
    work: Vec<(Var, NodeId)>,
}

/// What calls run, in the order of their ids, and how many variables were cut.
pub struct FoundFunctions {
    calls: Vec<(NodeId, SmallVec<[Target; 2]>)>,
    cut: u64,
}

impl FoundFunctions {
    /// Joins what values say.
    pub fn add_to(self, calls: &mut CallTargets) {
        calls.add(self.calls);
        calls.cut += self.cut;
    }
}

/// Solves the facts of a tree.
pub fn solve(facts: FunctionsBuilder, symbols: &Symbols) -> FoundFunctions {
    let mut solver = Solver {
        linker: Linker::new(symbols),
        symbols,
        of_node: FxHashMap::default(),
        variables: Vec::new(),
        calls: FxHashMap::default(),
        parameters: FxHashMap::default(),
        returned: FxHashMap::default(),
        found: FxHashMap::default(),
        copied: FxHashSet::default(),
        invoked: FxHashSet::default(),
        stored: FxHashSet::default(),
        work: Vec::new(),
    };
    solver.load(&facts);
    solver.run();
    let cut = solver.variables.iter().filter(|v| v.cut).count() as u64;
    let mut found: Vec<_> = solver.found.into_iter().collect();
    found.sort_unstable_by_key(|(call, _)| *call);
    for (_, targets) in &mut found {
        targets.sort_unstable_by_key(|t| t.id);
        for label in [EdgeLabel::Value, EdgeLabel::Callback] {
            let count = targets.iter().filter(|t| t.label == label).count().max(1) as f64;
            targets.iter_mut().filter(|t| t.label == label).for_each(|t| t.confidence /= count);
        }
    }
    FoundFunctions { calls: found, cut }
}

impl<'s> Solver<'s> {
    fn load(&mut self, facts: &FunctionsBuilder) {
        let text = |symbol: Symbol| facts.text(symbol);
        let ends =
            facts.files.iter().skip(1).map(|f| (f.1, f.2)).chain([(facts.rows.len(), facts.asked.len())]);
        // First what calls need: parameters, and which members hold anything.
        for (&(file, rows, _), (rows_end, _)) in facts.files.iter().zip(ends.clone()) {
            let symbols = self.symbols;
            let Some(context) = symbols.file(file) else { continue };
            self.linker.next_file();
            for row in &facts.rows[rows..rows_end] {
                match row.op {
                    FunctionOp::Parameter(number) => {
                        self.parameters.insert((node_id(file, row.dst), number), node_id(file, row.src));
                    }
                    FunctionOp::Store => {
                        let scope = Scope { context, owner: text(row.owner) };
                        self.store(scope, row, text(row.name), text(row.qualifier));
                    }
                    _ => {}
                }
            }
        }
        let answers = answers(facts, self.symbols);
        for ((&(file, rows, asked), (rows_end, asked_end)), answers) in
            facts.files.iter().zip(ends).zip(answers)
        {
            let symbols = self.symbols;
            let Some(context) = symbols.file(file) else { continue };
            self.linker.next_file();
            for row in &facts.rows[rows..rows_end] {
                let scope = Scope { context, owner: text(row.owner) };
                self.fact(scope, row, text(row.name), text(row.qualifier));
            }
            for (row, answer) in facts.asked[asked..asked_end].iter().zip(answers) {
                self.answered(node_id(file, row.src), &answer);
            }
        }
    }

    fn fact(&mut self, scope: Scope<'_>, row: &FunctionRow, name: &str, qualifier: &str) {
        let id = |local: u32| node_id(scope.context.file, local);
        let (dst, src) = (id(row.dst), id(row.src));
        match row.op {
            FunctionOp::Argument(number) => {
                let argument = self.var(src);
                self.calls.entry(dst).or_default().arguments.push((number, argument));
            }
            FunctionOp::Copy => {
                let (from, to) = (self.var(src), self.var(dst));
                self.copy(from, to);
            }
            FunctionOp::Holds => {
                let var = self.var(dst);
                self.add(var, src);
            }
            FunctionOp::Invoke => {
                let var = self.var(src);
                self.invoke(var, dst, EdgeLabel::Value);
            }
            FunctionOp::InvokeMember if !self.stored.contains(&hash::of(name)) => {}
            FunctionOp::InvokeMember => {
                for member in self.meant(scope, row.form, qualifier, name).1 {
                    let var = self.var(self.symbols.id_of(member));
                    self.invoke(var, dst, EdgeLabel::Value);
                }
            }
            FunctionOp::Load
                if !name.is_empty()
                    && row.form != ReferenceForm::Bare
                    && !self.stored.contains(&hash::of(name))
                    && !self.symbols.has_method(hash::of(name)) => {}
            FunctionOp::Load => {
                let (methods, members) = self.meant(scope, row.form, qualifier, name);
                let var = self.var(dst);
                for method in methods {
                    self.add(var, self.symbols.id_of(method));
                }
                for member in members {
                    let from = self.var(self.symbols.id_of(member));
                    self.copy(from, var);
                }
            }
            FunctionOp::Parameter(_) | FunctionOp::Store => {}
            FunctionOp::Receiver => {
                let var = self.var(src);
                self.calls.entry(dst).or_default().receiver = Some(var);
            }
            FunctionOp::Return => {
                let (from, to) = (self.var(src), self.returned(dst));
                self.copy(from, to);
            }
            FunctionOp::Target => self.bind(dst, src),
        }
    }

    fn store(&mut self, scope: Scope<'_>, row: &FunctionRow, name: &str, qualifier: &str) {
        let from = self.var(node_id(scope.context.file, row.src));
        for member in self.meant(scope, row.form, qualifier, name).1 {
            let to = self.var(self.symbols.id_of(member));
            self.stored.insert(self.symbols.name_of(member));
            self.copy(from, to);
        }
    }

    /// The methods and the variables that a fact's name means.
    fn meant(&self, scope: Scope<'_>, form: ReferenceForm, qualifier: &str, name: &str) -> (Places, Places) {
        let (symbols, family) = (self.symbols, scope.context.family);
        let separator = separator(family);
        let split = |places: Places| -> (Places, Places) {
            let of_kind = |kind| places.iter().copied().filter(|p| symbols.kind_of(*p) == kind).collect();
            (symbols.taking(places.clone(), -1), of_kind(NodeKind::Member))
        };
        let path = match form {
            ReferenceForm::Bare => {
                if members_in_scope(family) {
                    let mut owner = qualifier;
                    while !owner.is_empty() {
                        let types = self.linker.typing.type_of_full_name(scope, owner);
                        let found = split(self.linker.typing.declarations(family, &types, name));
                        if !found.0.is_empty() || !found.1.is_empty() {
                            return found;
                        }
                        owner = owner.rsplit_once(separator).map_or("", |(around, _)| around);
                    }
                }
                return split(symbols.beside(scope.context, name));
            }
            ReferenceForm::Import | ReferenceForm::Path if name.is_empty() => Some(qualifier.to_owned()),
            ReferenceForm::Import | ReferenceForm::Path => Some(format!("{qualifier}{separator}{name}")),
            _ => None,
        };
        if let Some(path) = path {
            let found = split(symbols.find(family, &path));
            if name.is_empty() || !found.0.is_empty() || !found.1.is_empty() {
                return found;
            }
        }
        let types = self.linker.typing.named(scope, form, qualifier);
        split(self.linker.typing.declarations(family, &types, name))
    }

    // ── Sets ───────────────────────────────────────────────────────────────────────────────────────

    fn var(&mut self, node: NodeId) -> Var {
        let variables = &mut self.variables;
        *self.of_node.entry(node).or_insert_with(|| {
            variables.push(Variable::default());
            variables.len() as Var - 1
        })
    }

    fn returned(&mut self, method: NodeId) -> Var {
        let variables = &mut self.variables;
        *self.returned.entry(method).or_insert_with(|| {
            variables.push(Variable::default());
            variables.len() as Var - 1
        })
    }

    fn add(&mut self, var: Var, function: NodeId) {
        let variable = &mut self.variables[var as usize];
        if variable.functions.contains(&function) {
            return;
        }
        if variable.functions.len() >= MAX_FUNCTIONS {
            variable.cut = true;
            return;
        }
        variable.functions.push(function);
        self.work.push((var, function));
    }

    fn copy(&mut self, from: Var, to: Var) {
        let variable = &mut self.variables[from as usize];
        if from == to || !self.copied.insert((from, to)) {
            return;
        }
        variable.copies.push(to);
        for place in 0..self.variables[from as usize].functions.len() {
            let function = self.variables[from as usize].functions[place];
            self.add(to, function);
        }
    }

    fn invoke(&mut self, var: Var, call: NodeId, label: EdgeLabel) {
        let variable = &mut self.variables[var as usize];
        if !self.invoked.insert((var, call, label)) {
            return;
        }
        variable.invokes.push((call, label));
        for place in 0..self.variables[var as usize].functions.len() {
            let function = self.variables[var as usize].functions[place];
            self.target(call, function, label);
        }
    }

    fn run(&mut self) {
        while let Some((var, function)) = self.work.pop() {
            for place in 0..self.variables[var as usize].copies.len() {
                let to = self.variables[var as usize].copies[place];
                self.add(to, function);
            }
            for place in 0..self.variables[var as usize].invokes.len() {
                let (call, label) = self.variables[var as usize].invokes[place];
                self.target(call, function, label);
            }
        }
    }

    // ── Calls ──────────────────────────────────────────────────────────────────────────────────────

    fn target(&mut self, call: NodeId, function: NodeId, label: EdgeLabel) {
        let targets = self.found.entry(call).or_default();
        if targets.iter().any(|t| t.id == function) {
            return;
        }
        let confidence = if label == EdgeLabel::Callback { 0.7 } else { 0.9 };
        targets.push(Target { id: function, label, confidence });
        if label == EdgeLabel::Value {
            self.bind(call, function);
        }
    }

    /// What a call gives to a method and takes from it.
    fn bind(&mut self, call: NodeId, method: NodeId) {
        let known = self.calls.entry(call).or_default();
        if !known.targets.insert(method) {
            return;
        }
        for (number, argument) in known.arguments.clone() {
            if let Some(&parameter) = self.parameters.get(&(method, number)) {
                let parameter = self.var(parameter);
                self.copy(argument, parameter);
            }
        }
        let (from, to) = (self.returned(method), self.var(call));
        self.copy(from, to);
    }

    /// What names and types say of a call that is given functions, or is made on one.
    fn answered(&mut self, call: NodeId, answer: &Answer) {
        let (targets, stubs): (&[Target], &[_]) = match answer {
            Answer::None => (&[], &[]),
            Answer::Found(targets) => (targets, &[]),
            Answer::Outside(stub) => (&[], std::slice::from_ref(stub)),
            Answer::Both(targets, stubs) => (targets, stubs),
        };
        let Some(known) = self.calls.get(&call) else { return };
        let (receiver, arguments) = (known.receiver, known.arguments.clone());
        for target in targets {
            self.bind(call, target.id);
        }
        // A method without a body is an interface's, and what the receiver holds implements it.
        if let Some(receiver) = receiver
            && targets.iter().any(|t| self.symbols.is_abstract(t.id))
        {
            self.invoke(receiver, call, EdgeLabel::Value);
        }
        for stub in stubs {
            let (owner, method) = stub.full_name.rsplit_once('.').unwrap_or(("", &stub.full_name));
            match (receiver, outside(owner, method)) {
                (Some(receiver), Outside::Runs) => self.invoke(receiver, call, EdgeLabel::Value),
                (Some(receiver), Outside::Keeps) => {
                    for (_, argument) in &arguments {
                        self.copy(*argument, receiver);
                    }
                    let result = self.var(call);
                    self.copy(receiver, result);
                }
                _ => {
                    for (_, argument) in &arguments {
                        self.invoke(*argument, call, EdgeLabel::Callback);
                    }
                }
            }
        }
    }
}

/// What a method outside of the tree does with functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outside {
    /// It runs what it is called on.
    Runs,
    /// It keeps what it is given in what it is called on, or gives what is kept there.
    Keeps,
    /// It runs what it is given.
    Calls,
}

fn outside(owner: &str, method: &str) -> Outside {
    let functional = owner.starts_with("java.util.function.")
        || matches!(owner, "java.lang.Runnable" | "java.util.concurrent.Callable" | "java.util.Comparator");
    let composes =
        matches!(method, "and" | "andThen" | "compose" | "negate" | "or" | "reversed" | "thenComparing");
    if functional && !composes || matches!(method, "Invoke" | "BeginInvoke" | "DynamicInvoke") {
        return Outside::Runs;
    }
    let kept = matches!(
        method,
        "Add"
            | "Enqueue"
            | "Insert"
            | "Push"
            | "add"
            | "addFirst"
            | "addLast"
            | "append"
            | "get"
            | "getFirst"
            | "getOrDefault"
            | "insert"
            | "iter"
            | "iterator"
            | "next"
            | "offer"
            | "peek"
            | "poll"
            | "pop"
            | "push"
            | "push_back"
            | "put"
            | "putIfAbsent"
            | "set"
            | "values"
    );
    if kept || functional { Outside::Keeps } else { Outside::Calls }
}
