"""Graphs as columns: generated, or read from Parquet."""

import numpy
import pyarrow
import pyarrow.parquet


def rmat(scale, edge_factor=16, seed=1):
    """R-MAT with the parameters of Graph500 (Chakrabarti, Zhan, Faloutsos 2004): 2^scale numbers for nodes, shuffled,
    so that a number says nothing of its degree; loops and parallel edges dropped. Weights are uniform in (0.001, 1)."""
    draw = numpy.random.default_rng(seed)
    count = edge_factor << scale
    source = numpy.zeros(count, numpy.int64)
    target = numpy.zeros(count, numpy.int64)
    for bit in range(scale):
        quadrant = draw.random(count)
        source |= (quadrant >= 0.76).astype(numpy.int64) << bit
        target |= (((quadrant >= 0.57) & (quadrant < 0.76)) | (quadrant >= 0.95)).astype(numpy.int64) << bit
    shuffled = draw.permutation(1 << scale)
    source, target = shuffled[source], shuffled[target]
    loop = source == target
    edges = numpy.unique(source[~loop] << 32 | target[~loop])
    weights = numpy.random.default_rng(seed + 1).random(len(edges)) * 0.999 + 0.001
    return edges >> 32, edges & 0xFFFFFFFF, weights


def write(path, source, target, weights):
    columns = {"src": source, "dst": target, "weight": weights}
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="zstd")


class Edges:
    """A simple directed graph of dense node numbers, and its undirected side with each pair once."""

    def __init__(self, path):
        table = pyarrow.parquet.read_table(path)
        source, target = (table[name].to_numpy().astype(numpy.int64) for name in ("src", "dst"))
        if "weight" in table.column_names:
            weights = table["weight"].to_numpy().astype(float)
        else:
            weights = numpy.random.default_rng(2).random(len(source)) * 0.999 + 0.001
        self.ids, dense = numpy.unique(numpy.concatenate([source, target]), return_inverse=True)
        source, target = dense[: len(source)], dense[len(source) :]
        nodes = len(self.ids)
        kept = source != target
        keys, first = numpy.unique(source[kept] * nodes + target[kept], return_index=True)
        self.nodes = nodes
        self.source, self.target = keys // nodes, keys % nodes
        self.weights = weights[kept][first]
        low, high = numpy.minimum(self.source, self.target), numpy.maximum(self.source, self.target)
        pairs = numpy.unique(low * nodes + high)
        self.low, self.high = pairs // nodes, pairs % nodes

    def seeds(self, count, seed=3):
        """Nodes that edges leave, drawn without putting back."""
        candidates = numpy.unique(self.source)
        drawn = numpy.random.default_rng(seed).choice(candidates, min(count, len(candidates)), replace=False)
        return [int(node) for node in drawn]
