"""Writes the Parquet files beside this script: the graphs, and what NetworkX and igraph say of them. See README.md."""

import itertools
import math
import random
import sys
from collections import defaultdict
from pathlib import Path

import igraph
import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
from networkx.algorithms.link_analysis.hits_alg import _hits_python

from graphs import cases

HERE = Path(__file__).parent

graph_values, node_values, edge_values = [], [], []
distances, paths, similarities = [], [], []


class Views:
    """One case, as NetworkX sees it: as a multigraph, and with parallel edges made one, by sum or by minimum."""

    def __init__(self, case):
        self.case = case
        self.weighted = case.weighted
        self.multi = nx.MultiDiGraph()
        self.plain = nx.DiGraph()  # weight: how many edges
        self.sums = nx.DiGraph()
        self.least = nx.DiGraph()
        self.most = nx.DiGraph()
        self.undirected = nx.MultiGraph()
        self.undirected_plain = nx.Graph()  # weight: how many edges
        self.undirected_sums = nx.Graph()
        self.undirected_least = nx.Graph()
        nodes = sorted(case.nodes)
        for graph in vars(self).values():
            if isinstance(graph, nx.Graph):
                graph.add_nodes_from(nodes)
        for u, v, w in sorted(case.edges, key=lambda e: (e[0], e[1])):
            weight = 1.0 if w is None else w
            self.multi.add_edge(u, v, weight=weight)
            self.undirected.add_edge(u, v, weight=weight)
            for graph in (self.plain, self.undirected_plain):
                graph.add_edge(u, v, weight=graph.get_edge_data(u, v, {"weight": 0})["weight"] + 1)
            for graph in (self.sums, self.undirected_sums):
                graph.add_edge(u, v, weight=graph.get_edge_data(u, v, {"weight": 0})["weight"] + weight)
            for graph in (self.least, self.undirected_least):
                graph.add_edge(u, v, weight=min(graph.get_edge_data(u, v, {"weight": math.inf})["weight"], weight))
            self.most.add_edge(u, v, weight=max(self.most.get_edge_data(u, v, {"weight": -math.inf})["weight"], weight))
        self.nodes = nodes
        self.negative = any(w is not None and w < 0 for _, _, w in case.edges)


def of_graph(case, function, value=None, error=None):
    graph_values.append((case.number, function, None if value is None else float(value), error))


def of_nodes(case, function, values):
    for node, value in sorted(values.items()):
        node_values.append((case.number, function, node, float(value), None))


def of_nodes_other(case, function, values):
    """Values that are nodes."""
    for node, other in sorted(values.items()):
        node_values.append((case.number, function, node, None, other))


def without_loops(values):
    """Loops are on no shortest path: NetworkX says so of each, and others need not."""
    return {(u, v): value for (u, v), value in values.items() if u != v}


def of_edges(case, function, values):
    for (u, v), value in sorted(values.items()):
        edge_values.append((case.number, function, u, v, float(value)))


def of_path(case, function, source, target, bound, path, cost):
    paths.append((case.number, function, source, target, bound, list(path), float(cost)))


def cost_of(graph, path):
    return sum(graph[u][v]["weight"] for u, v in zip(path, path[1:]))


def eccentricities(graph):
    """Among the nodes that are reached: NetworkX's own where the graph is connected (checked), its distances elsewhere."""
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    found = {node: max(lengths[node].values()) for node in graph}
    connected = len(graph) > 0 and all(len(reached) == len(graph) for reached in lengths.values())
    if connected:
        assert nx.eccentricity(graph) == found
        assert nx.diameter(graph) == max(found.values()) and nx.radius(graph) == min(found.values())
    return found, {node: len(reached) for node, reached in lengths.items()}, connected


