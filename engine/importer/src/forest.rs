//! The nodes of one file, in any order, to rows in pre-order.
//!
//! Importers know who is above whom and where things stand. From that come what tables are made of: pre-order positions,
//! slots of declarations, places among siblings, the method around a node.

use stoa_model::rows::{NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::{FIRST_BODY, NodeKind, Symbol};

/// The node above a node that has none in its forest: the FILE.
pub const TOP: u32 = u32::MAX;

/// A node under construction.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    /// `local`, `parent`, `position`, `descendants`, `child_index` and `method` are filled in by [`Forest::rows`].
    pub row: NodeRow,
    /// The place of the node above among those added, or [`TOP`].
    pub parent: u32,
    /// Siblings stand in this order, then in that of their places in the source, then as they were added.
    pub order: i32,
}

impl Draft {
    /// A node that has a kind and names, and no place in the source.
    pub fn new(kind: NodeKind, name: Symbol, full_name: Symbol) -> Draft {
        let row = NodeRow {
            kind,
            control: None,
            dispatch: None,
            local: NO_LOCAL,
            name,
            full_name,
            signature: Symbol::NONE,
            type_full_name: Symbol::NONE,
            modifiers: Symbol::NONE,
            line: 0,
            column: 0,
            length: 0,
            extra_lines: 0,
            parent: NO_LOCAL,
            child_index: 0,
            argument_index: NO_ARGUMENT,
            argument_name: Symbol::NONE,
            position: 0,
            descendants: 0,
            method: NO_LOCAL,
            type_decl: NO_LOCAL,
            hash: 0,
        };
        Draft { row, parent: TOP, order: 0 }
    }
}

/// The nodes of one file below its FILE.
#[derive(Default)]
pub struct Forest {
    pub drafts: Vec<Draft>,
}

/// Rows of a file, in pre-order, its FILE first.
pub struct Rows {
    pub rows: Vec<NodeRow>,
    /// The `local` of each draft, in the order they were added.
    pub locals: Vec<u32>,
    /// Nodes that were below themselves, and now stand at the top.
    pub unhooked: u32,
}

impl Forest {
    /// Adds a node and tells its place.
    pub fn push(&mut self, draft: Draft) -> u32 {
        self.drafts.push(draft);
        self.drafts.len() as u32 - 1
    }

