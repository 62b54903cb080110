//! Paths to declarations: how each language finds what `a.b.c` names.
//!
//! A path is tried as a full name first. Else it is split into a module and a rest, at each separator from the right: the
//! module is found as the language finds modules, the rest is looked up in it, or what the module imports under the
//! rest's first name is followed (re-exports, at most [`MAX_REEXPORTS`] deep).

use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::{NodeKind, ReferenceForm};

use super::asked;
use super::hash::{self, NameHash};
use super::symbols::{Declaration, FileContext, Symbols, family_name, sees_enclosing_modules, separator};

/// Places in the table of declarations.
pub(super) type Places = SmallVec<[u32; 4]>;

/// How import paths of Go's standard library begin.
const GO_STANDARD: &[&str] = &[
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "vendor",
    "weak",
];

/// Re-exports are followed this many times; a longer chain is a cycle in all likelihood.
const MAX_REEXPORTS: u32 = 8;

/// Where a path can be split, from the right, and the hashes of what is before. Each byte is hashed once.
fn heads(path: &str, separator: &str) -> SmallVec<[(usize, NameHash); 8]> {
    let mut heads: SmallVec<[(usize, NameHash); 8]> =
        path.rmatch_indices(separator).map(|(at, _)| (at, 0)).collect();
    let (mut start, mut last) = (0, hash::of(""));
    for (at, hash) in heads.iter_mut().rev() {
        last = hash::extend(last, &path[start..*at]);
        (start, *hash) = (*at, last);
    }
    heads
}

/// What paths were found to name. The files of a tree ask for the same ones, and a module that exports a hundred others whole
/// is searched for each.
#[derive(Default)]
pub(super) struct FoundPaths(RwLock<FxHashMap<(u8, NameHash), Places>>);

impl FoundPaths {
    fn get_or(&self, key: (u8, NameHash), find: impl FnOnce() -> Places) -> Places {
        // Whoever panicked left it as it was.
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let found = find();
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        found
    }
}

impl Symbols {
    /// The declarations a path names, in a family.
    pub(super) fn find(&self, family: u8, path: &str) -> Places {
        let find = || self.find_within(family, path, MAX_REEXPORTS, &mut SmallVec::new());
        // Whoever listens hears of all that is asked on the way.
        if asked::is_heard() { find() } else { self.found.get_or((family, hash::of(path)), find) }
    }

    /// `tried` holds the paths that are being or were looked for: modules that import each other whole (Rust's
    /// `use super::*`) would else be searched once for each way through them, ways^[`MAX_REEXPORTS`] times.
    fn find_within(
        &self,
        family: u8,
        path: &str,
        depth: u32,
        tried: &mut SmallVec<[NameHash; 16]>,
    ) -> Places {
        let family_is = family_name(family);
        let normal;
        let path = if family_is == "javascript" && path.contains('#') {
            // `module#name.rest` is `module.name.rest`; `module#*` is the module.
            normal = path.strip_suffix("#*").unwrap_or(path).replacen('#', ".", 1);
            normal.as_str()
        } else {
            path
        };
        let this = hash::of(path);
        if tried.contains(&this) {
            return Places::new();
        }
        tried.push(this);
        let mut found: Places = self.exact(family, this).collect();
        let is_javascript = family_is == "javascript";
        if found.is_empty() || is_javascript {
            let module = self.find_hashed_module(family, path, this);
            if let Some(module) = module.filter(|_| found.is_empty()) {
                found = self.exact(family, hash::of(&module.module)).collect();
            }
            if is_javascript {
                let meant = match path.strip_suffix(".default") {
                    Some(path) => self.find_module(family, path),
                    None => module,
                };
                found.extend(meant.into_iter().flat_map(|module| self.namesake(module)));
            }
        }
        if !found.is_empty() || depth == 0 {
            return found;
        }
        let separator = separator(family);
        for (at, head_hash) in heads(path, separator) {
            let (head, tail) = (&path[..at], &path[at + separator.len()..]);
            let Some(module) = self.find_hashed_module(family, head, head_hash) else { continue };
            let base = hash::extend(hash::of(&module.module), separator);
            if *module.module != *head {
                let found: Places = self.exact(family, hash::extend(base, tail)).collect();
                if !found.is_empty() {
                    return found;
                }
            }
            let (alias, rest) = tail.split_once(separator).map_or((tail, None), |(a, r)| (a, Some(r)));
            let mut found = Places::new();
            for target in self.aliases.get(&(family, hash::extend(base, alias))).into_iter().flatten() {
                let onward = match rest {
                    Some(rest) => format!("{target}{separator}{rest}"),
                    None => target.to_string(),
                };
                if onward != path {
                    found.extend(self.find_within(family, &onward, depth - 1, tried));
                }
            }
            if !found.is_empty() {
                found.sort_unstable();
                found.dedup();
                return found;
            }
            for wildcard in &module.wildcards {
                let wildcard = wildcard.strip_suffix("#*").unwrap_or(wildcard);
                if wildcard == &*module.module || wildcard == head {
                    continue;
                }
                let found =
                    self.find_within(family, &format!("{wildcard}{separator}{tail}"), depth - 1, tried);
                if !found.is_empty() {
                    return found;
                }
            }
            // The longest module decides; a shorter one cannot hold what it lacks.
            return Places::new();
        }
        Places::new()
    }