def structure(v):
    case = v.case
    of_nodes(case, "degree_in", dict(v.multi.in_degree()))
    of_nodes(case, "degree_out", dict(v.multi.out_degree()))
    of_nodes(case, "degree", dict(v.multi.degree()))
    of_graph(case, "density", nx.density(v.multi))
    of_graph(case, "density_undirected", nx.density(v.undirected))
    if v.weighted:
        of_nodes(case, "degree_in_weighted", dict(v.multi.in_degree(weight="weight")))
        of_nodes(case, "degree_out_weighted", dict(v.multi.out_degree(weight="weight")))
        of_nodes(case, "degree_weighted", dict(v.multi.degree(weight="weight")))
    for name, graph in (("", v.plain), ("_undirected", v.undirected_plain)):
        found, reached, connected = eccentricities(graph)
        of_nodes(case, "eccentricity" + name, found)
        of_nodes(case, "reached" + name, reached)
        if found:
            of_graph(case, "diameter" + name, max(found.values()))
            of_graph(case, "radius" + name, min(found.values()))
            of_graph(case, "connected" + name, connected)

    of_nodes_other(case, "scc", {n: min(c) for c in nx.strongly_connected_components(v.multi) for n in c})
    of_nodes_other(case, "wcc", {n: min(c) for c in nx.weakly_connected_components(v.multi) for n in c})
    of_nodes(case, "articulation_point", {n: 1 for n in nx.articulation_points(v.undirected_plain)})
    of_edges(case, "bridge", {e: 1 for e in as_given(v, nx.bridges(v.undirected))})
    simple = nx.Graph(v.undirected_plain)
    simple.remove_edges_from(list(nx.selfloop_edges(simple)))
    of_nodes(case, "core_number", nx.core_number(simple))
    of_nodes(case, "triangles", nx.triangles(simple))
    of_nodes(case, "clustering", nx.clustering(simple))
    if v.nodes:
        of_graph(case, "average_clustering", nx.average_clustering(simple))
    directed = nx.DiGraph(v.plain)
    directed.remove_edges_from(list(nx.selfloop_edges(directed)))
    of_nodes(case, "clustering_directed", nx.clustering(directed))

    try:
        order = list(nx.lexicographical_topological_sort(v.multi))
        of_nodes(case, "topological_position", {n: i for i, n in enumerate(order)})
        generations = nx.topological_generations(v.multi)
        of_nodes(case, "generation", {n: i for i, nodes in enumerate(generations) for n in nodes})
        of_edges(case, "transitive_reduction", {e: 1 for e in nx.transitive_reduction(v.plain).edges})
        of_graph(case, "longest_path", nx.dag_longest_path_length(v.plain, weight=None) if v.nodes else None)
        if v.weighted:
            of_graph(case, "longest_path_weighted", nx.dag_longest_path_length(v.most, weight="weight"))
    except nx.NetworkXUnfeasible:
        of_graph(case, "topological_sort", error="cycle")

    for entry in endpoints(v)[0]:
        of_nodes_other(case, f"dominators:{entry}", {n: d for n, d in nx.immediate_dominators(v.plain, entry).items() if d is not None})
        of_nodes_other(case, f"post_dominators:{entry}", {n: d for n, d in nx.immediate_dominators(v.plain.reverse(), entry).items() if d is not None})


def as_given(v, pairs):
    """Undirected edges the way round they are in the graph."""
    return [(a, b) if v.multi.has_edge(a, b) else (b, a) for a, b in pairs]


def endpoints(v):
    """Two sources and two targets: by degree, and by chance."""
    rng = random.Random(v.case.number)
    if not v.nodes:
        return [], []
    first = max(v.nodes, key=lambda n: (v.multi.out_degree(n), -n))
    last = max(v.nodes, key=lambda n: (v.multi.in_degree(n), -n))
    return sorted({first, rng.choice(v.nodes)}), sorted({last, rng.choice(v.nodes)})


