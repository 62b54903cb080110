//! Nodes as small numbers: the nodes of all files in one row, the declarations of a file first.

use stoa_model::ids::{file_of, local_of};
use stoa_model::{FIRST_BODY, FileId, NodeId};

use super::builder::FileFacts;

/// Where the numbers of each file begin.
pub(super) struct Numbering {
    /// By file id.
    files: Vec<Span>,
    /// How many numbers there are.
    pub len: usize,
}

#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    declarations: u32,
    /// Body nodes have their positions for numbers, so that this is how many nodes the file has.
    nodes: u32,
}

impl Numbering {
    pub fn new(files: &[FileFacts]) -> Self {
        let last = files.iter().map(|f| f.file).max().unwrap_or(0);
        let mut spans = vec![Span::default(); last as usize + 1];
        let mut start = 0;
        for file in files {
            let FileFacts { declarations, nodes, .. } = *file;
            spans[file.file as usize] = Span { start, declarations, nodes };
            start += declarations + nodes;
        }
        Numbering { files: spans, len: start as usize }
    }

    /// The number of a node, unless its file has no facts.
    #[inline]
    pub fn of(&self, node: NodeId) -> Option<u32> {
        let file: FileId = file_of(node);
        let span = self.files.get(file as usize)?;
        let local = local_of(node);
        if local < FIRST_BODY {
            (local < span.declarations).then_some(span.start + local)
        } else {
            let position = local - FIRST_BODY;
            (position < span.nodes).then_some(span.start + span.declarations + position)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stoa_model::ids::node_id;

    #[test]
    fn numbers_are_dense_and_differ() {
        let file = |file, declarations, nodes| FileFacts { file, rows: 0, declarations, nodes };
        let numbering = Numbering::new(&[file(2, 2, 3), file(5, 1, 2)]);
        let nodes = [(2, 0), (2, 1), (2, FIRST_BODY), (2, FIRST_BODY + 2), (5, 0), (5, FIRST_BODY + 1)];
        let numbers = nodes.map(|(file, local)| numbering.of(node_id(file, local)));
        assert_eq!(numbers, [0, 1, 2, 4, 5, 7].map(Some));
        assert_eq!(numbering.len, 8);
        for (file, local) in [(1, 0), (3, 0), (9, 0), (2, 2), (2, FIRST_BODY + 3)] {
            assert_eq!(numbering.of(node_id(file, local)), None);
        }
    }
}
