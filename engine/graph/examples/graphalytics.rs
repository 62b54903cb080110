//! Runs LDBC Graphalytics' validation graphs and compares with the answers that come with them.
//!
//! `graphalytics FOLDER`, where the folder is `validation-graphs` of a checkout of `ldbc/ldbc_graphalytics`. Prints a line
//! for each algorithm and graph; the exit code is 1 if an answer is off by more than the epsilon of the suite.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use stoa_graph::NONE;
use stoa_graph::centrality::{PageRank, pagerank};
use stoa_graph::communities::{LabelPropagation, Update, label_propagation};
use stoa_graph::paths::{Bfs, Sssp, bfs, sssp};
use stoa_graph::structure::{Clustering, clustering_coefficient, weakly_connected_components};
use stoa_graph::{Csr, EdgeColumns, Unlimited};

type Answer<T> = Result<T, Box<dyn Error>>;

type Edges = Vec<(i64, i64, f64)>;

/// A graph, its expected answer, and what the suite runs it with: a source or a number of iterations.
struct Case {
    algorithm: &'static str,
    input: &'static str,
    output: &'static str,
    directed: bool,
    argument: i64,
}

const fn case(
    algorithm: &'static str,
    input: &'static str,
    output: &'static str,
    directed: bool,
    argument: i64,
) -> Case {
    Case { algorithm, input, output, directed, argument }
}

const CASES: &[Case] = &[
    case("BFS", "bfs/dir-input", "bfs/dir-output", true, 1),
    case("BFS", "bfs/undir-input", "bfs/undir-output", false, 1),
    case("BFS", "example/example-directed-input", "example/example-directed-BFS", true, 1),
    case("BFS", "example/example-undirected-input", "example/example-undirected-BFS", false, 2),
    case("CDLP", "cdlp/dir-input", "cdlp/dir-output", true, 5),
    case("CDLP", "cdlp/undir-input", "cdlp/undir-output", false, 5),
    case("CDLP", "example/example-directed-input", "example/example-directed-CDLP", true, 2),
    case("CDLP", "example/example-undirected-input", "example/example-undirected-CDLP", false, 2),
    case("LCC", "lcc/dir-input", "lcc/dir-output", true, 0),
    case("LCC", "lcc/undir-input", "lcc/undir-output", false, 0),
    case("LCC", "example/example-directed-input", "example/example-directed-LCC", true, 0),
    case("LCC", "example/example-undirected-input", "example/example-undirected-LCC", false, 0),
    case("PR", "pr/dir-input", "pr/dir-output", true, 14),
    case("PR", "pr/undir-input", "pr/undir-output", false, 26),
    case("PR", "example/example-directed-input", "example/example-directed-PR", true, 2),
    case("PR", "example/example-undirected-input", "example/example-undirected-PR", false, 2),
    case("SSSP", "sssp/dir-input", "sssp/dir-output", true, 1),
    case("SSSP", "sssp/undir-input", "sssp/undir-output", false, 1),
    case("SSSP", "example/example-directed", "example/example-directed-SSSP", true, 1),
    case("SSSP", "example/example-undirected", "example/example-undirected-SSSP", false, 2),
    case("WCC", "wcc/dir-input", "wcc/dir-output", true, 0),
    case("WCC", "wcc/undir-input", "wcc/undir-output", false, 0),
    case("WCC", "example/example-directed-input", "example/example-directed-WCC", true, 0),
    case("WCC", "example/example-undirected-input", "example/example-undirected-WCC", false, 0),
];

fn lines(path: &Path) -> Answer<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let words = |line: &str| line.split_whitespace().map(str::to_string).collect::<Vec<String>>();
    Ok(text.lines().map(words).filter(|words| !words.is_empty()).collect())
}

/// Nodes and weighted edges: from lists of neighbours, or for shortest paths from lists of nodes and of edges.
fn read(folder: &Path, case: &Case) -> Answer<(Vec<i64>, Edges)> {
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    if case.algorithm == "SSSP" {
        for line in lines(&folder.join(format!("{}.v", case.input)))? {
            nodes.push(line[0].parse()?);
        }
        for line in lines(&folder.join(format!("{}.e", case.input)))? {
            edges.push((line[0].parse()?, line[1].parse()?, line[2].parse()?));
        }
        return Ok((nodes, edges));
    }
    for line in lines(&folder.join(case.input))? {
        let node = line[0].parse()?;
        nodes.push(node);
        for neighbour in &line[1..] {
            edges.push((node, neighbour.parse()?, 1.0));
        }
    }
    Ok((nodes, edges))
}

