//! What the facts of all files come to: symbols, and what calls run.
//!
//! It stays in memory as long as the process does, and what was found of a file's calls is in the store as well ([`crate::kept`]): a
//! process that starts anew reads no more than the symbols, and of the files that were edited what was found. An edit that leaves alone what others can name of a file leaves the symbols
//! as they are; one that says the same of values and functions, of nodes that have moved, leaves what calls run. Only what is
//! not as it was is found out anew, and only files whose links it can change are answered again.

mod anew;
mod derived;
mod facts;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::rows::{EdgeRow, NO_LOCAL};
use stoa_model::{EdgeKind, EdgeLabel, FileId, NodeId, ReferenceKind, Symbol};
use stoa_passes::Slots;
use stoa_passes::file::LabelSymbols;
use stoa_passes::link::functions;
use stoa_passes::link::values::{self, CallTargets, Followed};
use stoa_passes::link::{
    Answer, FileFacts, Linker, Listener, Moved, Reference, Symbols, changed_methods, moved, overriding,
};
use stoa_passes::slots::Numbers;

use self::derived::Derived;
use crate::answers::Answered;
use crate::error::IndexError;
use crate::plan::PlannedFile;
use crate::tree::{Known, Tree};

/// The files of a tree as linking numbers them: in the order of their paths, from 1.
pub struct Numbered<'a> {
    pub files: Vec<&'a Known>,
}

impl Numbered<'_> {
    /// The id in the store of a node that linking knows by number.
    pub fn stored(&self, id: NodeId) -> NodeId {
        let known = self.files[file_of(id) as usize - 1];
        node_id(known.id, known.own.slots.stored(local_of(id)))
    }

    /// Some files' places by their ids in the store.
    pub fn by_id(&self, places: &[u32]) -> FxHashMap<FileId, u32> {
        places.iter().map(|&place| (self.files[place as usize].id, place)).collect()
    }
}

/// The files that ask symbols for any of some names.
pub type Asking<'a> = dyn Fn(&Symbols, &FxHashSet<u64>) -> Result<FxHashSet<u32>, IndexError> + Sync + 'a;

/// The tree as it is, and what it takes to find out what its facts come to.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub numbered: &'a Numbered<'a>,
    /// Names of crates and their roots' modules.
    pub crates: &'a [(String, String)],
    pub labels: &'a LabelSymbols,
    pub threads: &'a rayon::ThreadPool,
    pub asking: &'a Asking<'a>,
    /// How many bytes may be kept of what values are derived from.
    pub derived_bytes: u64,
}

/// What linking knew of files before they were edited.
pub struct Edited {
    files: Vec<EditedFile>,
}

struct EditedFile {
    /// Among all files, in the order of paths.
    place: u32,
    facts: Option<Arc<[u8]>>,
    slots: Slots,
    /// What was found of its calls and variables.
    found: Arc<[u8]>,
}

impl Edited {
    /// Of files that are about to be read anew. None if paths come or go, or if something else than files has changed: then all is to
    /// be found out anew.
    pub fn before(tree: &Tree, files: &[PlannedFile], else_same: bool) -> Option<Edited> {
        if !else_same || tree.files.is_empty() {
            return None;
        }
        let places: FxHashMap<&str, (u32, &Known)> = tree
            .files
            .iter()
            .enumerate()
            .map(|(place, (path, known))| (path.as_str(), (place as u32, known)))
            .collect();
        let files = files.iter().map(|file| {
            let (place, known) = places.get(file.source.path.as_str())?;
            let links = known.links.as_ref();
            Some(EditedFile {
                place: *place,
                facts: known.facts.clone(),
                slots: known.own.slots.clone(),
                found: links.map_or_else(Arc::default, |links| links.kept.found.clone()),
            })
        });
        Some(Edited { files: files.collect::<Option<_>>()? })
    }

    /// The files' places among all.
    fn places(&self) -> FxHashSet<u32> {
        self.files.iter().map(|file| file.place).collect()
    }
}