    /// What a CommonJS module stands for when it is used as one thing: by custom the class or function that has the
    /// name of its file (`module.exports = Compiler` in `lib/Compiler.js`).
    fn namesake(&self, module: &FileContext) -> impl Iterator<Item = u32> {
        let stem = module.module.rsplit('/').next().unwrap_or(&module.module);
        let full = hash::extend(hash::extend(hash::of(&module.module), "."), stem);
        self.exact(module.family, full)
            .filter(|p| matches!(self.declarations[*p as usize].kind, NodeKind::TypeDecl | NodeKind::Method))
    }

    /// The module a path names, by the rules of its language.
    pub(super) fn find_module(&self, family: u8, path: &str) -> Option<&FileContext> {
        self.find_hashed_module(family, path, hash::of(path))
    }

    /// The same of a path whose hash is known.
    fn find_hashed_module(&self, family: u8, path: &str, this: NameHash) -> Option<&FileContext> {
        let hashed = |path: NameHash| self.modules.get(&(family, path));
        let exact = |path: &str| hashed(hash::of(path));
        let place = match family_name(family) {
            "python" | "c" => hashed(this).or_else(|| self.unique_suffix(family, path, this)),
            "javascript" => {
                let plain = || {
                    let (plain, extension) = path.rsplit_once('.')?;
                    matches!(extension, "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx").then_some(plain)
                };
                hashed(this)
                    .or_else(|| plain().and_then(exact))
                    .or_else(|| hashed(hash::extend(this, "/index")))
            }
            "go" => hashed(this).or_else(|| {
                // An import path starts with a host that is no directory of the tree.
                let (host, _) = path.split_once('/')?;
                if GO_STANDARD.contains(&host) {
                    return None;
                }
                // Nor is the name of a module that has none. A module may stand in any directory: then the end of the path, of two names at
                // least, is that of one package. (What others have on such a host begins with who they are.)
                let ends = || path.match_indices('/').map(|(at, _)| &path[at + 1..]);
                let foreign = match host {
                    "github.com" | "gitlab.com" | "bitbucket.org" => 1,
                    _ => 0,
                };
                let whole = std::iter::once(path).filter(|_| !host.contains('.'));
                ends().find_map(exact).or_else(|| {
                    let mut long = whole.chain(ends().skip(foreign)).filter(|end| end.contains('/'));
                    long.find_map(|end| self.unique_package(family, end))
                })
            }),
            "rust" => hashed(this).or_else(|| {
                let (name, rest) = path.split_once("::").map_or((path, None), |(n, r)| (n, Some(r)));
                let root = self.crates.get(name)?;
                match rest {
                    Some(rest) => exact(&format!("{root}::{rest}")),
                    None => exact(root),
                }
            }),
            _ => hashed(this),
        };
        place.map(|&context| &self.files[context as usize])
    }

