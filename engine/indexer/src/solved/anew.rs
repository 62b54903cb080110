//! A tree that is solved anew after an edit, by a process that did not know what its facts come to.
//!
//! All is found out once more, and most of it comes to what is kept with the links of each file. So references are answered only of files that
//! were edited, of those whose calls run or variables hold something else than is kept, and of those that ask for a name which came, went
//! or changed. Who asks is found out while values are solved: what asks for none of these names with the symbols of now came by the same
//! way to the same answer with those of before.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{EdgeKind, NodeId};
use stoa_passes::link::Symbols;
use stoa_passes::link::codec::Writer;

use super::{Difference, Edited, EditedFile, Now, Numbered, Solved, difference, facts, named, renamed};
use crate::answers::Answered;
use crate::error::IndexError;

/// What others can name of edited files by other names than before: if these are methods alone.
enum Renamed {
    Nothing,
    Methods(FxHashSet<u64>),
    Anything,
}

impl Solved {
    /// From the facts of all files, after an edit; and which files may have other links than before, all if none are given.
    pub(super) fn anew(
        edited: &Edited,
        now: &Now<'_>,
    ) -> Result<(Solved, Option<FxHashSet<u32>>), IndexError> {
        let renamed = Renamed::of(edited, now.numbered)?;
        let beside = |symbols: &Symbols, of_names: &[Answered]| match &renamed {
            Renamed::Nothing => Ok(Some(FxHashSet::default())),
            Renamed::Methods(names) => concerned(edited, now, names, symbols, of_names),
            Renamed::Anything => Ok(None),
        };
        let (solved, concerned) = Solved::new(now, false, false, beside)?;
        let Some(mut affected) = concerned else { return Ok((solved, None)) };
        affected.extend(edited.places());
        affected.extend(solved.found_otherwise(now));
        Ok((solved, Some(affected)))
    }

    /// The files of whose calls and variables something else is found than is kept.
    fn found_otherwise(&self, now: &Now<'_>) -> Vec<u32> {
        let &Now { numbered, threads, .. } = now;
        let is_other = |writer: &mut Writer, place: u32| {
            let found = self.calls.keep(place + 1, writer, |id| numbered.stored(id));
            let links = numbered.files[place as usize].links.as_ref();
            let kept = links.map_or(&[][..], |links| &links.kept.found);
            (found != kept).then_some(place)
        };
        let places = 0..numbered.files.len() as u32;
        threads.install(|| places.into_par_iter().map_init(Writer::default, is_other).flatten().collect())
    }
}

impl Renamed {
    fn of(edited: &Edited, numbered: &Numbered<'_>) -> Result<Renamed, IndexError> {
        let mut all: Option<FxHashSet<u64>> = None;
        for EditedFile { place, facts, slots, .. } in &edited.files {
            let known = numbered.files[*place as usize];
            match difference(facts.as_deref(), known)? {
                Difference::Exports => match renamed(facts.as_deref(), slots, known)? {
                    Some((names, _)) => all.get_or_insert_default().extend(names),
                    None => return Ok(Renamed::Anything),
                },
                // A declaration with another signature has another id, which all that refer to it must have as well.
                _ if !slots.agrees_with(&known.own.slots) => return Ok(Renamed::Anything),
                _ => {}
            }
        }
        Ok(all.map_or(Renamed::Nothing, Renamed::Methods))
    }
}

/// The files whose references may be answered otherwise, or that have other links which follow from names alone, after methods came, went or changed. None if types
/// are related otherwise.
fn concerned(
    edited: &Edited,
    now: &Now<'_>,
    names: &FxHashSet<u64>,
    symbols: &Symbols,
    of_names: &[Answered],
) -> Result<Option<FxHashSet<u32>>, IndexError> {
    let &Now { numbered, crates, labels, .. } = now;
    let before: FxHashMap<u32, &EditedFile> = edited.files.iter().map(|file| (file.place, file)).collect();
    let facts = |place: usize| before.get(&(place as u32)).and_then(|file| file.facts.as_deref());
    let symbols_before = facts::symbols_before(numbered, crates, facts)?;
    if !symbols.relates_as(&symbols_before) {
        return Ok(None);
    }
    let stored_before = |id: NodeId| match before.get(&(file_of(id) - 1)) {
        Some(file) => {
            let known = numbered.files[file.place as usize];
            node_id(known.id, file.slots.stored(local_of(id)))
        }
        None => numbered.stored(id),
    };
    let of_names_before = named(&symbols_before, labels, numbered.files.len());
    let mut files = if names.is_empty() { FxHashSet::default() } else { (now.asking)(symbols, names)? };
    let both = of_names.iter().zip(&of_names_before).enumerate();
    let others =
        both.filter(|(_, (now, before))| ends(now, |id| numbered.stored(id)) != ends(before, stored_before));
    files.extend(others.map(|(place, _)| place as u32));
    Ok(Some(files))
}

/// What links there are, by the ids of the store.
fn ends(links: &Answered, stored: impl Fn(NodeId) -> NodeId) -> Vec<(EdgeKind, NodeId, NodeId)> {
    let mut ends: Vec<_> =
        links.edges.iter().map(|row| (row.kind, stored(row.src), stored(row.dst))).collect();
    ends.sort_unstable();
    ends
}