def centrality(v):
    case = v.case
    of_nodes(case, "degree_centrality", nx.degree_centrality(v.multi))
    of_nodes(case, "in_degree_centrality", nx.in_degree_centrality(v.multi) if len(v.nodes) > 1 else {n: 1 for n in v.nodes})
    of_nodes(case, "out_degree_centrality", nx.out_degree_centrality(v.multi) if len(v.nodes) > 1 else {n: 1 for n in v.nodes})
    of_nodes(case, "closeness", nx.closeness_centrality(v.multi))
    of_nodes(case, "closeness_raw", nx.closeness_centrality(v.multi, wf_improved=False))
    of_nodes(case, "closeness_reversed", nx.closeness_centrality(v.multi.reverse()))
    of_nodes(case, "closeness_undirected", nx.closeness_centrality(v.undirected))
    of_nodes(case, "harmonic", nx.harmonic_centrality(v.multi))
    of_nodes(case, "harmonic_undirected", nx.harmonic_centrality(v.undirected))
    of_nodes(case, "betweenness", nx.betweenness_centrality(v.plain, normalized=False))
    of_nodes(case, "betweenness_normalized", nx.betweenness_centrality(v.plain))
    of_nodes(case, "betweenness_undirected", nx.betweenness_centrality(v.undirected_plain, normalized=False))
    of_edges(case, "edge_betweenness", without_loops(nx.edge_betweenness_centrality(v.plain, normalized=False)))
    around = nx.edge_betweenness_centrality(v.undirected_plain, normalized=False)
    of_edges(case, "edge_betweenness_undirected", without_loops({(min(e), max(e)): value for e, value in around.items()}))
    if v.weighted and not v.negative:
        of_nodes(case, "closeness_weighted", nx.closeness_centrality(v.least, distance="weight"))
        of_nodes(case, "harmonic_weighted", nx.harmonic_centrality(v.least, distance="weight"))
        if all(w > 0 for _, _, w in case.edges):
            # Zero weights make infinitely many shortest walks, and NetworkX counts by the order it settles nodes in.
            of_nodes(case, "betweenness_weighted", nx.betweenness_centrality(v.least, normalized=False, weight="weight"))
            of_edges(case, "edge_betweenness_weighted", without_loops(nx.edge_betweenness_centrality(v.least, normalized=False, weight="weight")))
    standing(v, "", v.plain, v.undirected_plain)
    if v.weighted and not v.negative:
        standing(v, "_weighted", v.sums, v.undirected_sums)


def standing(v, name, graph, undirected):
    case = v.case
    if not v.nodes:
        return
    for suffix, of in (("", graph), ("_undirected", undirected)):
        try:
            found = nx.eigenvector_centrality(of, max_iter=500, tol=1e-9, weight="weight")
            of_nodes(case, "eigenvector" + name + suffix, found)
        except nx.PowerIterationFailedConvergence:
            of_graph(case, "eigenvector" + name + suffix, error="not_converged")
        try:
            found = nx.katz_centrality(of, alpha=0.05, max_iter=500, tol=1e-12, weight="weight")
            of_nodes(case, "katz" + name + suffix, found)
        except (nx.PowerIterationFailedConvergence, OverflowError):
            of_graph(case, "katz" + name + suffix, error="not_converged")
    if graph.number_of_edges() and any(w for *_, w in graph.edges(data="weight")):
        try:
            hubs, authorities = _hits_python(graph, max_iter=2000, tol=1e-13)
            of_nodes(case, "hubs" + name, hubs)
            of_nodes(case, "authorities" + name, authorities)
        except nx.PowerIterationFailedConvergence:
            of_graph(case, "hits" + name, error="not_converged")
    of_nodes(case, "pagerank" + name, nx.pagerank(graph, tol=1e-14, max_iter=10000, weight="weight"))
    seeds = {node: 1 for node in endpoints(v)[0]}
    of_nodes(case, "pagerank_personalised" + name, nx.pagerank(graph, personalization=seeds, tol=1e-14, max_iter=10000, weight="weight"))


