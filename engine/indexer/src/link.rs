//! Linking a whole tree: what every file asked of others is answered, and the links that are not as they were are written.
//!
//! Files are numbered by path and declarations by their place, so that the answers depend on the tree alone and never on its history;
//! ids of the store take their place at the end. Some segments at a time are answered in parallel, and for each file its links
//! come to a fingerprint. Where that is the one that is kept, the links in the store stand. The others are then taken in order,
//! so that stubs are numbered by where they are first needed, whatever the number of threads.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::columns::{EdgeColumns, SourceColumns, files_batch};
use stoa_model::rows::FileRow;
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, EdgeLabel, FileId, FileStatus, Interner, NodeId};
use stoa_passes::file::LabelSymbols;
use stoa_passes::link::codec::Writer;
use stoa_passes::link::values::{CallTargets, MAX_VALUES};
use stoa_passes::link::{Answer, Reference, Symbols};
use stoa_store::{EncodedSegment, SegmentMeta, SegmentRole, Store};
use tokio::runtime::Handle;

use crate::answers::{self, Answered};
use crate::error::IndexError;
use crate::kept::{LinksHash, LinksKept};
use crate::segment::Form;
use crate::solved::{Edited, Now, Numbered, Solved};
use crate::stubs::{Stubs, pseudo_row};
use crate::tree::{Dead, Links, Lost, Tree};
use crate::walk::WalkFailure;

/// A segment of links is closed when it has this many edges.
const EDGES_PER_SEGMENT: usize = 1 << 20;

/// The path under which `files` says that sets of values met their bound.
pub const VALUES: &str = "<values>";

/// Where links go, and who makes them.
#[derive(Clone, Copy)]
pub struct Linking<'a> {
    pub store: &'a Store,
    pub handle: &'a Handle,
    pub threads: &'a rayon::ThreadPool,
    pub form: Form,
    /// How many bytes may be kept of what values are derived from.
    pub derived_bytes: u64,
}

/// What linking wrote.
#[derive(Default)]
pub struct Linked {
    pub segments: Vec<SegmentMeta>,
    /// Files whose links are others than before.
    pub relinked: u64,
    pub next_file_id: FileId,
}

/// What lies outside of the files themselves.
pub struct Around<'a> {
    /// Names of crates and their roots' modules.
    pub crates: &'a [(String, String)],
    /// What the walk could not enter: it has no segment of its own, so its rows in `files` are written here.
    pub failures: &'a [WalkFailure],
}

/// A file's links that are not as they were, or were never made.
struct New {
    place: u32,
    file: FileId,
    hash: LinksHash,
    answered: Answered,
    /// What is kept of its calls and variables.
    found: Vec<u8>,
}

