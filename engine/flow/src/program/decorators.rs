//! Decorators of functions of Python, and what its files import.

use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::ids::file_of;
use stoa_model::{NodeKind, Symbol};

use super::{Idx, Language, NONE, Program};

#[derive(Default)]
pub(super) struct Decorators {
    /// Of a method: the expressions that it is decorated with.
    of: FxHashMap<Idx, Vec<Idx>>,
    /// Of a file: the full names that it imports.
    imports: FxHashMap<u32, Vec<Symbol>>,
    /// Names that modules of the tree have, each part by itself.
    modules: FxHashSet<String>,
}

impl Decorators {
    pub(super) fn of(&self, method: Idx) -> &[Idx] {
        self.of.get(&method).map_or(&[][..], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Idx, &[Idx])> {
        self.of.iter().map(|(&method, of)| (method, of.as_slice()))
    }

    pub(super) fn imports(&self, file: u32) -> &[Symbol] {
        self.imports.get(&file).map_or(&[][..], Vec::as_slice)
    }

    pub(super) fn has_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }
}

impl Program {
    pub(super) fn find_decorators(&mut self) {
        let mut found = Decorators::default();
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            if node.language != Language::Python {
                continue;
            }
            match node.kind {
                NodeKind::Import => {
                    found.imports.entry(file_of(self.id(place))).or_default().push(node.full_name);
                }
                NodeKind::NamespaceBlock => {
                    let parts = self.str(node.full_name).split('.').filter(|part| !part.is_empty());
                    found.modules.extend(parts.map(str::to_owned));
                }
                // A function that is handed to what decorates it, and the result to what decorates that.
                NodeKind::MethodRef if node.target != NONE => {
                    let (mut at, mut above) = (place, node.parent);
                    while above != NONE
                        && self.node(above).operator.is_none()
                        && let Some(decorator) = self.argument(above, -1).filter(|&d| d != at)
                    {
                        found.of.entry(node.target).or_default().push(decorator);
                        (at, above) = (above, self.node(above).parent);
                    }
                }
                _ => {}
            }
        }
        self.decorators = found;
    }

    /// Whether a decorator is of a package outside of the tree that is not the one a type is of: `mock.patch` is no route of a web framework.
    pub(crate) fn is_foreign(&self, decorator: Idx, path: &str, type_name: &str) -> bool {
        let package = type_name.split('.').next().unwrap_or(type_name);
        let root = path.split('.').next().unwrap_or(path);
        self.imports(file_of(self.id(decorator))).iter().any(|&name| {
            let name = self.str(name);
            let from = name.split('.').next().unwrap_or(name);
            name.rsplit('.').next() == Some(root) && from != package && !self.has_module(from)
        })
    }

    /// Whether the file of a node imports from the package that a type is of.
    pub(crate) fn imports_package_of(&self, node: Idx, type_name: &str) -> bool {
        let package = type_name.split('.').next().unwrap_or(type_name);
        let imported = self.imports(file_of(self.id(node)));
        imported.iter().any(|&name| self.str(name).split('.').next() == Some(package))
    }
}