/// Symbols, what calls run, and what follows from both without being asked.
pub struct Solved {
    pub symbols: Arc<Symbols>,
    /// What values alone say of calls.
    of_values: CallTargets,
    /// What that was derived from, once an edit has changed what is said of values.
    derived: Derived,
    pub calls: CallTargets,
    /// The links that no reference asks for, by file.
    pub unasked: Vec<Answered>,
    /// Whether calls and links are those of all files, or of those that were edited last.
    is_whole: bool,
    /// What was asked of the symbols, once it was listened to.
    pub asked: Option<AskedNames>,
}

/// The names that were asked of the symbols, as sorted hashes.
#[derive(Default)]
pub struct AskedNames {
    /// For the references of each file.
    pub files: Vec<Box<[u64]>>,
    of_values: Box<[u64]>,
    of_functions: Box<[u64]>,
}

impl AskedNames {
    /// Files are asked for anew.
    pub fn forget<'p>(&mut self, places: impl Iterator<Item = &'p u32>) {
        places.for_each(|place| self.files[*place as usize] = Box::default());
    }

    /// Takes in names that were asked for, in one or more parts of each file.
    pub fn hear(&mut self, place: u32, names: Box<[u64]>) {
        let known = &mut self.files[place as usize];
        if known.is_empty() {
            *known = names;
            return;
        }
        let mut all = [&known[..], &names[..]].concat();
        all.sort_unstable();
        all.dedup();
        *known = all.into();
    }
}

/// Calls a function, and listens to what it asks of the symbols.
fn heard<T>(listens: bool, call: impl FnOnce() -> T) -> (T, Box<[u64]>) {
    let listener = listens.then(Listener::new);
    let done = call();
    (done, listener.map_or_else(Box::default, |listener| listener.take()))
}

/// How the facts of an edited file differ.
enum Difference {
    /// In where nodes are, and in some strings and integers, by their numbers.
    Places(Moved, Vec<u32>),
    /// In what is said of functions, or of values as well.
    Functions,
    Values,
    /// In what others can name.
    Exports,
}

