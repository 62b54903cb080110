//! Times the algorithms on a graph in a raw file: pairs of little-endian `i64`, and perhaps weights as `f64`.
//!
//! `kernels PAIRS [--weights FILE] [--seeds 1,2,3] [--samples 1,2,3] [--runs 3] [--only NAME]` prints, as JSON, the seconds
//! of each run by kernel. The graph and its sides are made before the clock starts, as those of other libraries are.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use stoa_graph::centrality::{Betweenness, PageRank, Sources, betweenness_centrality, pagerank};
use stoa_graph::communities::{
    Communities, LabelPropagation, Modular, label_propagation, leiden, louvain, modularity,
};
use stoa_graph::paths::{Bfs, Sssp, bfs, bfs_found, bfs_from_each, sssp, sssp_found, sssp_from_each};
use stoa_graph::structure::{
    k_core, strongly_connected_components, triangle_count, weakly_connected_components,
};
use stoa_graph::{Csr, Direction, Unlimited};

struct Input {
    graph: Csr,
    /// Each pair of nodes that edges join, as one edge.
    pairs: Csr,
    weighted: Csr,
    seeds: Vec<u32>,
    samples: Vec<u32>,
}

/// What a kernel found, in words; they are made after the clock has stopped.
type Told<'a> = Box<dyn FnOnce() -> stoa_graph::Result<String> + 'a>;

type Kernel = for<'a> fn(&'a Input) -> stoa_graph::Result<Told<'a>>;

const KERNELS: &[(&str, Kernel)] = &[
    ("pagerank", |input| {
        let tolerance = 1e-10 / input.graph.node_count() as f64;
        let options = PageRank { tolerance, max_iterations: 1000, ..PageRank::default() };
        let ranks = pagerank(&input.graph, &options, &Unlimited)?;
        Ok(Box::new(move || Ok(format!("{} iterations", ranks.iterations))))
    }),
    ("wcc", |input| Ok(components(weakly_connected_components(&input.graph, &Unlimited)?))),
    ("wcc_undirected", |input| Ok(components(weakly_connected_components(&input.pairs, &Unlimited)?))),
    ("scc", |input| Ok(components(strongly_connected_components(&input.graph, &Unlimited)?))),
    ("bfs", |input| {
        let mut found = Vec::new();
        for seed in &input.seeds {
            found.push(bfs(&input.graph, &[*seed], &Bfs::default(), &Unlimited)?);
        }
        Ok(Box::new(move || {
            let levels = found.iter().flat_map(|found| &found.levels);
            Ok(format!("{} reached", levels.filter(|level| **level != u32::MAX).count()))
        }))
    }),
    ("sssp", |input| {
        let mut found = Vec::new();
        for seed in &input.seeds {
            let options = Sssp { parents: false, ..Sssp::default() };
            found.push(sssp(&input.weighted, &[*seed], &options, &Unlimited)?);
        }
        Ok(Box::new(move || {
            let distances = found.iter().flat_map(|found| &found.distances);
            Ok(format!("{} in all", distances.filter(|distance| distance.is_finite()).sum::<f64>()))
        }))
    }),
    ("bfs_found", |input| {
        let search = |seed: &u32| bfs_found(&input.graph, &[*seed], &Bfs::default(), &Unlimited);
        let found = input.seeds.iter().map(search).collect::<Result<Vec<_>, _>>()?;
        Ok(reached(found.iter().map(|found| found.nodes.len()).sum()))
    }),
    ("sssp_found", |input| {
        let search = |seed: &u32| sssp_found(&input.weighted, &[*seed], Direction::Out, &Unlimited);
        let found = input.seeds.iter().map(search).collect::<Result<Vec<_>, _>>()?;
        Ok(reached(found.iter().map(|found| found.nodes.len()).sum()))
    }),
    ("bfs_from_each", |input| {
        let rows = bfs_from_each(&input.graph, &input.seeds, &Bfs::default(), &Unlimited)?;
        Ok(reached(rows.sources.len()))
    }),
    ("sssp_from_each", |input| {
        let rows = sssp_from_each(&input.weighted, &input.seeds, Direction::Out, &Unlimited)?;
        Ok(reached(rows.sources.len()))
    }),
    ("betweenness", |input| {
        let options =
            Betweenness { sources: Sources::Given(input.samples.clone()), ..Betweenness::default() };
        let scores = betweenness_centrality(&input.graph, &options, &Unlimited)?;
        Ok(Box::new(move || Ok(format!("{:e} at most", scores.into_iter().fold(0.0, f64::max)))))
    }),
    ("label_propagation", |input| {
        let found = label_propagation(&input.pairs, &LabelPropagation::default(), &Unlimited)?;
        Ok(Box::new(move || {
            let worth = modularity(&input.pairs, &found.labels, false, 1.0, &Unlimited)?;
            Ok(format!("{} iterations, modularity {worth:.5}", found.iterations))
        }))
    }),
    ("louvain", |input| Ok(told(louvain(&input.pairs, &Modular::default(), &Unlimited)?))),
    ("leiden", |input| Ok(told(leiden(&input.pairs, &Modular::default(), &Unlimited)?))),
    ("k_core", |input| {
        let cores = k_core(&input.pairs, &Unlimited)?;
        Ok(Box::new(move || Ok(format!("{} at most", cores.into_iter().max().unwrap_or_default()))))
    }),
    ("triangles", |input| {
        let counts = triangle_count(&input.pairs, &Unlimited)?;
        Ok(Box::new(move || Ok(format!("{} triangles", counts.into_iter().sum::<u64>() / 3))))
    }),
];

