#!/usr/bin/env python3
"""Times the graph kernels of networkit, igraph and rustworkx, and this engine's own, on the same graphs."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import graphs
import libraries


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


class Engine:
    """The engine's kernels, through its example `kernels`, which prints seconds by kernel."""

    name = "stoa"

    def __init__(self, program, edges, folder, seeds, samples, threads):
        pairs, weights = pathlib.Path(folder, "pairs"), pathlib.Path(folder, "weights")
        # Dense numbers, so that the seeds name the same nodes everywhere.
        import numpy

        numpy.column_stack([edges.source, edges.target]).astype(numpy.int64).tofile(pairs)
        edges.weights.astype(float).tofile(weights)
        self.command = [
            program, str(pairs), "--weights", str(weights),
            "--seeds", ",".join(map(str, seeds)), "--samples", ",".join(map(str, samples)),
        ]  # fmt: skip
        self.environment = dict(os.environ, RAYON_NUM_THREADS=str(threads))

    def time(self, kernel, runs):
        command = self.command + ["--runs", str(runs), "--only", kernel]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return json.loads(done.stdout).get(kernel)


def measure(path, options):
    edges = graphs.Edges(path)
    seeds, samples = edges.seeds(options.seeds), edges.seeds(options.samples, seed=4)
    report = {"nodes": edges.nodes, "edges": len(edges.source), "pairs": len(edges.low), "kernels": {}}
    print(f"{path}: {edges.nodes} nodes, {len(edges.source)} edges", file=sys.stderr)
    loaded = {name: libraries.ALL[name](edges, options.threads) for name in options.libraries}
    kernels = {name: library.kernels(seeds, samples) for name, library in loaded.items()}
    names = sorted({kernel for one in kernels.values() for kernel in one} & set(options.kernels or libraries_kernels()))
    with tempfile.TemporaryDirectory() as folder:
        engine = options.engine and Engine(options.engine, edges, folder, seeds, samples, options.threads)
        for kernel in names:
            taken = {name: [] for name in kernels if kernel in kernels[name]}
            # One run of each in turn: what else the machine does falls on all alike.
            for _ in range(options.runs):
                for name in list(kernels):
                    if kernel not in kernels[name]:
                        continue
                    taken[name].append(seconds(kernels[name][kernel]))
                if engine and (times := engine.time(kernel, 1)):
                    taken.setdefault(engine.name, []).extend(times)
            report["kernels"][kernel] = row = {
                name: {"median": statistics.median(times), "least": min(times), "runs": times}
                for name, times in taken.items()
                if times
            }
            fastest = min((name for name in row if name != "stoa"), key=lambda name: row[name]["median"])
            line = f"{kernel:18}" + "".join(f"  {name} {row[name]['median']:.4f}" for name in row)
            if "stoa" in row:
                ratio = row["stoa"]["median"] / row[fastest]["median"]
                report["kernels"][kernel]["ratio"] = {"to": fastest, "of medians": ratio}
                line += f"  ratio {ratio:.3f} of {fastest}"
            print(line, file=sys.stderr, flush=True)
    if "igraph" in loaded and options.modularity:
        report["modularity"] = loaded["igraph"].modularities()
    return report


def libraries_kernels():
    return [
        "pagerank", "wcc", "wcc_undirected", "scc", "bfs", "sssp", "betweenness", "label_propagation", "louvain",
        "leiden", "k_core", "triangles",
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", nargs="*", help="Parquet files with the columns src, dst and perhaps weight")
    parser.add_argument("--rmat", type=int, action="append", default=[], metavar="SCALE", help="also R-MAT graphs")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where generated graphs are written")
    parser.add_argument("--libraries", nargs="*", default=list(libraries.ALL), choices=list(libraries.ALL))
    parser.add_argument("--kernels", nargs="*", choices=libraries_kernels())
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seeds", type=int, default=8, help="how many searches bfs and sssp are")
    parser.add_argument("--samples", type=int, default=16, help="from how many nodes betweenness is estimated")
    parser.add_argument("--engine", metavar="PROGRAM", help="the built example `kernels` of the crate stoa-graph")
    parser.add_argument("--modularity", action="store_true", help="also what modularity igraph reaches")
    parser.add_argument("--output", help="write the report there, as JSON; standard output without it")
    options = parser.parse_args()
    paths = list(options.graphs)
    for scale in options.rmat:
        path = pathlib.Path(options.folder, f"rmat{scale}.parquet")
        if not path.exists():
            graphs.write(path, *graphs.rmat(scale))
        paths.append(str(path))
    report = {pathlib.Path(path).stem: measure(path, options) for path in paths}
    text = json.dumps(report, indent=2)
    if options.output:
        pathlib.Path(options.output).write_text(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