impl Solved {
    /// Brings what was known before up to date, and tells which files may have other links than before: all if none are given.
    /// `listens` says that it is to be noted what is asked of the symbols.
    pub fn update(
        before: Option<Solved>,
        edited: Option<Edited>,
        now: &Now<'_>,
        listens: bool,
    ) -> Result<(Solved, Option<FxHashSet<u32>>), IndexError> {
        let &Now { numbered, crates, labels, .. } = now;
        let derives = before.as_ref().is_some_and(|solved| solved.derived.is_kept());
        let is_too_large = before.as_ref().is_some_and(|solved| matches!(solved.derived, Derived::TooLarge));
        let whole = || -> Result<Solved, IndexError> {
            let (mut solved, ()) = Solved::new(now, listens, derives, |_, _| Ok(()))?;
            if is_too_large {
                solved.derived = Derived::TooLarge;
            }
            Ok(solved)
        };
        let Some(edited) = edited else { return Ok((whole()?, None)) };
        let mut solved = match before {
            Some(solved) if solved.is_whole => solved,
            before => {
                return match Solved::in_part(before, &edited, numbered, crates, labels)? {
                    Some(solved) => Ok((solved, Some(edited.places()))),
                    None => Solved::anew(&edited, now),
                };
            }
        };
        let (mut of_values, mut of_functions) = (false, false);
        let (mut moves, mut changed) = (Vec::new(), FxHashSet::default());
        let (mut same_slots, mut same_names) = (true, true);
        for EditedFile { place, facts, slots, .. } in &edited.files {
            let known = numbered.files[*place as usize];
            let said = match difference(facts.as_deref(), known)? {
                Difference::Exports => {
                    // Until somebody listened it is not known who asked for the names.
                    let names = match &solved.asked {
                        Some(_) => renamed(facts.as_deref(), slots, known)?,
                        None => None,
                    };
                    let Some((names, said)) = names else { return Ok((whole()?, None)) };
                    changed.extend(names);
                    same_names = false;
                    if !matches!(said, Difference::Places(..)) {
                        let now = slots.moved_to(&known.own.slots);
                        moves.push((*place, Moved::of_declarations(now)));
                    }
                    said
                }
                said => {
                    same_slots &= slots.agrees_with(&known.own.slots);
                    said
                }
            };
            match said {
                Difference::Places(moved, texts) => {
                    of_values |= solved.of_values.may_be_keys(place + 1, &texts);
                    of_values |= solved.of_values.lacks(place + 1, &moved);
                    of_functions |= solved.calls.lacks(place + 1, &moved);
                    moves.push((*place, moved));
                }
                Difference::Functions => of_functions = true,
                Difference::Values | Difference::Exports => of_values = true,
            }
        }
        let mut affected = edited.places();
        if !same_names {
            let symbols = facts::symbols(numbered, crates)?;
            if !symbols.relates_as(&solved.symbols) {
                return Ok((whole()?, None));
            }
            solved.symbols = Arc::new(symbols);
            let asks = |names: &[u64]| changed.iter().any(|name| names.binary_search(name).is_ok());
            if let Some(asked) = &solved.asked {
                let files = asked.files.iter().enumerate().filter(|(_, names)| asks(names));
                affected.extend(files.map(|(place, _)| place as u32));
                of_values |= solved.derived.is_kept() || asks(&asked.of_values);
                of_functions |= asks(&asked.of_functions);
            }
        }
        for (place, moved) in &moves {
            solved.follow(*place, moved);
        }
        let known = (of_values || of_functions).then(|| solved.calls.fingerprints());
        // Who follows values is told of every edit, also of those that say nothing else.
        if of_values || solved.derived.is_kept() {
            solved.follow_values(&edited, &changed, numbered, now.derived_bytes)?;
        }
        if let Some(known) = known {
            let mut asked = solved.asked.take();
            solved.calls = solved.of_values.clone();
            let functions = facts::functions(numbered)?;
            let (of_functions, names) = heard(listens, || functions::solve(functions, &solved.symbols));
            of_functions.add_to(&mut solved.calls);
            asked.iter_mut().for_each(|asked| asked.of_functions = names.clone());
            solved.asked = asked;
            let now = solved.calls.fingerprints();
            let files: FxHashSet<FileId> = known.keys().chain(now.keys()).copied().collect();
            affected.extend(files.iter().filter(|f| known.get(f) != now.get(f)).map(|file| file - 1));
        }
        if of_values || of_functions || !same_names {
            let now = unasked(&solved.symbols, &solved.calls, labels, numbered.files.len());
            let others = now.iter().zip(&solved.unasked).enumerate();
            let others = others.filter(|(_, (now, before))| !now.says_as(before));
            affected.extend(others.map(|(place, _)| place as u32));
            solved.unasked = now;
        }
        // A declaration with another signature has another id, which all that refer to it must have as well.
        Ok((solved, same_slots.then_some(affected)))
    }

    /// What was kept of edited files, if the edits leave it as it was.
    fn in_part(
        before: Option<Solved>,
        edited: &Edited,
        numbered: &Numbered<'_>,
        crates: &[(String, String)],
        labels: &LabelSymbols,
    ) -> Result<Option<Solved>, IndexError> {
        let places: FxHashMap<FileId, u32> =
            numbered.files.iter().enumerate().map(|(place, known)| (known.id, place as u32)).collect();
        let mut numbers: FxHashMap<u32, Numbers> = FxHashMap::default();
        let mut calls = CallTargets::default();
        let mut files: Vec<&EditedFile> = edited.files.iter().collect();
        files.sort_unstable_by_key(|file| file.place);
        for EditedFile { place, facts, slots, found } in files {
            let known = numbered.files[*place as usize];
            let Difference::Places(moved, texts) = difference(facts.as_deref(), known)? else {
                return Ok(None);
            };
            let number = |id: NodeId| -> Option<NodeId> {
                let at = *places.get(&file_of(id))?;
                let of_file =
                    numbers.entry(at).or_insert_with(|| numbered.files[at as usize].own.slots.numbers());
                let local = Some(of_file.of(local_of(id))).filter(|local| *local != NO_LOCAL)?;
                Some(node_id(at + 1, if at == *place { moved.to(local) } else { local }))
            };
            let of_file = calls.add_kept(place + 1, known.id, found, number);
            let same_slots = slots.agrees_with(&known.own.slots);
            if of_file.is_err() || !same_slots || calls.may_be_keys(place + 1, &texts) {
                return Ok(None);
            }
        }
        let symbols = match before {
            Some(solved) => solved.symbols,
            None => Arc::new(facts::symbols(numbered, crates)?),
        };
        let unasked = unasked(&symbols, &calls, labels, numbered.files.len());
        let of_values = CallTargets::default();
        Ok(Some(Solved {
            symbols,
            of_values,
            derived: Derived::Unasked,
            calls,
            unasked,
            is_whole: false,
            asked: None,
        }))
    }

