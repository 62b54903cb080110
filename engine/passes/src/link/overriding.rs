//! Which inherited methods a type's methods stand in for.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::{NodeId, NodeKind};

use super::hash::{self, NameHash};
use super::symbols::{Symbols, is_dynamic, separator};

/// (method, the nearest inherited methods of its name), for all types of a tree, sorted. Constructors override nothing. Of
/// several inherited ones those that take as many parameters count, as far as there are any.
pub fn overriding(symbols: &Symbols) -> Vec<(NodeId, NodeId)> {
    let related =
        |owner: &NameHash| symbols.bases.contains_key(owner) || symbols.subtypes.contains_key(owner);
    let mut by_owner: FxHashMap<(NameHash, NameHash), SmallVec<[u32; 1]>> = FxHashMap::default();
    for (place, d) in symbols.declarations.iter().enumerate() {
        let constructor = hash::extend(hash::extend(d.owner, separator(d.family)), "<init>");
        if d.kind == NodeKind::Method && d.full != constructor && related(&d.owner) {
            by_owner.entry((d.owner, d.name)).or_default().push(place as u32);
        }
    }
    let mut pairs = Vec::new();
    for (&(owner, name), methods) in &by_owner {
        let mut seen = vec![owner];
        let mut level: Vec<NameHash> = symbols.bases.get(&owner).into_iter().flatten().copied().collect();
        while let Some(base) = level.pop() {
            if seen.contains(&base) {
                continue;
            }
            seen.push(base);
            let Some(inherited) = by_owner.get(&(base, name)) else {
                level.extend(symbols.bases.get(&base).into_iter().flatten().copied());
                continue;
            };
            for &method in methods {
                let method = &symbols.declarations[method as usize];
                let same = |p: &&u32| symbols.declarations[**p as usize].arity == method.arity;
                // Where types are declared, another number of parameters is another method.
                let exact = !is_dynamic(method.family) || inherited.iter().any(|p| same(&p));
                let stands_for = inherited.iter().filter(|p| !exact || same(p));
                pairs.extend(stands_for.map(|p| (method.id, symbols.id_of(*p))));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
