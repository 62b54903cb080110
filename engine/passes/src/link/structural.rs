//! Interfaces that types implement without saying so: Go's method sets.
//!
//! *The Go Programming Language Specification*, "Implementing an interface": a type implements an interface when it has all
//! its methods. Methods are compared by name and number of parameters; those of embedded types and interfaces count.

use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::NodeKind;

use super::hash::NameHash;
use super::symbols::{Symbols, family_name};

/// A method, as interfaces compare them: name and number of parameters.
type Shape = (NameHash, i16);

/// (type, interface) as places in the table of declarations, sorted. `embedded` are pairs of full names: what embeds, and what
/// is embedded. An interface without methods is everybody's and says nothing.
pub(super) fn implied(symbols: &Symbols, embedded: &[(NameHash, NameHash)]) -> Vec<(u32, u32)> {
    let mut types: FxHashMap<NameHash, u32> = FxHashMap::default();
    let mut own: FxHashMap<NameHash, FxHashSet<Shape>> = FxHashMap::default();
    for (place, d) in symbols.declarations.iter().enumerate() {
        if family_name(d.family) != "go" {
            continue;
        }
        match d.kind {
            NodeKind::TypeDecl => {
                types.insert(d.full, place as u32);
            }
            NodeKind::Method if d.of_type => {
                own.entry(d.owner).or_default().insert((d.name, d.arity));
            }
            _ => {}
        }
    }
    if types.is_empty() {
        return Vec::new();
    }
    let mut embeds: FxHashMap<NameHash, Vec<NameHash>> = FxHashMap::default();
    for (outer, inner) in embedded {
        embeds.entry(*outer).or_default().push(*inner);
    }
    let sets: FxHashMap<NameHash, FxHashSet<Shape>> =
        types.keys().map(|full| (*full, method_set(*full, &own, &embeds))).collect();
    let mut having: FxHashMap<Shape, Vec<u32>> = FxHashMap::default();
    for (full, set) in &sets {
        let place = types[full];
        if !symbols.declarations[place as usize].is_interface {
            for shape in set {
                having.entry(*shape).or_default().push(place);
            }
        }
    }
    let mut pairs = Vec::new();
    for (full, wanted) in &sets {
        let interface = types[full];
        if !symbols.declarations[interface as usize].is_interface {
            continue;
        }
        // Of the interface's methods the one that fewest types have.
        let rarest = wanted.iter().map(|shape| having.get(shape).map_or(&[][..], Vec::as_slice));
        let Some(candidates) = rarest.min_by_key(|types| types.len()) else { continue };
        let fits = |place: &&u32| wanted.is_subset(&sets[&symbols.declarations[**place as usize].full]);
        pairs.extend(candidates.iter().filter(fits).map(|place| (*place, interface)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A type's own methods and those of what it embeds.
fn method_set(
    of: NameHash,
    own: &FxHashMap<NameHash, FxHashSet<Shape>>,
    embeds: &FxHashMap<NameHash, Vec<NameHash>>,
) -> FxHashSet<Shape> {
    let mut set = FxHashSet::default();
    let (mut work, mut seen) = (vec![of], FxHashSet::default());
    while let Some(next) = work.pop() {
        if seen.insert(next) {
            set.extend(own.get(&next).into_iter().flatten());
            work.extend(embeds.get(&next).into_iter().flatten());
        }
    }
    set
}