    /// How many variables may hold more than what was followed, if that was found out.
    pub fn cut(&self) -> Option<u64> {
        self.is_whole.then_some(self.calls.cut)
    }

    /// From the facts of all files. Something else that the symbols are needed for is done beside values.
    fn new<T: Send>(
        now: &Now<'_>,
        listens: bool,
        derives: bool,
        beside: impl FnOnce(&Symbols, &[Answered]) -> Result<T, IndexError> + Send,
    ) -> Result<(Solved, T), IndexError> {
        let &Now { numbered, crates, labels, threads, .. } = now;
        let span = tracing::debug_span!("reading facts");
        let functions = || facts::functions(numbered);
        let names = || facts::symbols(numbered, crates).and_then(|symbols| Ok((symbols, functions()?)));
        let (names, values) = threads.install(|| rayon::join(names, || facts::values(numbered)));
        let ((symbols, functions), values) = (names?, values?);
        let symbols = Arc::new(symbols);
        drop(span);
        let span = tracing::debug_span!("values");
        let of_values = || match derives {
            true => {
                let followed = Box::new(Followed::new(values, &symbols));
                (followed.results(), Box::default(), Derived::Kept(followed))
            }
            false => {
                let (found, names) = heard(listens, || values::solve(values, &symbols));
                (found, names, Derived::Unasked)
            }
        };
        let of_functions = || heard(listens, || functions::solve(functions, &symbols));
        let of_names = || {
            let of_names = named(&symbols, labels, numbered.files.len());
            let beside = beside(&symbols, &of_names);
            (of_names, beside)
        };
        // What is asked is heard by thread: whoever listens must not have other work done there meanwhile.
        let (of_values, (of_functions, of_names)) = threads.install(|| match listens {
            true => (of_values(), (of_functions(), of_names())),
            false => rayon::join(of_values, || rayon::join(of_functions, of_names)),
        });
        let (of_values, asked_of_values, derived) = of_values;
        let ((found, of_functions), (mut unasked, beside)) = (of_functions, of_names);
        drop(span);
        let _span = tracing::debug_span!("unasked");
        let mut calls = of_values.clone();
        found.add_to(&mut calls);
        found_unasked(&symbols, &calls, labels, &mut unasked);
        let asked = listens.then(|| AskedNames {
            files: vec![Box::default(); numbered.files.len()],
            of_values: asked_of_values,
            of_functions,
        });
        Ok((Solved { symbols, of_values, derived, calls, unasked, is_whole: true, asked }, beside?))
    }

    /// Follows the nodes of a file to where they are now.
    fn follow(&mut self, place: u32, moved: &Moved) {
        let file = place + 1;
        // Who follows values renumbers them.
        if !self.derived.is_kept() {
            self.of_values.follow(file, moved);
        }
        self.calls.follow(file, moved);
        for row in &mut self.unasked[place as usize].edges {
            row.src = node_id(file, moved.to(local_of(row.src)));
        }
        if moved.moves_declarations() {
            let ends = self.unasked.iter_mut().flat_map(|of_file| &mut of_file.edges).map(|row| &mut row.dst);
            // (Ends that are stubs are negative.)
            ends.filter(|dst| **dst >= 0 && file_of(**dst) == file)
                .for_each(|dst| *dst = node_id(file, moved.to(local_of(*dst))));
        }
    }
}