/// Links a tree whose files are in segments, `segments` among them, and writes what is new. Rows that no longer count are added to
/// `dead`. If it fails, `tree` is not to be used again.
pub fn link(
    linking: Linking<'_>,
    tree: &mut Tree,
    segments: &[SegmentMeta],
    around: &Around<'_>,
    edited: Option<Edited>,
    dead: &mut Dead,
    next_file_id: FileId,
) -> Result<Linked, IndexError> {
    let mut names = Interner::new();
    let mut labels = LabelSymbols::default();
    for &label in EdgeLabel::ALL {
        labels.of(label, &mut names);
    }
    let Tree { files, lost, stubs, solved } = tree;
    let numbered = Numbered { files: files.values().collect() };
    let span = tracing::debug_span!("solved");
    // A process that links a second time may do so often.
    let listens = solved.is_some();
    let asking =
        |symbols: &Symbols, names: &FxHashSet<u64>| asking(linking, segments, &numbered, symbols, names);
    let given = Now {
        numbered: &numbered,
        crates: around.crates,
        labels: &labels,
        threads: linking.threads,
        asking: &asking,
        derived_bytes: linking.derived_bytes,
    };
    let (mut now, affected) = Solved::update(solved.take(), edited, &given, listens)?;
    let mut asked_names = now.asked.take();
    let listens = asked_names.is_some();
    drop(span);
    let span = tracing::debug_span!("answering");
    let Solved { symbols, calls, unasked, .. } = &now;
    let of_segment = of_segments(&numbered, affected.as_ref());
    if let Some(asked) = &mut asked_names {
        asked.forget(of_segment.values().flatten());
    }
    type Part = (Vec<New>, Vec<(u32, Box<[u64]>)>);
    let answer = |segment: &&SegmentMeta| -> Result<Part, IndexError> {
        let Some(places) = of_segment.get(segment.id.as_str()) else { return Ok(Part::default()) };
        let span = tracing::debug_span!("reading references");
        let batches = linking.handle.block_on(linking.store.read_table(segment, Table::References))?;
        drop(span);
        let files = numbered.by_id(places);
        let asked =
            answers::Asked { segment: &segment.id, symbols, calls, files, listens, numbered: &numbered };
        let mut answered: FxHashMap<u32, Answered> = FxHashMap::default();
        let mut heard = Vec::new();
        let take = |place, reference: &Reference<'_>, answer: &Answer| {
            answered.entry(place).or_default().add(reference, answer, &labels);
        };
        answers::each(&asked, &batches, take, |place, names| heard.push((place, names)))?;
        let mut new = Vec::new();
        let mut writer = Writer::default();
        for &place in places {
            let mut answered = answered.remove(&place).unwrap_or_default();
            answered.join(&unasked[place as usize]);
            for row in &mut answered.edges {
                row.src = numbered.stored(row.src);
                row.dst = if row.dst < 0 { row.dst } else { numbered.stored(row.dst) };
            }
            let found = calls.keep(place + 1, &mut writer, |id| numbered.stored(id));
            let hash = answered.finish(&found);
            let known = numbered.files[place as usize];
            let is_some = !answered.edges.is_empty() || !found.is_empty();
            if known.links.as_ref().map_or(is_some, |links| links.kept.hash != hash) {
                new.push(New { place, file: known.id, hash, answered, found });
            }
        }
        Ok((new, heard))
    };
    let mut sink = Sink {
        linking,
        names: &names,
        open: Open::default(),
        replaced: BTreeMap::new(),
        segments: Vec::new(),
    };
    let is_affected = |segment: &&SegmentMeta| of_segment.contains_key(segment.id.as_str());
    let with_files: Vec<&SegmentMeta> = segments.iter().filter(is_affected).collect();
    in_order(linking.threads, &with_files, answer, |(new, heard): Part| {
        if let Some(asked) = &mut asked_names {
            heard.into_iter().for_each(|(place, names)| asked.hear(place, names));
        }
        new.into_iter().try_for_each(|new| sink.take(new, stubs))
    })?;

    drop(span);
    let _span = tracing::debug_span!("writing links");
    // Held before others are let go: what both refer to stays.
    for (place, links) in &sink.replaced {
        stubs.hold(links.as_ref().map_or(&[], |links| &links.kept.stubs));
        let before = numbered.files[*place as usize].links.as_ref();
        stubs.release(before.map_or(&[], |links| &links.kept.stubs));
    }
    for (file, segment) in stubs.sweep() {
        dead.entry(segment).or_default().insert(file);
    }
    let mut linked = Linked { relinked: sink.replaced.len() as u64, next_file_id, ..Linked::default() };
    let new_lost = lose(lost, around.failures, now.cut(), dead, &mut linked.next_file_id);
    now.asked = asked_names;
    *solved = Some(now);
    let id = sink.close(Some((stubs, &new_lost)))?;
    linked.segments = sink.segments;
    let mut replaced = sink.replaced;
    for (row, new) in new_lost {
        lost.insert(row.path, Lost { segment: id.clone(), ..new });
    }
    for (place, known) in files.values_mut().enumerate() {
        if let Some(links) = replaced.remove(&(place as u32)) {
            if let Some(old) = known.links.take() {
                dead.entry(old.segment).or_default().insert(known.id);
            }
            known.links = links;
        }
    }
    Ok(linked)
}

/// Calls a function on several things in parallel, and another on what each comes to, in their order, meanwhile. Only some are ready at a time.
fn in_order<T: Sync, U: Send>(
    threads: &rayon::ThreadPool,
    things: &[T],
    work: impl Fn(&T) -> Result<U, IndexError> + Sync + Send,
    mut take: impl FnMut(U) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let (sender, ready) = mpsc::sync_channel(threads.current_num_threads());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Whoever does not take any more has failed.
            let send = |(number, thing)| sender.send((number, work(thing))).ok();
            threads.install(|| things.iter().enumerate().par_bridge().try_for_each(send))
        });
        let mut early: BTreeMap<usize, U> = BTreeMap::new();
        let mut next = 0;
        for (number, done) in ready {
            early.insert(number, done?);
            while let Some(done) = early.remove(&next) {
                take(done)?;
                next += 1;
            }
        }
        Ok(())
    })
}

