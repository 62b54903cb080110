//! The methods that a call means on types that are known: their own, inherited ones, those that override them.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use stoa_model::{EdgeLabel, NodeKind, ReferenceForm};

use super::answer::{Answer, Linker, Reference, Target};
use super::hash::{self, NameHash};
use super::paths::Places;
use super::symbols::{FileContext, family_name, is_dynamic, separator};

impl Linker<'_> {
    /// The methods among some declarations; a type stands for its constructor.
    pub(super) fn callable(
        &self,
        context: &FileContext,
        places: &[u32],
        reference: &Reference<'_>,
        label: EdgeLabel,
        confidence: f64,
    ) -> Option<Answer> {
        let of_kind = |kind: NodeKind| -> Places {
            places.iter().copied().filter(|p| self.symbols.declarations[*p as usize].kind == kind).collect()
        };
        let methods = self.fitting(context, of_kind(NodeKind::Method), reference);
        if !methods.is_empty() {
            return Some(self.found(&methods, label, confidence));
        }
        let types = of_kind(NodeKind::TypeDecl);
        let constructors = self.constructors(context, &types, reference);
        (!constructors.is_empty()).then(|| self.found(&constructors, label, confidence))
    }

    /// Of several methods those that take the arguments, by number and by type.
    pub(super) fn fitting(
        &self,
        context: &FileContext,
        methods: Places,
        reference: &Reference<'_>,
    ) -> Places {
        let methods = self.symbols.taking(methods, reference.arity);
        if methods.len() < 2 || reference.arguments.is_empty() {
            return methods;
        }
        let arguments = self.typing.arguments(context, reference.owner, reference.arguments);
        self.typing.choose(methods, &arguments)
    }

    pub(super) fn constructors(
        &self,
        context: &FileContext,
        types: &[u32],
        reference: &Reference<'_>,
    ) -> Places {
        for name in ["<init>", "__init__"] {
            let found = self.methods_of(types, name);
            if !found.is_empty() {
                return self.fitting(context, found, reference);
            }
        }
        Places::new()
    }

    /// The methods called `name` of some types, or of the nearest supertypes that have one.
    pub(super) fn methods_of(&self, types: &[u32], name: &str) -> Places {
        let Some(&first) = types.first() else { return Places::new() };
        let family = self.symbols.declarations[first as usize].family;
        let separator = separator(family);
        let mut seen: FxHashSet<NameHash> = FxHashSet::default();
        let mut level: Vec<NameHash> =
            types.iter().map(|t| self.symbols.declarations[*t as usize].full).collect();
        level.dedup();
        while !level.is_empty() {
            let mut found = Places::new();
            for &full in &level {
                found.extend(self.method(family, full, separator, name));
                // The first supertype that has it wins, where they have an order.
                if !found.is_empty() && family_name(family) == "python" {
                    break;
                }
            }
            if !found.is_empty() {
                return found;
            }
            let mut above = Vec::new();
            for full in level {
                if seen.insert(full)
                    && let Some(bases) = self.symbols.bases.get(&full)
                {
                    above.extend(bases.iter().copied());
                }
            }
            level = above;
        }
        Places::new()
    }

    pub(super) fn method(
        &self,
        family: u8,
        owner: NameHash,
        separator: &str,
        name: &str,
    ) -> impl Iterator<Item = u32> {
        let full = hash::extend(hash::extend(owner, separator), name);
        self.symbols
            .exact(family, full)
            .filter(|p| self.symbols.declarations[*p as usize].kind == NodeKind::Method)
    }

    /// A call on a receiver of known type: the type's method, or an inherited one, and what overrides it below.
    pub(super) fn on_types(
        &self,
        context: &FileContext,
        types: &[u32],
        reference: &Reference<'_>,
    ) -> Option<Answer> {
        if types.is_empty() {
            return None;
        }
        let methods = match reference.name {
            "<init>" => self.constructors(context, types, reference),
            name => self.fitting(context, self.methods_of(types, name), reference),
        };
        if methods.is_empty() {
            return None;
        }
        Some(self.with_overriding(context, self.found(&methods, EdgeLabel::Type, 0.9), types, reference))
    }

    /// The answer to a call on a receiver of some types, with what overrides the method in their subtypes.
    pub(super) fn with_overriding(
        &self,
        context: &FileContext,
        answer: Answer,
        types: &[u32],
        reference: &Reference<'_>,
    ) -> Answer {
        let Answer::Found(mut targets) = answer else { return answer };
        // (A path of C++ names the very method.)
        let is_path = reference.form == ReferenceForm::Path && family_name(context.family) == "c";
        if reference.name != "<init>" && !is_path {
            for place in self.overriding(context, types, reference) {
                let id = self.symbols.declarations[place as usize].id;
                if targets.iter().all(|t| t.id != id) {
                    targets.push(Target { id, label: EdgeLabel::Hierarchy, confidence: 0.6 });
                }
            }
        }
        Answer::Found(targets)
    }

    /// The direct supertypes of a type that are in the tree.
    pub(super) fn bases_of(&self, context: &FileContext, of: &str) -> Places {
        let bases = self.symbols.bases.get(&hash::of(of));
        let types = bases.into_iter().flatten().flat_map(|&base| self.symbols.exact(context.family, base));
        types.filter(|p| self.symbols.declarations[*p as usize].kind == NodeKind::TypeDecl).collect()
    }

    /// The methods of the name in all subtypes.
    pub(super) fn overriding(
        &self,
        context: &FileContext,
        types: &[u32],
        reference: &Reference<'_>,
    ) -> Places {
        let mut found = Places::new();
        let Some(&first) = types.first() else { return found };
        let family = self.symbols.declarations[first as usize].family;
        // What embeds a type of Go is none of its subtypes; only interfaces have such.
        if family_name(family) == "go" && !self.symbols.declarations[first as usize].is_interface {
            return found;
        }
        let separator = separator(family);
        let arguments = match reference.arguments {
            "" => SmallVec::new(),
            terms => self.typing.arguments(context, reference.owner, terms),
        };
        let mut seen: FxHashSet<NameHash> = FxHashSet::default();
        let mut work: Vec<NameHash> =
            types.iter().map(|t| self.symbols.declarations[*t as usize].full).collect();
        while let Some(full) = work.pop() {
            for &sub in self.symbols.subtypes.get(&full).into_iter().flatten() {
                if seen.insert(sub) {
                    let mut overriding: Places =
                        self.method(family, sub, separator, reference.name).collect();
                    // Where types are declared, another number of parameters is another method.
                    if !is_dynamic(family) {
                        overriding.retain(|p| {
                            let arity = i32::from(self.symbols.declarations[*p as usize].arity);
                            (reference.arity < 0 || arity < 0 || arity == reference.arity)
                                && (arguments.is_empty() || self.typing.can_take(*p, &arguments))
                        });
                    }
                    found.extend(self.fitting(context, overriding, reference));
                    work.push(sub);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