    /// The only package whose directory ends with a path. (A file is a module: those of one directory are one package.)
    fn unique_package(&self, family: u8, path: &str) -> Option<&u32> {
        let candidates = self.suffixes.get(&(family, hash::of(path)))?;
        let first = candidates.first()?;
        let module = &self.files[*first as usize].module;
        candidates.iter().all(|c| self.files[*c as usize].module == *module).then_some(first)
    }

    /// The only module that ends with a path, below a directory that is no package itself.
    fn unique_suffix(&self, family: u8, path: &str, this: NameHash) -> Option<&u32> {
        let candidates = self.suffixes.get(&(family, this))?;
        let is_root = |context: &&u32| {
            let module = &self.files[**context as usize].module;
            let root = module[..module.len() - path.len()].trim_end_matches(['.', '/']);
            family_name(family) != "python" || !self.modules.contains_key(&(family, hash::of(root)))
        };
        let mut roots = candidates.iter().filter(is_root);
        let first = roots.next()?;
        // Several packages of one name (vendored copies) are a matter of guessing; none is chosen.
        match roots.next() {
            None => Some(first),
            Some(_) => None,
        }
    }

    /// The declarations of a name in a file's module; where the language says so, in the modules around it too.
    pub(super) fn in_module(&self, context: &FileContext, name: &str) -> Places {
        let separator = separator(context.family);
        let mut module: &str = &context.module;
        loop {
            let full = match module {
                "" if sees_enclosing_modules(context.family) => hash::of(name),
                module => hash::extend(hash::extend(hash::of(module), separator), name),
            };
            let found: Places = self.exact(context.family, full).collect();
            if !found.is_empty() || module.is_empty() || !sees_enclosing_modules(context.family) {
                return found;
            }
            module = module.rsplit_once(separator).map_or("", |(around, _)| around);
        }
    }

    /// Declarations that files of one module share, and what comes in by wildcard imports.
    pub(super) fn beside(&self, context: &FileContext, name: &str) -> Places {
        let separator = separator(context.family);
        if family_name(context.family) == "c" {
            let found: Places = self.exact(context.family, hash::of(name)).collect();
            if !found.is_empty() {
                return found;
            }
            let used = self.in_namespaces(context, "", name);
            return used.flat_map(|full| self.exact(context.family, full)).collect();
        }
        let found = self.in_module(context, name);
        if !found.is_empty() {
            return found;
        }
        for wildcard in &context.wildcards {
            let wildcard = wildcard.strip_suffix("#*").unwrap_or(wildcard);
            let found = self.find(context.family, &format!("{wildcard}{separator}{name}"));
            if !found.is_empty() {
                return found;
            }
        }
        Places::new()
    }

    /// Of several methods those with a body that take the arguments, as far as there are any.
    pub(super) fn taking(&self, mut methods: Places, arity: i32) -> Places {
        methods.retain(|p| {
            let d = &self.declarations[*p as usize];
            // Elixir's functions are known by name and arity: another arity is another function.
            d.kind == NodeKind::Method
                && (family_name(d.family) != "elixir"
                    || arity < 0
                    || d.arity < 0
                    || i32::from(d.arity) == arity)
        });
        let takes: fn(i32, &Declaration) -> bool =
            |arity, d| arity < 0 || d.arity < 0 || i32::from(d.arity) == arity;
        for fits in [takes, |_, d| d.has_body] {
            if methods.len() > 1 {
                let fitting = |p: &u32| fits(arity, &self.declarations[*p as usize]);
                let kept: Places = methods.iter().copied().filter(fitting).collect();
                if !kept.is_empty() {
                    methods = kept;
                }
            }
        }
        methods
    }