def path_functions(v):
    case = v.case
    sources, targets = endpoints(v)
    for source in sources:
        for node, hops in sorted(nx.single_source_shortest_path_length(v.plain, source).items()):
            distances.append((case.number, "hops", source, node, float(hops)))
        for node, hops in sorted(nx.single_source_shortest_path_length(v.undirected_plain, source).items()):
            distances.append((case.number, "hops_undirected", source, node, float(hops)))
        if not v.weighted:
            continue
        if not v.negative:
            for node, cost in sorted(nx.single_source_dijkstra_path_length(v.multi, source).items()):
                distances.append((case.number, "dijkstra", source, node, float(cost)))
        try:
            for node, cost in sorted(nx.single_source_bellman_ford_path_length(v.multi, source).items()):
                distances.append((case.number, "bellman_ford", source, node, float(cost)))
        except nx.NetworkXUnbounded:
            of_graph(case, f"bellman_ford:{source}", error="negative_cycle")
    graphs = [("", v.plain, None)] + ([("_weighted", v.least, "weight")] if v.weighted and not v.negative else [])
    for source, target in itertools.product(sources, targets):
        for name, graph, weight in graphs:
            cost = (lambda path: cost_of(graph, path)) if weight else (lambda path: len(path) - 1)
            try:
                # Where edges weigh nothing, NetworkX gives some of the paths more than once.
                for path in sorted(set(map(tuple, nx.all_shortest_paths(graph, source, target, weight=weight)))):
                    of_path(case, "all_shortest" + name, source, target, None, path, cost(path))
            except nx.NetworkXNoPath:
                pass
            if source == target:
                continue
            try:
                for path in itertools.islice(nx.shortest_simple_paths(graph, source, target, weight=weight), 6):
                    of_path(case, "k_shortest" + name, source, target, 6, path, cost(path))
            except nx.NetworkXNoPath:
                pass
        depth = 4 if len(v.nodes) < 20 else 3
        found = sorted(map(tuple, nx.all_simple_paths(v.plain, source, target, cutoff=depth)))
        if len(found) <= 40:
            of_graph(case, f"all_paths:{source}:{target}", len(found))
            for path in found:
                of_path(case, "all_paths", source, target, depth, path, cost_of(v.least, path))


def similar(v):
    """The coefficient of pairs by NetworkX; GDS's measures, of which NetworkX knows none, by their definitions."""
    case = v.case
    rng = random.Random(case.number)
    pairs = list(itertools.combinations(v.nodes, 2))
    for a, b, value in nx.jaccard_coefficient(v.undirected_plain, rng.sample(pairs, min(12, len(pairs)))):
        similarities.append((case.number, "jaccard", a, b, float(value)))
    if len(v.nodes) > 16:
        return
    for name, graph in [("", v.plain)] + ([("_weighted", v.sums)] if v.weighted and not v.negative else []):
        sets = {n: {m: (d["weight"] if name else 1.0) for m, d in graph[n].items()} for n in v.nodes}
        for a, b in itertools.combinations(v.nodes, 2):
            common = sorted(set(sets[a]) & set(sets[b]))
            least = sum(min(sets[a][m], sets[b][m]) for m in common)
            product = sum(sets[a][m] * sets[b][m] for m in common)
            if product == 0:
                continue
            wa, wb = sum(sets[a].values()), sum(sets[b].values())
            length = math.hypot(*sets[a].values()) * math.hypot(*sets[b].values())
            similarities.append((case.number, "node_jaccard" + name, a, b, least / (wa + wb - least)))
            similarities.append((case.number, "node_overlap" + name, a, b, least / min(wa, wb)))
            similarities.append((case.number, "node_cosine" + name, a, b, product / length))


