//! Many paths as three flat lists.

use crate::{Control, GraphError, Index, Result};

/// Paths, one after the other: path `i` is `nodes[offsets[i]..offsets[i + 1]]` and costs `costs[i]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// One offset for each path, and the end; at most `i32::MAX`, so that they can be those of a list column.
    pub offsets: Vec<u32>,
    pub nodes: Vec<Index>,
    pub costs: Vec<f64>,
    /// Whether there are more paths than were asked for.
    pub cut_by_count: bool,
    /// Whether ways were not followed to their end because they were getting too long.
    pub cut_by_depth: bool,
}

impl Default for Paths {
    fn default() -> Paths {
        Paths {
            offsets: vec![0],
            nodes: Vec::new(),
            costs: Vec::new(),
            cut_by_count: false,
            cut_by_depth: false,
        }
    }
}

impl Paths {
    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.costs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.costs.is_empty()
    }

    /// Each path's nodes and cost.
    pub fn iter(&self) -> impl Iterator<Item = (&[Index], f64)> {
        let rows = self.offsets.windows(2).map(|ends| &self.nodes[ends[0] as usize..ends[1] as usize]);
        rows.zip(self.costs.iter().copied())
    }

    /// Adds a path. Room is asked of `control` as the lists grow.
    pub(super) fn push(&mut self, path: &[Index], cost: f64, control: &dyn Control) -> Result<()> {
        let end = self.nodes.len() + path.len();
        if end > i32::MAX as usize {
            return Err(GraphError::TooLarge {
                what: "nodes of paths",
                count: end,
                limit: i32::MAX as usize,
            });
        }
        if end > self.nodes.capacity() {
            let more = end.max(self.nodes.capacity() * 2).max(256) - self.nodes.len();
            control.reserve(more * size_of::<Index>())?;
            self.nodes.try_reserve_exact(more)?;
        }
        if self.costs.len() == self.costs.capacity() {
            let more = self.costs.len().max(64);
            control.reserve(more * (size_of::<u32>() + size_of::<f64>()))?;
            self.costs.try_reserve_exact(more)?;
            self.offsets.try_reserve_exact(more)?;
        }
        self.nodes.extend_from_slice(path);
        self.offsets.push(end as u32);
        self.costs.push(cost);
        Ok(())
    }
}