fn graph(nodes: &[i64], edges: &[(i64, i64, f64)], weighted: bool) -> Answer<Csr> {
    let src: Vec<i64> = edges.iter().map(|edge| edge.0).collect();
    let dst: Vec<i64> = edges.iter().map(|edge| edge.1).collect();
    let weights: Vec<f64> = edges.iter().map(|edge| edge.2).collect();
    let columns = EdgeColumns { src: &src, dst: &dst, weights: weighted.then_some(&weights[..]) };
    Ok(Csr::new(&[columns], nodes)?)
}

/// What we find, by node.
fn found(folder: &Path, case: &Case) -> Answer<BTreeMap<i64, f64>> {
    let (nodes, mut edges) = read(folder, case)?;
    if !case.directed {
        // Listed from one end or from both: each pair once, and for what follows edges, then each way.
        let mut pairs = BTreeMap::new();
        for (a, b, weight) in &edges {
            pairs.insert((*a.min(b), *a.max(b)), *weight);
        }
        edges = pairs.into_iter().map(|((a, b), weight)| (a, b, weight)).collect();
        if matches!(case.algorithm, "BFS" | "PR" | "SSSP") {
            edges.extend(edges.clone().into_iter().map(|(a, b, weight)| (b, a, weight)));
        }
    }
    let graph = graph(&nodes, &edges, case.algorithm == "SSSP")?;
    let source = || graph.index_of(case.argument).ok_or("the source is not in the graph");
    let steps = case.argument as usize;
    let values: Vec<f64> = match case.algorithm {
        "BFS" => {
            let levels = bfs(&graph, &[source()?], &Bfs::default(), &Unlimited)?.levels;
            levels
                .into_iter()
                .map(|level| if level == NONE { f64::INFINITY } else { f64::from(level) })
                .collect()
        }
        "CDLP" => {
            let options = LabelPropagation {
                update: Update::AtOnce,
                max_iterations: steps,
                tolerance: 0.0,
                ..LabelPropagation::default()
            };
            let labels = label_propagation(&graph, &options, &Unlimited)?.labels;
            labels.into_iter().map(|label| graph.id(label) as f64).collect()
        }
        "LCC" if case.directed => clustering_coefficient(&graph, Clustering::Graphalytics, &Unlimited)?,
        "LCC" => clustering_coefficient(&graph, Clustering::Undirected, &Unlimited)?,
        "PR" => {
            let options = PageRank { max_iterations: steps, tolerance: 0.0, ..PageRank::default() };
            pagerank(&graph, &options, &Unlimited)?.ranks
        }
        "SSSP" => sssp(&graph, &[source()?], &Sssp::default(), &Unlimited)?.distances,
        _ => {
            let labels = weakly_connected_components(&graph, &Unlimited)?;
            labels.into_iter().map(|label| graph.id(label) as f64).collect()
        }
    };
    Ok(graph.ids().iter().copied().zip(values).collect())
}

/// The largest difference from the expected answer, as the suite measures it.
fn difference(folder: &Path, case: &Case) -> Answer<(usize, f64)> {
    let found = found(folder, case)?;
    let (mut expected, mut infinite) = (BTreeMap::new(), BTreeSet::new());
    for line in lines(&folder.join(case.output))? {
        let node: i64 = line[0].parse()?;
        // How the suite writes that there is no way.
        if matches!(line[1].as_str(), "9223372036854775807" | "Infinity") {
            infinite.insert(node);
        } else {
            expected.insert(node, line[1].parse::<f64>()?);
        }
    }
    let mut most: f64 = 0.0;
    for (node, expected) in &expected {
        let found = found.get(node).ok_or_else(|| format!("node {node} has no answer"))?;
        let off = (found - expected).abs();
        let relative = matches!(case.algorithm, "PR" | "SSSP") && *expected != 0.0;
        most = most.max(if relative { off / expected.abs() } else { off });
    }
    if infinite.iter().any(|node| found.get(node).is_none_or(|found| found.is_finite())) {
        most = f64::INFINITY;
    }
    // A component is the same whatever it is called; ours is called by its smallest node, and so is the suite's.
    Ok((expected.len() + infinite.len(), most))
}

fn main() -> Answer<()> {
    let folder = std::env::args().nth(1).ok_or("which folder of validation graphs?")?;
    let mut wrong = 0;
    for case in CASES {
        let (nodes, off) = difference(Path::new(&folder), case)?;
        let epsilon = match case.algorithm {
            "LCC" => 1e-6,
            "PR" | "SSSP" => 1e-4,
            _ => 0.0,
        };
        let verdict = if off <= epsilon { "right" } else { "WRONG" };
        wrong += usize::from(off > epsilon);
        println!("{:5} {:36} {nodes:3} nodes, off by {off:.1e}: {verdict}", case.algorithm, case.output);
    }
    println!("{} of {} right", CASES.len() - wrong, CASES.len());
    std::process::exit(i32::from(wrong > 0));
}