/// The files that ask symbols for any of some names.
fn asking(
    linking: Linking<'_>,
    segments: &[SegmentMeta],
    numbered: &Numbered<'_>,
    symbols: &Symbols,
    names: &FxHashSet<u64>,
) -> Result<FxHashSet<u32>, IndexError> {
    let of_segment = of_segments(numbered, None);
    let calls = CallTargets::default();
    let asking = |segment: &SegmentMeta| -> Result<Vec<u32>, IndexError> {
        let Some(places) = of_segment.get(segment.id.as_str()) else { return Ok(Vec::new()) };
        let batches = linking.handle.block_on(linking.store.read_table(segment, Table::References))?;
        let (calls, files) = (&calls, numbered.by_id(places));
        let asked = answers::Asked { segment: &segment.id, symbols, calls, files, listens: true, numbered };
        let mut found = Vec::new();
        let hear = |place, asked: Box<[u64]>| {
            if asked.iter().any(|name| names.contains(name)) {
                found.push(place);
            }
        };
        answers::each(&asked, &batches, |_, _, _| {}, hear)?;
        Ok(found)
    };
    let found: Vec<Vec<u32>> =
        segments.par_iter().with_max_len(1).map(asking).collect::<Result<_, IndexError>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Which files are in each segment, in the order of their ids; of all files, or of those that may have other links than before.
fn of_segments<'a>(
    numbered: &Numbered<'a>,
    affected: Option<&FxHashSet<u32>>,
) -> FxHashMap<&'a str, Vec<u32>> {
    let mut of_segment: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    let is_affected = |place: usize| affected.is_none_or(|affected| affected.contains(&(place as u32)));
    for (place, known) in numbered.files.iter().enumerate().filter(|(place, _)| is_affected(*place)) {
        of_segment.entry(&known.segment).or_default().push(place as u32);
    }
    for places in of_segment.values_mut() {
        places.sort_by_key(|place| numbered.files[*place as usize].id);
    }
    of_segment
}

/// Puts new links into segments, and stubs and lost files with the last of them.
struct Sink<'a> {
    linking: Linking<'a>,
    names: &'a Interner,
    open: Open,
    /// Of each file whose links are new, by its place: where they are, or that it has none.
    replaced: BTreeMap<u32, Option<Links>>,
    segments: Vec<SegmentMeta>,
}

/// A segment of links that is being filled.
struct Open {
    id: Arc<str>,
    edges: EdgeColumns,
    facts: Vec<(FileId, Vec<u8>)>,
    writer: Writer,
}

impl Default for Open {
    fn default() -> Open {
        let id = stoa_store::new_segment_id().into();
        Open { id, edges: EdgeColumns::default(), facts: Vec::new(), writer: Writer::default() }
    }
}

impl Sink<'_> {
    fn take(&mut self, new: New, stubs: &mut Stubs) -> Result<(), IndexError> {
        let New { place, file, hash, answered, found } = new;
        if answered.edges.is_empty() && found.is_empty() {
            self.replaced.insert(place, None);
            return Ok(());
        }
        let ids: Vec<NodeId> = answered.stubs.iter().map(|stub| stubs.id(stub)).collect();
        let mut by_kind = [0; EdgeKind::ALL.len()];
        let open = &mut self.open;
        for mut row in answered.edges {
            if let Ok(stub) = usize::try_from(-1 - row.dst) {
                row.dst = ids[stub];
            }
            by_kind[row.kind as usize] += 1;
            open.edges.push(row);
        }
        let mut stubs = ids;
        stubs.sort_unstable();
        let kept = LinksKept { hash, stubs, edges: crate::kept::counts(&by_kind), found: found.into() };
        open.facts.push((file, kept.write(&mut open.writer)));
        self.replaced.insert(place, Some(Links { segment: open.id.clone(), kept }));
        if open.edges.len() >= EDGES_PER_SEGMENT {
            self.close(None)?;
        }
        Ok(())
    }

    /// Writes the segment at hand; the last one takes stubs and lost files as well.
    fn close(&mut self, last: Option<(&mut Stubs, &[(FileRow, Lost)])>) -> Result<Arc<str>, IndexError> {
        let Open { id, edges, mut facts, .. } = std::mem::take(&mut self.open);
        let Linking { store, handle, form, .. } = self.linking;
        let of_edges = || -> Result<EncodedSegment, IndexError> {
            let edges = (Table::Edges, edges.finish(self.names)?);
            Ok(stoa_store::encode_segment_as(&id, vec![edges], form.packing)?)
        };
        let of_files = || -> Result<EncodedSegment, IndexError> {
            let mut tables = Vec::new();
            if let Some((stubs, lost)) = last {
                let mut rows: Vec<FileRow> = lost.iter().map(|(row, _)| row.clone()).collect();
                if stubs.has_unwritten() {
                    let stubs = stubs.rows(&id);
                    rows.extend(stubs.files);
                    facts.extend(stubs.facts);
                    tables.push((Table::Nodes, stubs.nodes.finish(&stubs.names)?));
                }
                rows.sort_by_key(|row| row.file_id);
                tables.push((Table::Files, files_batch(&rows)?));
            }
            if form.has_facts {
                facts.sort_by_key(|(file, _)| *file);
                let mut kept = SourceColumns::default();
                facts.iter().for_each(|(file, row)| kept.push(*file, row));
                tables.push((Table::Facts, kept.finish_facts()?));
            }
            Ok(stoa_store::encode_segment_as(&id, tables, form.packing)?)
        };
        // Those of the pool may wait until what they have answered is taken.
        let (of_edges, of_files) = std::thread::scope(|scope| {
            let of_edges = scope.spawn(of_edges);
            let of_files = of_files();
            (of_edges.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), of_files)
        });
        let encoded = of_edges?.with(of_files?);
        if !encoded.tables.is_empty() {
            let meta = handle.block_on(store.write_segment(encoded))?;
            self.segments.push(SegmentMeta { role: SegmentRole::Links, ..meta });
        }
        Ok(id)
    }
}