def communities(v):
    """A partition that is given (by place), its modularity; and how good igraph's communities are, the median of 11."""
    case = v.case
    if v.negative or not case.edges or sum(w for *_, w in v.undirected_sums.edges(data="weight")) == 0:
        return
    rng = random.Random(case.number)
    partition = {n: rng.randrange(max(1, len(v.nodes) // 4)) for n in v.nodes}
    of_nodes(case, "partition", partition)
    groups = defaultdict(set)
    for node, group in partition.items():
        groups[group].add(node)
    for name, multi, graph in [("", v.multi, v.undirected_plain)] + ([("_weighted", v.multi, v.undirected_sums)] if v.weighted else []):
        weight = "weight" if name else None
        of_graph(case, "modularity_directed" + name, nx.community.modularity(multi, groups.values(), weight=weight))
        of_graph(case, "modularity" + name, nx.community.modularity(v.undirected, groups.values(), weight=weight))
        place = {n: i for i, n in enumerate(v.nodes)}
        edges = [(place[a], place[b]) for a, b in graph.edges]
        weights = [w for *_, w in graph.edges(data="weight")]
        g = igraph.Graph(len(v.nodes), edges)
        for method in ("louvain", "leiden"):
            found = []
            for seed in range(11):
                random.seed(seed)
                igraph.set_random_number_generator(random)
                if method == "louvain":
                    clusters = g.community_multilevel(weights=weights)
                else:
                    clusters = g.community_leiden(objective_function="modularity", weights=weights, n_iterations=-1)
                found.append(g.modularity(clusters, weights=weights))
            of_graph(case, f"{method}{name}", sorted(found)[5])


def write(name, rows, schema):
    # Values of a function stand together: that is what compresses.
    rows.sort(key=lambda row: (row[1], row[0]) if "function" in schema.names else row[0])
    columns = list(zip(*rows)) if rows else [[] for _ in schema]
    table = pa.table([pa.array(column, field.type) for column, field in zip(columns, schema)], schema=schema)
    floats = [f.name for f in schema if f.type == pa.float64()]
    pq.write_table(
        table, HERE / name, compression="zstd", compression_level=19, write_statistics=False, store_schema=False,
        use_dictionary=[f.name if not pa.types.is_list(f.type) else f.name + ".list.element" for f in schema], data_page_version="2.0",
    )
    print(f"{name}: {len(rows)} rows, {(HERE / name).stat().st_size} bytes", floats)


def main():
    all_cases = cases()
    for case in all_cases:
        v = Views(case)
        for part in (structure, centrality, path_functions, similar, communities):
            part(v)
    number, function, id_, value = ("graph", pa.int32()), ("function", pa.string()), pa.int64(), ("value", pa.float64())
    write("cases.parquet", [(c.number, c.name, c.weighted) for c in all_cases], pa.schema([number, ("name", pa.string()), ("weighted", pa.bool_())]))
    write("nodes.parquet", [(c.number, n) for c in all_cases for n in sorted(c.nodes)], pa.schema([number, ("node", id_)]))
    edges = [(c.number, *edge) for c in all_cases for edge in c.edges]
    write("graphs.parquet", edges, pa.schema([number, ("src", id_), ("dst", id_), ("weight", pa.float64())]))
    write("graph_values.parquet", graph_values, pa.schema([number, function, value, ("error", pa.string())]))
    write("node_values.parquet", node_values, pa.schema([number, function, ("node", id_), value, ("other", id_)]))
    write("edge_values.parquet", edge_values, pa.schema([number, function, ("src", id_), ("dst", id_), value]))
    write("distances.parquet", distances, pa.schema([number, function, ("source", id_), ("node", id_), value]))
    schema = [number, function, ("source", id_), ("target", id_), ("bound", pa.int32()), ("path", pa.list_(pa.int64())), ("cost", pa.float64())]
    write("paths.parquet", paths, pa.schema(schema))
    write("similarities.parquet", similarities, pa.schema([number, function, ("node", id_), ("other", id_), value]))
    print(len(all_cases), "graphs,", sum(len(c.nodes) for c in all_cases), "nodes", file=sys.stderr)


if __name__ == "__main__":
    main()
