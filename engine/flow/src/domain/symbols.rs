//! Symbols: what a method is given, as paths from a parameter or from the variables of modules.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

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

/// How often a path may go by the same field.
const AGAIN: usize = 2;

/// Paths of one method that are kept apart.
const PATHS: usize = 600;

/// What is one step below a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Below {
    Path(PathId),
    /// It goes by one field again and again: what hangs together by links, as lists and trees do, is told apart so far and no further.
    Again,
    /// It is too deep, or there are more paths than are kept apart.
    TooDeep,
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

    /// Leaves only paths that are used, and what they begin with. The new number of each; no more paths can be made.
    pub(crate) fn keep_used(&mut self, used: impl Iterator<Item = PathId>) -> Vec<PathId> {
        let mut keep = vec![false; self.links.len()];
        used.for_each(|path| keep[path as usize] = true);
        for place in (0..self.links.len()).rev() {
            if keep[place]
                && let Link::Below(above, _) = &self.links[place].0
            {
                keep[*above as usize] = true;
            }
        }
        let mut numbers = vec![0; self.links.len()];
        let mut links = Vec::new();
        for (place, (mut link, depth)) in std::mem::take(&mut self.links).into_iter().enumerate() {
            if keep[place] {
                if let Link::Below(above, _) = &mut link {
                    *above = numbers[*above as usize];
                }
                numbers[place] = links.len() as PathId;
                links.push((link, depth));
            }
        }
        links.shrink_to_fit();
        self.links = links;
        self.known = FxHashMap::default();
        numbers
    }

    pub(crate) fn root(&mut self, root: Root) -> PathId {
        self.intern(Link::Root(root), 0)
    }

    /// The path one step further, if it can be told apart from the path itself.
    pub(crate) fn below(&mut self, path: PathId, selector: Selector, limit: usize) -> Below {
        let depth = self.links[path as usize].1 + 1;
        let link = Link::Below(path, selector);
        if let Some(&known) = self.known.get(&link) {
            return Below::Path(known);
        }
        if let Link::Below(_, selector) = &link
            && self.times(path, selector) >= AGAIN
        {
            return Below::Again;
        }
        if depth as usize > limit || self.links.len() >= PATHS {
            return Below::TooDeep;
        }
        Below::Path(self.intern(link, depth))
    }

    /// How often a path goes by a selector.
    fn times(&self, mut path: PathId, selector: &Selector) -> usize {
        let mut times = 0;
        while let Link::Below(above, step) = self.link(path) {
            times += usize::from(step == selector);
            path = *above;
        }
        times
    }

    pub(crate) fn link(&self, path: PathId) -> &Link {
        &self.links[path as usize].0
    }

    /// Whether a path leads further than another does.
    pub(crate) fn is_below(&self, mut path: PathId, above: PathId) -> bool {
        while let Link::Below(next, _) = self.link(path) {
            path = *next;
            if path == above {
                return true;
            }
        }
        false
    }

    /// The root of a path and the steps from there, as they stand here.
    pub(crate) fn way(&self, mut path: PathId) -> (Root, SmallVec<[&Selector; 8]>) {
        let mut steps = SmallVec::new();
        loop {
            match self.link(path) {
                Link::Root(root) => {
                    steps.reverse();
                    return (*root, steps);
                }
                Link::Below(above, selector) => {
                    steps.push(selector);
                    path = *above;
                }
            }
        }
    }

    /// The root of a path and the steps from there.
    pub(crate) fn steps(&self, path: PathId) -> (Root, Vec<Selector>) {
        let (root, steps) = self.way(path);
        (root, steps.into_iter().cloned().collect())
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
