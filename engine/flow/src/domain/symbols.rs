//! Symbols: what a method is given, as paths from a parameter or from the variables of modules.

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Pool, Selector};
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

#[derive(Debug)]
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
#[derive(Default)]
pub(crate) struct Paths {
    links: Vec<(Link, u32)>,
    roots: FxHashMap<Root, PathId>,
    /// Paths below others, by the hash of their last link.
    known: HashTable<(u64, PathId)>,
}

impl Paths {
    /// The paths by themselves that are used, and the new number of each.
    pub(crate) fn keep_used(
        &self,
        used: impl Iterator<Item = PathId>,
        pool: &Pool<Route>,
    ) -> (Vec<PathId>, Box<[Arc<Route>]>) {
        let mut keep = vec![false; self.links.len()];
        used.for_each(|path| keep[path as usize] = true);
        let mut numbers = vec![0; self.links.len()];
        let mut routes = Vec::new();
        for path in (0..self.links.len() as PathId).filter(|&path| keep[path as usize]) {
            numbers[path as usize] = routes.len() as PathId;
            let (root, steps) = self.way(path);
            routes.push(Route::shared(root, &steps, pool));
        }
        (numbers, routes.into())
    }

    pub(crate) fn root(&mut self, root: Root) -> PathId {
        *self.roots.entry(root).or_insert_with(|| {
            self.links.push((Link::Root(root), 0));
            self.links.len() as PathId - 1
        })
    }

    /// The path one step further, if it can be told apart from the path itself.
    pub(crate) fn below(&mut self, path: PathId, selector: &Selector, limit: usize) -> Below {
        let mut hasher = FxHasher::default();
        (path, selector).hash(&mut hasher);
        let hash = hasher.finish();
        let same = |known: &(u64, PathId)| {
            known.0 == hash
                && matches!(self.link(known.1), Link::Below(above, step) if *above == path && step == selector)
        };
        if let Some(&(_, known)) = self.known.find(hash, same) {
            return Below::Path(known);
        }
        if self.times(path, selector) >= AGAIN {
            return Below::Again;
        }
        let depth = self.links[path as usize].1 + 1;
        if depth as usize > limit || self.links.len() >= PATHS {
            return Below::TooDeep;
        }
        let number = self.links.len() as PathId;
        self.known.insert_unique(hash, (hash, number), |known| known.0);
        self.links.push((Link::Below(path, selector.clone()), depth));
        Below::Path(number)
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

    /// Where a path begins.
    pub(crate) fn root_of(&self, mut path: PathId) -> Root {
        loop {
            match self.link(path) {
                Link::Root(root) => return *root,
                Link::Below(above, _) => path = *above,
            }
        }
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

    /// Whether a path is this route.
    pub(crate) fn is_route(&self, path: PathId, route: &Route) -> bool {
        let (root, steps) = self.way(path);
        root == route.root && route.steps.iter().eq(steps)
    }
}

/// A path by itself, of whatever method.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Route {
    pub root: Root,
    pub steps: Box<[Selector]>,
}

impl Route {
    /// The route with a root and steps, with all that have the same.
    pub(crate) fn shared(root: Root, steps: &[&Selector], pool: &Pool<Route>) -> Arc<Route> {
        let same = |known: &Route| known.root == root && known.steps.iter().eq(steps.iter().copied());
        let make = || Route { root, steps: steps.iter().map(|&s| s.clone()).collect() };
        pool.share(&(root, steps), same, make)
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