    /// The full names that a name or path may have in C++: in the types and namespaces around it, and in namespaces that the
    /// file uses whole.
    pub(super) fn in_namespaces<'a>(
        &self,
        context: &'a FileContext,
        owner: &'a str,
        path: &'a str,
    ) -> impl Iterator<Item = NameHash> + 'a {
        let around = std::iter::successors(Some(owner).filter(|o| !o.is_empty()), |o| {
            o.rsplit_once("::").map(|(around, _)| around)
        });
        // (Headers are imports of everything as well, by their paths.)
        let used = context.wildcards.iter().map(|w| &**w).filter(|w| !w.contains(['.', '/']));
        around.chain(used).map(move |o| hash::extend(hash::extend(hash::of(o), "::"), path))
    }

    /// The types of a name that are members of a type around, or of a supertype of one.
    pub(super) fn member_type(&self, family: u8, mut owner: &str, name: &str) -> Places {
        let separator = separator(family);
        let is_type = |p: &u32| self.kind_of(*p) == NodeKind::TypeDecl;
        while !owner.is_empty() {
            let (mut seen, mut level) = (SmallVec::<[NameHash; 8]>::new(), vec![hash::of(owner)]);
            while !level.is_empty() {
                let inside = level.iter().map(|full| hash::extend(hash::extend(*full, separator), name));
                let found: Places =
                    inside.flat_map(|full| self.exact(family, full)).filter(is_type).collect();
                if !found.is_empty() {
                    return found;
                }
                seen.extend(level.iter().copied());
                let above = level.iter().filter_map(|full| self.bases.get(full)).flatten();
                level = above.filter(|full| !seen.contains(full)).copied().collect();
            }
            owner = owner.rsplit_once(separator).map_or("", |(around, _)| around);
        }
        Places::new()
    }

    /// The TYPE_DECLs that a type's name means in a file; the only one of that name in the tree if all else fails.
    pub(super) fn find_type(&self, context: &FileContext, form: ReferenceForm, name: &str) -> Places {
        let found = self.find_type_here(context, form, name);
        if !found.is_empty() || form == ReferenceForm::Import || family_name(context.family) == "c" {
            return found;
        }
        // The only type of that name in the whole tree, if the name is all there is.
        let last = name.rsplit(separator(context.family)).next().unwrap_or(name);
        let key = hash::of(last);
        let start = self.types_by_name.partition_point(|(n, _)| *n < key);
        let mut same = self.types_by_name[start..]
            .iter()
            .take_while(|(n, _)| *n == key)
            .map(|(_, place)| *place)
            .filter(|place| self.declarations[*place as usize].family == context.family);
        match (same.next(), same.next()) {
            (Some(only), None) => SmallVec::from_slice(&[only]),
            _ => Places::new(),
        }
    }

    /// The TYPE_DECLs that a type's name means in a file, by the rules of its language.
    pub(super) fn find_type_here(&self, context: &FileContext, form: ReferenceForm, name: &str) -> Places {
        let is_type = |place: &u32| self.declarations[*place as usize].kind == NodeKind::TypeDecl;
        let separator = separator(context.family);
        if matches!(
            form,
            ReferenceForm::Import | ReferenceForm::Type | ReferenceForm::Self_ | ReferenceForm::Path
        ) || family_name(context.family) == "elixir"
        {
            // (Elixir's names of modules are absolute.)
            let found: Places = self.find(context.family, name).into_iter().filter(is_type).collect();
            if !found.is_empty() || form == ReferenceForm::Import {
                return found;
            }
        }
        // In the same module, then in what the file imports whole.
        let found: Places = self.in_module(context, name).into_iter().filter(is_type).collect();
        if !found.is_empty() {
            return found;
        }
        if family_name(context.family) == "c" {
            return self.exact(context.family, hash::of(name)).filter(is_type).collect();
        }
        for wildcard in &context.wildcards {
            let wildcard = wildcard.strip_suffix("#*").unwrap_or(wildcard);
            let found: Places = self
                .find(context.family, &format!("{wildcard}{separator}{name}"))
                .into_iter()
                .filter(is_type)
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Places::new()
    }
}
