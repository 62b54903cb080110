//! R-MAT: a matrix that is dense in one corner, and each corner again.

use super::{BLOCK, Edges, Generator, GeneratorError, Permutation, Random, parameter, places};

/// The Kronecker graph of the Graph500 benchmark: 2^scale nodes and `edge_factor` times as many edges, each of which
/// falls into a quarter of the adjacency matrix with probability 0.57, 0.19, 0.19 or 0.05, then into a quarter of that,
/// down to a cell (Chakrabarti, Zhan and Faloutsos, "R-MAT: a recursive model for graph mining", 2004; parameters of the
/// Graph500 specification). Parallel edges and loops are kept, as there; many nodes have no edge.
#[derive(Clone, Debug)]
pub struct Rmat {
    scale: u32,
    edge_factor: u64,
    seed: u64,
    order: Option<Permutation>,
}

/// Graph500's number of edges for a node.
pub const EDGE_FACTOR: u64 = 16;
const A: f64 = 0.57;
const B: f64 = 0.19;
const C: f64 = 0.19;

impl Rmat {
    /// Small ids have the many edges; `permute` puts them anywhere.
    pub fn new(scale: u32, edge_factor: u64, permute: bool, seed: u64) -> Result<Rmat, GeneratorError> {
        parameter(scale <= 40, || format!("scale {scale} is beyond 40"))?;
        parameter(edge_factor < 1 << 20, || format!("edge factor {edge_factor} is beyond 2^20"))?;
        // Its own seed: the order must not know of the edges.
        let order = permute.then(|| Permutation::new(1 << scale, !seed));
        Ok(Rmat { scale, edge_factor, seed, order })
    }
}

impl Generator for Rmat {
    fn nodes(&self) -> u64 {
        1 << self.scale
    }

    fn edges(&self) -> u64 {
        self.edge_factor << self.scale
    }

    fn blocks(&self) -> u64 {
        self.edges().div_ceil(BLOCK)
    }

    fn block(&self, block: u64, edges: &mut Edges) {
        for edge in places(block, self.edges()) {
            let mut random = Random::at(self.seed, edge);
            let (mut src, mut dst) = (0, 0);
            for _ in 0..self.scale {
                let at = random.unit();
                let (down, right) = (at >= A + B, (A..A + B).contains(&at) || at >= A + B + C);
                src = src << 1 | u64::from(down);
                dst = dst << 1 | u64::from(right);
            }
            match &self.order {
                Some(order) => edges.push(order.at(src), order.at(dst)),
                None => edges.push(src, dst),
            }
        }
    }
}
