//! How what others can name of a file differs from one version of it to the next, if it differs in methods alone.

use rustc_hash::FxHashMap;
use stoa_model::NodeKind;
use stoa_model::ids::local_of;

use super::SymbolsBuilder;
use super::codec::{Malformed, Reader};
use super::hash::NameHash;
use super::symbols::{Declaration, Symbols};

impl SymbolsBuilder {
    pub(super) fn of_names(exports: &[u8]) -> Result<SymbolsBuilder, Malformed> {
        let mut builder = SymbolsBuilder::default();
        builder.add_exports(1, &mut Reader::new(exports)?)?;
        Ok(builder)
    }

    /// Whether two declarations say the same, wherever they stand.
    fn same(&self, d: &Declaration, other: &SymbolsBuilder, o: &Declaration) -> bool {
        let alike = |a: &Declaration| {
            let flags = (a.has_body, a.is_interface, a.of_type, a.is_alias);
            (a.full, a.name, a.owner, a.arity, a.kind, a.family, flags, a.parameters.1)
        };
        let terms = |builder: &SymbolsBuilder, d: &Declaration| -> Vec<Option<(String, String)>> {
            let (first, count) = (d.parameters.0 as usize, usize::from(d.parameters.1));
            let parameters = builder.parameters.get(first..first + count).unwrap_or_default();
            let text = |symbol: stoa_model::Symbol| {
                symbol.some().map_or_else(String::new, |symbol| builder.texts.get(symbol).to_owned())
            };
            let term = |term: &u32| {
                let term = builder.terms.get(term.checked_sub(1)? as usize)?;
                Some((text(term.owner), text(term.text)))
            };
            std::iter::once(&d.term).chain(parameters).map(term).collect()
        };
        alike(d) == alike(o) && terms(self, d) == terms(other, o)
    }

    /// Whether two files say the same of all but their own declarations.
    fn same_around(&self, other: &SymbolsBuilder) -> bool {
        let file = |b: &SymbolsBuilder| -> Vec<_> {
            b.files.iter().map(|f| (f.family, f.module.clone(), f.wildcards.clone())).collect()
        };
        let supertypes = |b: &SymbolsBuilder| -> Vec<_> {
            let text =
                |s: stoa_model::Symbol| s.some().map_or_else(String::new, |s| b.texts.get(s).to_owned());
            let all = b.supertypes.iter();
            all.map(|s| (s.of, s.form, s.qualifier.clone(), text(s.owner), text(s.term))).collect()
        };
        file(self) == file(other)
            && self.aliases == other.aliases
            && self.quoted == other.quoted
            && self.type_names == other.type_names
            && supertypes(self) == supertypes(other)
    }
}

/// The names of the methods that came, went or changed from one version of a file to the next, full and simple ones, if nothing
/// else that others can name did. `now` gives the number of a declaration that is still there.
pub fn changed_methods(
    before: &[u8],
    after: &[u8],
    now: impl Fn(u32) -> Option<u32>,
) -> Result<Option<Vec<u64>>, Malformed> {
    let (before, after) = (SymbolsBuilder::of_names(before)?, SymbolsBuilder::of_names(after)?);
    if !before.same_around(&after) {
        return Ok(None);
    }
    let mut left: FxHashMap<u32, &Declaration> =
        after.declarations.iter().map(|d| (local_of(d.id), d)).collect();
    let mut changed: Vec<&Declaration> = Vec::new();
    // Of several declarations of a name the first may be the one that counts, and members are asked for by their number.
    let mut latest: FxHashMap<NameHash, u32> = FxHashMap::default();
    for old in &before.declarations {
        let new = now(local_of(old.id)).and_then(|local| left.remove(&local));
        if let Some(place) = new.map(|new| local_of(new.id)) {
            let owner = (old.kind == NodeKind::Member).then_some(old.owner);
            let mut keys = [Some(old.full), owner].into_iter().flatten();
            if keys.any(|key| latest.insert(key, place).is_some_and(|before| before > place)) {
                return Ok(None);
            }
        }
        if !new.is_some_and(|new| before.same(old, &after, new)) {
            changed.push(old);
            changed.extend(new);
        }
    }
    changed.extend(left.into_values());
    if changed.iter().any(|d| d.kind != NodeKind::Method) {
        return Ok(None);
    }
    let mut names: Vec<u64> = changed.iter().flat_map(|d| [d.full, d.name]).collect();
    names.sort_unstable();
    names.dedup();
    Ok(Some(names))
}