fn told<'a>(found: Communities) -> Told<'a> {
    Box::new(move || {
        let (levels, worth) = (found.levels.len(), found.modularity);
        Ok(format!("{levels} levels, {} communities, modularity {worth:.5}", distinct(&found.labels)))
    })
}

fn components<'a>(labels: Vec<u32>) -> Told<'a> {
    Box::new(move || Ok(distinct(&labels).to_string()))
}

fn reached<'a>(nodes: usize) -> Told<'a> {
    Box::new(move || Ok(format!("{nodes} reached")))
}

fn distinct(labels: &[u32]) -> usize {
    labels.iter().enumerate().filter(|(node, label)| *node == **label as usize).count()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file of pairs?")?;
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} wants a value"))?;
        options.insert(name.trim_start_matches('-').to_string(), value);
    }
    let numbers = |name: &str| -> Result<Vec<i64>, Box<dyn Error>> {
        let text = options.get(name).map_or("", String::as_str);
        Ok(text.split(',').filter(|one| !one.is_empty()).map(str::parse).collect::<Result<_, _>>()?)
    };
    let bytes = std::fs::read(&path)?;
    let (words, _) = bytes.as_chunks::<8>();
    let column = |side: usize| words.iter().skip(side).step_by(2).map(|id| i64::from_le_bytes(*id)).collect();
    let (src, dst): (Vec<i64>, Vec<i64>) = (column(0), column(1));
    let weights: Vec<f64> = match options.get("weights") {
        Some(path) => {
            std::fs::read(path)?.as_chunks::<8>().0.iter().map(|w| f64::from_le_bytes(*w)).collect()
        }
        None => vec![1.0; src.len()],
    };
    let start = Instant::now();
    let graph = Csr::from_edges(&src, &dst, None)?;
    let built = start.elapsed().as_secs_f64();
    let weighted = Csr::from_edges(&src, &dst, Some(&weights))?;
    let mut pairs: Vec<(i64, i64)> = src.iter().zip(&dst).map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let (low, high): (Vec<i64>, Vec<i64>) = pairs.into_iter().unzip();
    let pairs = Csr::from_edges(&low, &high, None)?;
    pairs.undirected();
    graph.incoming();
    weighted.incoming();
    let indices = |name: &str| -> Result<Vec<u32>, Box<dyn Error>> {
        Ok(numbers(name)?.into_iter().filter_map(|id| graph.index_of(id)).collect())
    };
    let (mut seeds, samples) = (indices("seeds")?, indices("samples")?);
    if seeds.is_empty() {
        seeds.extend(graph.nodes().filter(|node| graph.outgoing().degree(*node) > 0).step_by(1013).take(8));
    }
    let samples = if samples.is_empty() { [&seeds[..], &seeds[..]].concat() } else { samples };
    let input = Input { graph, pairs, weighted, seeds, samples };
    let runs: usize = options.get("runs").map_or(Ok(3), |runs| runs.parse())?;
    let only = options.get("only");

    eprintln!(
        "{} nodes, {} edges, built in {built:.3} s",
        input.graph.node_count(),
        input.graph.edge_count()
    );
    let mut report = Vec::new();
    for (name, kernel) in KERNELS.iter().filter(|(name, _)| only.is_none_or(|only| only == name)) {
        let mut times = Vec::new();
        for run in 0..runs {
            let start = Instant::now();
            let told = black_box(kernel(&input)?);
            times.push(start.elapsed().as_secs_f64());
            if run == 0 {
                eprintln!("{name:18} {}", told()?);
            }
        }
        eprintln!("{name:18} {:.4} s", times.iter().copied().fold(f64::INFINITY, f64::min));
        report.push(format!("\"{name}\": {times:?}"));
    }
    println!("{{{}}}", report.join(", "));
    Ok(())
}
