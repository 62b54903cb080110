"""The same work in each library, on graphs that are in its memory already: kernel name -> a function to be timed.

A kernel that a library does not have, or cannot limit to the same work, is left out.
"""

import numpy

DAMPING = 0.85
# PageRank runs until the ranks of all nodes together move by less than this.
RANK_CHANGE = 1e-10


class Networkit:
    name = "networkit"

    def __init__(self, edges, threads):
        import networkit

        self.nk = networkit
        networkit.setNumberOfThreads(threads)
        networkit.setSeed(1, False)
        self.directed = self.graph(edges.nodes, edges.source, edges.target, True)
        self.undirected = self.graph(edges.nodes, edges.low, edges.high, False)
        self.weighted = self.graph(edges.nodes, edges.source, edges.target, True, edges.weights)

    def graph(self, nodes, source, target, directed, weights=None):
        data = numpy.ones(len(source)) if weights is None else weights
        return self.nk.GraphFromCoo(
            (data, (source.astype(numpy.uint64), target.astype(numpy.uint64))),
            n=nodes, weighted=weights is not None, directed=directed,
        )

    def kernels(self, seeds, samples):
        nk = self.nk

        def pagerank():
            rank = nk.centrality.PageRank(
                self.directed, DAMPING, RANK_CHANGE, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
            )
            rank.norm = nk.centrality.Norm.L1_NORM
            rank.run()

        def each_seed(make):
            def run():
                for seed in seeds:
                    make(seed).run()

            return run

        return {
            "pagerank": pagerank,
            "wcc": nk.components.WeaklyConnectedComponents(self.directed).run,
            "wcc_undirected": nk.components.ParallelConnectedComponents(self.undirected).run,
            "scc": nk.components.StronglyConnectedComponents(self.directed).run,
            "bfs": each_seed(lambda seed: nk.distance.BFS(self.directed, seed, storePaths=False)),
            "sssp": each_seed(lambda seed: nk.distance.Dijkstra(self.weighted, seed, storePaths=False)),
            "betweenness": lambda: nk.centrality.EstimateBetweenness(self.directed, len(samples), parallel=True).run(),
            "label_propagation": lambda: nk.community.PLP(self.undirected).run(),
            "louvain": lambda: nk.community.PLM(self.undirected).run(),
            "leiden": lambda: nk.community.ParallelLeiden(self.undirected).run(),
            "k_core": lambda: nk.centrality.CoreDecomposition(self.undirected).run(),
            "triangles": lambda: nk.centrality.LocalClusteringCoefficient(self.undirected, turbo=True).run(),
        }


class Igraph:
    name = "igraph"

    def __init__(self, edges, threads):
        import igraph

        self.directed = igraph.Graph(
            n=edges.nodes, edges=numpy.column_stack([edges.source, edges.target]), directed=True
        )
        self.undirected = igraph.Graph(n=edges.nodes, edges=numpy.column_stack([edges.low, edges.high]))
        self.weights = edges.weights.tolist()

    def kernels(self, seeds, samples):
        directed, undirected = self.directed, self.undirected

        def each_seed(function):
            def run():
                for seed in seeds:
                    function(seed)

            return run

        return {
            "pagerank": lambda: directed.pagerank(damping=DAMPING),
            "wcc": lambda: directed.connected_components(mode="weak"),
            "wcc_undirected": lambda: undirected.connected_components(),
            "scc": lambda: directed.connected_components(mode="strong"),
            "bfs": each_seed(lambda seed: directed.distances(source=[seed])),
            "sssp": each_seed(lambda seed: directed.distances(source=[seed], weights=self.weights)),
            "betweenness": lambda: directed.betweenness(sources=samples),
            "label_propagation": undirected.community_label_propagation,
            "louvain": undirected.community_multilevel,
            "leiden": lambda: undirected.community_leiden("modularity", n_iterations=2),
            "k_core": undirected.coreness,
            "triangles": lambda: undirected.transitivity_local_undirected(mode="zero"),
        }

    def modularities(self):
        found = {
            "louvain": self.undirected.community_multilevel(),
            "leiden": self.undirected.community_leiden("modularity", n_iterations=2),
            "label_propagation": self.undirected.community_label_propagation(),
        }
        return {name: self.undirected.modularity(parts) for name, parts in found.items()}


class Rustworkx:
    name = "rustworkx"

    def __init__(self, edges, threads):
        import os

        # Read when its thread pool starts.
        os.environ["RAYON_NUM_THREADS"] = str(threads)
        import rustworkx

        self.rx = rustworkx
        self.nodes = edges.nodes
        self.directed = rustworkx.PyDiGraph(multigraph=False)
        self.directed.add_nodes_from(range(edges.nodes))
        columns = (edges.source.tolist(), edges.target.tolist(), edges.weights.tolist())
        self.directed.add_edges_from(list(zip(*columns)))
        self.undirected = rustworkx.PyGraph(multigraph=True)
        self.undirected.add_nodes_from(range(edges.nodes))
        self.undirected.add_edges_from_no_data(list(zip(edges.low.tolist(), edges.high.tolist())))

    def kernels(self, seeds, samples):
        rx, directed, undirected = self.rx, self.directed, self.undirected

        def each_seed(function):
            def run():
                for seed in seeds:
                    function(seed)

            return run

        def rank():
            rx.pagerank(directed, alpha=DAMPING, tol=RANK_CHANGE / self.nodes, max_iter=1000)

        return {
            "pagerank": rank,
            "wcc": lambda: rx.weakly_connected_components(directed),
            "wcc_undirected": lambda: rx.connected_components(undirected),
            "scc": lambda: rx.strongly_connected_components(directed),
            "bfs": each_seed(lambda seed: rx.bfs_layers(directed, [seed])),
            "sssp": each_seed(lambda seed: rx.digraph_dijkstra_shortest_path_lengths(directed, seed, float)),
            "k_core": lambda: rx.core_number(undirected),
            "triangles": lambda: rx.transitivity(undirected),
        }


ALL = {library.name: library for library in (Networkit, Igraph, Rustworkx)}