impl Symbols {
    /// Whether types are related as in other symbols of the same files.
    pub fn relates_as(&self, other: &Symbols) -> bool {
        let implied = |s: &Symbols| -> Vec<_> {
            let mut pairs: Vec<_> = s.implied.iter().map(|(a, b)| (s.full_of(*a), s.full_of(*b))).collect();
            pairs.sort_unstable();
            pairs
        };
        self.bases == other.bases && self.subtypes == other.subtypes && implied(self) == implied(other)
    }
}

#[cfg(test)]
mod tests {
    use super::super::codec::Writer;
    use super::super::hash;
    use super::*;
    use stoa_model::ids::node_id;

    fn exports(declared: &[(&str, NodeKind, i16)], imports: &[&str]) -> Vec<u8> {
        let mut builder = SymbolsBuilder::default();
        for (place, &(name, kind, arity)) in declared.iter().enumerate() {
            let name = hash::of(name);
            builder.declarations.push(Declaration {
                full: name,
                id: node_id(1, place as u32),
                name,
                owner: 0,
                arity,
                kind,
                family: 0,
                has_body: true,
                is_interface: false,
                of_type: false,
                is_alias: false,
                term: 0,
                parameters: (0, 0),
            });
        }
        builder.aliases.extend(imports.iter().map(|path| (0, hash::of(path), (*path).into())));
        let facts = builder.take_file(&mut Writer::default());
        super::super::FileFacts::of(&facts).unwrap().exports.to_vec()
    }

    #[test]
    fn only_methods_may_differ() {
        use NodeKind::{Method, TypeDecl};
        let before = exports(&[("a", Method, 0), ("T", TypeDecl, 0), ("b", Method, 1)], &[]);
        let names = |after: &[u8], now: &[u32]| {
            changed_methods(&before, after, |local| now.get(local as usize).copied()).unwrap()
        };
        let sorted = |names: &[&str]| {
            let mut hashes: Vec<u64> = names.iter().map(|name| hash::of(name)).collect();
            hashes.sort_unstable();
            Some(hashes)
        };
        let one_more =
            exports(&[("a", Method, 0), ("c", Method, 0), ("T", TypeDecl, 0), ("b", Method, 1)], &[]);
        assert_eq!(names(&one_more, &[0, 2, 3]), sorted(&["c"]));
        let another_arity = exports(&[("a", Method, 2), ("T", TypeDecl, 0), ("b", Method, 1)], &[]);
        assert_eq!(names(&another_arity, &[0, 1, 2]), sorted(&["a"]));
        let one_less = exports(&[("T", TypeDecl, 0), ("b", Method, 1)], &[]);
        assert_eq!(names(&one_less, &[u32::MAX, 0, 1]), sorted(&["a"]));
        let no_type = exports(&[("a", Method, 0), ("b", Method, 1)], &[]);
        assert_eq!(names(&no_type, &[0, u32::MAX, 1]), None);
        let imports = exports(&[("a", Method, 0), ("T", TypeDecl, 0), ("b", Method, 1)], &["x"]);
        assert_eq!(names(&imports, &[0, 1, 2]), None);
        let twins = exports(&[("a", Method, 0), ("a", Method, 1)], &[]);
        let swapped = exports(&[("a", Method, 1), ("a", Method, 0)], &[]);
        assert_eq!(changed_methods(&twins, &swapped, |local| Some(1 - local)).unwrap(), None);
        assert_eq!(names(&before, &[0, 1, 2]), Some(Vec::new()));
    }
}
