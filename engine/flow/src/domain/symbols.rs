//! Symbols: what a method is given, as paths from a parameter or from the variables of modules.

use rustc_hash::FxHashMap;

use super::Selector;
use crate::program::Idx;

/// A path, numbered by its method's [`Paths`].
pub(crate) type PathId = u32;

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Root {
    /// A parameter, by its place in the method's list.
    Parameter(u32),
    /// Variables that outlive methods: of modules, static ones, those that closures share.
    Globals,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Link {
    Root(Root),
    Below(PathId, Selector),
}

/// The paths of one method, each once.
#[derive(Clone, Default)]
pub(crate) struct Paths {
    links: Vec<(Link, u32)>,
    known: FxHashMap<Link, PathId>,
}

impl Paths {
    fn intern(&mut self, link: Link, depth: u32) -> PathId {
        if let Some(&path) = self.known.get(&link) {
            return path;
        }
        let path = self.links.len() as PathId;
        self.links.push((link.clone(), depth));
        self.known.insert(link, path);
        path
    }

    pub(crate) fn root(&mut self, root: Root) -> PathId {
        self.intern(Link::Root(root), 0)
    }

    /// The path one step further; None if that is too deep.
    pub(crate) fn below(&mut self, path: PathId, selector: Selector, limit: usize) -> Option<PathId> {
        let depth = self.links[path as usize].1 + 1;
        (depth as usize <= limit).then(|| self.intern(Link::Below(path, selector), depth))
    }

    pub(crate) fn link(&self, path: PathId) -> &Link {
        &self.links[path as usize].0
    }

    /// The root of a path and the steps from there.
    pub(crate) fn steps(&self, mut path: PathId) -> (Root, Vec<Selector>) {
        let mut steps = Vec::new();
        loop {
            match self.link(path) {
                Link::Root(root) => {
                    steps.reverse();
                    return (*root, steps);
                }
                Link::Below(above, selector) => {
                    steps.push(selector.clone());
                    path = *above;
                }
            }
        }
    }
}

/// Where a label comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Origin {
    /// A node at which something comes from outside, and the kind of the source.
    Source(Idx, u32),
    /// What the method is given at a path: the value itself, or (deep) anything that can be reached from it.
    Input(PathId, bool),
}
