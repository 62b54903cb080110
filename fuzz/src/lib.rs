//! What every fuzz target does: lower any bytes as a file of one language, run the per-file passes, and look at the
//! tree. `tests/tests/mutation.rs` checks the same of damaged programs, and more, in an ordinary test run.

use stoa_model::{Interner, NodeKind};
use stoa_passes::FilePasses;
use stoa_syntax::{Language, Tree, Workspace};

/// Lowers `source` as a file of this path. Panics when what comes out is no tree.
pub fn lower(path: &str, source: &[u8]) {
    let language = Language::of_path(path).expect("a path of a known language");
    let (mut tree, mut names, mut passes) = (Tree::default(), Interner::new(), FilePasses::default());
    Workspace::new().lower(language, path, source, &mut tree, &mut names);
    passes.run(&tree, language, &mut names);
    for (at, node) in tree.nodes.iter().enumerate() {
        let at = at as u32;
        assert!(node.last >= at && node.last < tree.len());
        assert!(node.start <= node.end && node.end as usize <= source.len());
        if at > 0 {
            assert!(node.parent < at && node.last <= tree.get(node.parent).last);
        }
        if node.kind == NodeKind::Method {
            assert!(tree.children(at).any(|c| tree.get(c).kind == NodeKind::MethodReturn));
        }
    }
    for edge in &passes.control_flow {
        assert!(edge.src < tree.len() && edge.dst < tree.len());
    }
}