/// What cannot be said of a single file of the tree: the rows that are new. Those that no longer hold are added to `dead`. Without `cut`
/// there are as many variables that were cut as before.
fn lose(
    known: &mut BTreeMap<String, Lost>,
    failures: &[WalkFailure],
    cut: Option<u64>,
    dead: &mut Dead,
    next_file_id: &mut FileId,
) -> Vec<(FileRow, Lost)> {
    // Sets of values have a bound; that it was met is said, though no single file is to blame.
    let same_cut = cut.is_none();
    let cut = cut.filter(|cut| *cut > 0).map(|cut| WalkFailure {
        path: VALUES.to_owned(),
        status: FileStatus::Partial,
        reason: format!(
            "{cut} variables may hold more than {MAX_VALUES} functions or objects; calls through them are resolved by name"
        ),
    });
    let mut before = std::mem::take(known);
    known.extend(before.remove_entry(VALUES).filter(|_| same_cut));
    let mut rows = Vec::new();
    let mut seen = FxHashSet::default();
    for lost in failures.iter().chain(&cut).filter(|lost| seen.insert(lost.path.as_str())) {
        match before.remove(&lost.path) {
            Some(old) if old.status == lost.status && old.reason == lost.reason => {
                known.insert(lost.path.clone(), old);
            }
            old => {
                let id = match old {
                    Some(old) => {
                        dead.entry(old.segment).or_default().insert(old.id);
                        old.id
                    }
                    None => {
                        *next_file_id += 1;
                        *next_file_id - 1
                    }
                };
                let row = pseudo_row(id, lost.path.clone(), "", 0);
                let row = FileRow { status: lost.status, error: Some(lost.reason.clone()), ..row };
                let segment = Arc::from("");
                rows.push((row, Lost { id, status: lost.status, reason: lost.reason.clone(), segment }));
            }
        }
    }
    for gone in before.into_values() {
        dead.entry(gone.segment).or_default().insert(gone.id);
    }
    rows
}

/// The crates that manifests name, as linking takes them: name and root module.
pub fn crates(root: &Path, manifests: &[std::path::PathBuf]) -> Vec<(String, String)> {
    let named = crate::crates::crates(manifests);
    named
        .map(|(name, directory)| {
            let library = crate::walk::store_path(root, &directory.join("src/lib.rs"));
            let module = stoa_syntax::languages::rust_module(&library);
            (name, module.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    // A test may stop at the first thing that is not as it should be.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_ready_early_waits_for_its_turn() {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let things: Vec<u64> = (0..40).collect();
        let work = |thing: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(thing % 3 * 300));
            Ok(*thing)
        };
        let mut taken = Vec::new();
        let take = |thing| {
            taken.push(thing);
            Ok(())
        };
        in_order(&threads, &things, work, take).unwrap();
        assert_eq!(taken, things);
        let fails = |thing: &u64| match thing {
            7 => Err(IndexError::Facts { segment: String::new() }),
            _ => Ok(*thing),
        };
        assert!(in_order(&threads, &things, fails, |_| Ok(())).is_err());
    }
}