    /// Numbers the nodes below a FILE of this name.
    pub fn rows(mut self, path: Symbol) -> Rows {
        let unhooked = self.unhook_cycles();
        let drafts = &self.drafts;
        let key = |&place: &u32| {
            let d = &drafts[place as usize];
            // What has no line stands where it was added, before what has one.
            (d.order, d.row.line, d.row.column, place)
        };
        // Children by parent, as one array with a start for each parent; the last parent is the top.
        let top = drafts.len();
        let of = |d: &Draft| if d.parent == TOP { top } else { d.parent as usize };
        let mut starts = vec![0usize; top + 2];
        for d in drafts {
            starts[of(d) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![0u32; drafts.len()];
        for (place, d) in drafts.iter().enumerate() {
            children[next[of(d)]] = place as u32;
            next[of(d)] += 1;
        }
        for run in starts.windows(2) {
            children[run[0]..run[1]].sort_by_key(key);
        }

        let mut rows = Vec::with_capacity(top + 1);
        let mut locals = vec![NO_LOCAL; top];
        let mut file = Draft::new(NodeKind::File, path, path).row;
        (file.local, file.descendants) = (0, top as u32);
        (file.line, file.column) = (1, 1);
        rows.push(file);
        let mut slot = 1;
        // The children still to visit of each open node, with its place in `rows`.
        let mut open = vec![(starts[top]..starts[top + 1], 0usize)];
        while let Some((pending, above)) = open.last_mut() {
            let above = *above;
            let Some(at) = pending.next() else {
                let last = rows.len() as u32 - 1;
                rows[above].descendants = last - above as u32;
                open.pop();
                continue;
            };
            let first = starts[open_parent(&children, drafts, at, top)];
            let place = children[at] as usize;
            let position = rows.len() as u32;
            let mut row = drafts[place].row;
            row.local = match row.kind.is_declaration() && slot < FIRST_BODY {
                true => {
                    slot += 1;
                    slot - 1
                }
                false => FIRST_BODY + position,
            };
            row.position = position;
            row.parent = rows[above].local;
            row.child_index = (at - first) as u32 + 1;
            row.method = match rows[above].kind {
                NodeKind::Method => rows[above].local,
                _ => rows[above].method,
            };
            locals[place] = row.local;
            rows.push(row);
            open.push((starts[place]..starts[place + 1], position as usize));
        }
        Rows { rows, locals, unhooked }
    }

    /// Cuts every circle of parents at one node, which then stands at the top.
    fn unhook_cycles(&mut self) -> u32 {
        #[derive(Clone, Copy, PartialEq)]
        enum Seen {
            No,
            Now,
            Done,
        }
        let mut seen = vec![Seen::No; self.drafts.len()];
        let mut way = Vec::new();
        let mut cut = 0;
        for start in 0..self.drafts.len() {
            let mut at = start;
            while seen[at] == Seen::No {
                seen[at] = Seen::Now;
                way.push(at);
                let parent = self.drafts[at].parent as usize;
                if parent >= self.drafts.len() {
                    self.drafts[at].parent = TOP;
                    break;
                }
                if seen[parent] == Seen::Now {
                    self.drafts[at].parent = TOP;
                    cut += 1;
                    break;
                }
                at = parent;
            }
            way.drain(..).for_each(|at| seen[at] = Seen::Done);
        }
        cut
    }
}

/// The parent, as an index of `starts`, of the child at a place of `children`.
fn open_parent(children: &[u32], drafts: &[Draft], at: usize, top: usize) -> usize {
    match drafts[children[at] as usize].parent {
        TOP => top,
        parent => parent as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stoa_model::Interner;

    #[test]
    fn positions_nest() {
        let mut names = Interner::new();
        let mut forest = Forest::default();
        let mut add = |kind, name: &str, parent, line| {
            let name = names.intern(name);
            let mut draft = Draft { parent, ..Draft::new(kind, name, name) };
            (draft.row.line, draft.row.column) = (line, 1);
            forest.push(draft)
        };
        let late = add(NodeKind::Method, "late", TOP, 9);
        let class = add(NodeKind::TypeDecl, "Class", TOP, 1);
        let call = add(NodeKind::Call, "call", 3, 3);
        let method = add(NodeKind::Method, "method", class, 2);
        let rows = forest.rows(names.intern("a.py"));
        let kinds: Vec<_> = rows.rows.iter().map(|r| (r.kind.as_str(), r.position, r.descendants)).collect();
        assert_eq!(
            kinds,
            [("FILE", 0, 4), ("TYPE_DECL", 1, 2), ("METHOD", 2, 1), ("CALL", 3, 0), ("METHOD", 4, 0)]
        );
        assert_eq!(rows.locals[late as usize], 3);
        assert_eq!(rows.locals[call as usize], FIRST_BODY + 3);
        assert_eq!(rows.rows[3].method, rows.locals[method as usize]);
        assert_eq!((rows.rows[4].child_index, rows.rows[4].parent), (2, 0));
    }

    #[test]
    fn circles_are_cut() {
        let mut forest = Forest::default();
        for parent in [1, 2, 0, 3, 99] {
            forest.push(Draft { parent, ..Draft::new(NodeKind::Block, Symbol::NONE, Symbol::NONE) });
        }
        let rows = forest.rows(Symbol::NONE);
        assert_eq!((rows.rows.len(), rows.unhooked), (6, 2));
        assert_eq!(rows.rows[0].descendants, 5);
        assert!(rows.locals.iter().all(|l| *l != NO_LOCAL));
    }
}
