//! Growth with preferential attachment: the rich get richer.

use super::{BLOCK, Edges, Generator, GeneratorError, Random, parameter, places};

/// Nodes that come one after the other, each with `degree` edges to nodes that are chosen as likely as they have edges
/// (Barabási and Albert, "Emergence of scaling in random networks", 1999). The number of edges that nodes have falls
/// off with a power of three.
///
/// As Batagelj and Brandes ("Efficient generation of large random networks", 2005) draw it: an end of an edge is chosen
/// among the ends of all edges before it, its own source included, so a few parallel edges and loops arise among the
/// first nodes. And as Sanders and Schulz ("Scalable generation of scale-free graphs", 2016) compute it: which end was
/// chosen is followed back through the same random numbers and not looked up, so every edge stands for itself.
#[derive(Clone, Debug)]
pub struct BarabasiAlbert {
    nodes: u64,
    degree: u64,
    seed: u64,
}

impl BarabasiAlbert {
    /// `nodes × degree` edges.
    pub fn new(nodes: u64, degree: u64, seed: u64) -> Result<BarabasiAlbert, GeneratorError> {
        parameter(nodes.checked_mul(degree).is_some_and(|edges| edges < 1 << 62), || {
            format!("{nodes} nodes with {degree} edges each are too many edges")
        })?;
        Ok(BarabasiAlbert { nodes, degree, seed })
    }

    /// The target of an edge. Ends are numbered: edge e has the source's at 2e and the target's at 2e + 1.
    fn target(&self, edge: u64) -> u64 {
        let mut end = 2 * edge + 1;
        // An odd end is as some end before it; half of those are sources, so the walk takes two steps on average.
        while end % 2 == 1 {
            end = Random::at(self.seed, end).below(end);
        }
        end / 2 / self.degree
    }
}

impl Generator for BarabasiAlbert {
    fn nodes(&self) -> u64 {
        self.nodes
    }

    fn edges(&self) -> u64 {
        self.nodes * self.degree
    }

    fn blocks(&self) -> u64 {
        self.edges().div_ceil(BLOCK)
    }

    fn block(&self, block: u64, edges: &mut Edges) {
        for edge in places(block, self.edges()) {
            edges.push(edge / self.degree, self.target(edge));
        }
    }
}