fn difference(before: Option<&[u8]>, now: &Known) -> Result<Difference, IndexError> {
    let malformed = |_| IndexError::Facts { segment: now.segment.to_string() };
    let (Some(before), Some(after)) = (before, now.facts.as_deref()) else { return Ok(Difference::Exports) };
    let before = FileFacts::of(before).map_err(malformed)?;
    let after = FileFacts::of(after).map_err(malformed)?;
    if before.exports != after.exports {
        return Ok(Difference::Exports);
    }
    if let Some((moved, texts)) = moved(&before, &after, Vec::new()).map_err(malformed)? {
        return Ok(Difference::Places(moved, texts));
    }
    // Of files whose values are not followed there is nothing to say.
    let same_values = before.values == after.values;
    Ok(if same_values { Difference::Functions } else { Difference::Values })
}

/// Of an edited file that others can name by other names than before: these names, if nothing else of what they can name is
/// other than it was; and how its other facts differ.
fn renamed(
    before: Option<&[u8]>,
    slots: &Slots,
    known: &Known,
) -> Result<Option<(Vec<u64>, Difference)>, IndexError> {
    let malformed = |_| IndexError::Facts { segment: known.segment.to_string() };
    let (Some(before), Some(after)) = (before, known.facts.as_deref()) else { return Ok(None) };
    let before = FileFacts::of(before).map_err(malformed)?;
    let after = FileFacts::of(after).map_err(malformed)?;
    let now = slots.moved_to(&known.own.slots);
    let is_now = |local: u32| now.get(local as usize).copied().filter(|local| *local != NO_LOCAL);
    let names = changed_methods(before.exports, after.exports, is_now).map_err(malformed)?;
    let Some(names) = names else { return Ok(None) };
    let said = match moved(&before, &after, now).map_err(malformed)? {
        Some((moved, texts)) => Difference::Places(moved, texts),
        None if !before.follows_values() && !after.follows_values() => Difference::Functions,
        None => Difference::Values,
    };
    Ok(Some((names, said)))
}

/// The links that no reference asks for, by file.
fn unasked(symbols: &Symbols, calls: &CallTargets, labels: &LabelSymbols, files: usize) -> Vec<Answered> {
    let mut of_files = named(symbols, labels, files);
    found_unasked(symbols, calls, labels, &mut of_files);
    of_files
}

/// Those of them that follow from what files can name.
fn named(symbols: &Symbols, labels: &LabelSymbols, files: usize) -> Vec<Answered> {
    let mut of_files: Vec<Answered> = (0..files).map(|_| Answered::default()).collect();
    let mut push = |row: EdgeRow| of_files[file_of(row.src) as usize - 1].edges.push(row);
    for (src, dst) in symbols.implied() {
        let label = labels.known(EdgeLabel::Type);
        push(EdgeRow { kind: EdgeKind::InheritsFrom, src, dst, label, confidence: 1.0 });
    }
    for (src, dst) in overriding(symbols) {
        push(EdgeRow { kind: EdgeKind::Overrides, src, dst, label: Symbol::NONE, confidence: f64::NAN });
    }
    of_files
}

/// Those of them that follow from what calls run and variables hold.
fn found_unasked(symbols: &Symbols, calls: &CallTargets, labels: &LabelSymbols, of_files: &mut [Answered]) {
    for &(src, dst, types) in &calls.types {
        let (label, confidence) = (labels.known(EdgeLabel::Value), 0.9 / f64::from(types));
        let row = EdgeRow { kind: EdgeKind::EvalType, src, dst, label, confidence };
        of_files[file_of(src) as usize - 1].edges.push(row);
    }
    let linker = Linker::new(symbols);
    for (call, found) in calls.sorted().filter(|(_, found)| found.unasked) {
        if let Some(context) = symbols.file(file_of(call)) {
            let reference = Reference { kind: ReferenceKind::Call, ..Reference::of(call) };
            let answer = linker.settle(context, &Answer::None, &found);
            of_files[file_of(call) as usize - 1].add(&reference, &answer, labels);
        }
    }
}
