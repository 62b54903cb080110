//! The shape of a call graph in figures: what [`CallGraph`] imitates, measured on stores and on what
//! it makes alike.

use anyhow::Context;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use petgraph::algo::kosaraju_scc;
use std::collections::HashMap;
use std::fmt::Write;
use stoa_graph::{Adjacency, Csr, EdgeColumns};
use stoa_sql::{Engine, EngineOptions};

use super::{CallGraph, collect};

/// Which quantiles are told.
const QUANTILES: [f64; 6] = [0.10, 0.25, 0.50, 0.75, 0.90, 0.99];

/// Counts in order of size, in a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    pub quantiles: [usize; 6],
    pub greatest: usize,
    /// The share of zeros.
    pub zero: f64,
    /// The exponent of the power law that the tail (the greatest 5 %) is nearest to (Hill, 1975); 0 without a tail.
    pub tail: f64,
}

impl Counts {
    fn of(mut counts: Vec<usize>) -> Counts {
        counts.sort_unstable();
        let all = counts.len();
        let at = |share: f64| counts.get(((all as f64 * share) as usize).min(all.saturating_sub(1)));
        let zero = counts.partition_point(|count| *count == 0);
        let above = &counts[all - (all - zero) / 20..];
        let least = above.first().copied().unwrap_or_default() as f64;
        let logarithms: f64 = above.iter().map(|count| (*count as f64 / least).ln()).sum();
        Counts {
            quantiles: QUANTILES.map(|share| at(share).copied().unwrap_or_default()),
            greatest: counts.last().copied().unwrap_or_default(),
            zero: zero as f64 / all.max(1) as f64,
            tail: if logarithms > 0.0 { 1.0 + above.len() as f64 / logarithms } else { 0.0 },
        }
    }
}

/// The figures of a call graph. Shares of edges but where said.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub methods: usize,
    pub calls: usize,
    pub files: Counts,
    pub callees: Counts,
    pub callers: Counts,
    pub same_file: f64,
    /// Calls between two files of a folder.
    pub same_folder: f64,
    pub recursive: f64,
    /// The share of methods in cycles with others.
    pub in_cycles: f64,
    /// Cycles' sizes: of strongly connected components of two and more.
    pub cycles: Counts,
    pub cycle_count: usize,
    /// Calls from a method down to one that calls nothing, at most; a cycle counts as one method.
    pub depth: Counts,
    /// Methods that neither call nor are called, as a share.
    pub alone: f64,
}

impl Shape {
    /// Measures a graph whose ids are `file << 32 | slot`. Takes O(nodes + edges).
    pub fn of<F: PartialEq>(graph: &Csr, folder: impl Fn(i64) -> F) -> Shape {
        let calls = graph.edge_count();
        let file = |node: u32| graph.id(node) >> 32;
        let share = |count: usize| count as f64 / calls.max(1) as f64;
        let (mut same_file, mut same_folder, mut recursive) = (0, 0, 0);
        for edge in graph.edges() {
            let (from, to) = (file(edge.source), file(edge.target));
            recursive += usize::from(edge.source == edge.target);
            same_file += usize::from(from == to);
            same_folder += usize::from(from != to && folder(from) == folder(to));
        }
        let mut files: HashMap<i64, usize> = HashMap::new();
        graph.nodes().for_each(|node| *files.entry(file(node)).or_default() += 1);

        // Components come with callees first.
        let components = kosaraju_scc(graph);
        let mut component = vec![0; graph.node_count()];
        for (number, members) in components.iter().enumerate() {
            members.iter().for_each(|node| component[*node as usize] = number);
        }
        let mut depth = vec![0; components.len()];
        for (number, members) in components.iter().enumerate() {
            let callees = members.iter().flat_map(|node| graph.outgoing().neighbours(*node));
            let others = callees.map(|callee| component[*callee as usize]).filter(|other| *other != number);
            depth[number] = others.map(|other| depth[other] + 1).max().unwrap_or_default();
        }
        let cycles: Vec<usize> = components.iter().map(Vec::len).filter(|size| *size > 1).collect();
        let degrees = |side: &Adjacency| graph.nodes().map(|node| side.degree(node)).collect();
        let alone = |node: &u32| graph.outgoing().degree(*node) + graph.incoming().degree(*node) == 0;
        let of_methods = |count: usize| count as f64 / graph.node_count().max(1) as f64;
        Shape {
            methods: graph.node_count(),
            calls,
            files: Counts::of(files.into_values().collect()),
            callees: Counts::of(degrees(graph.outgoing())),
            callers: Counts::of(degrees(graph.incoming())),
            same_file: share(same_file),
            same_folder: share(same_folder),
            recursive: share(recursive),
            in_cycles: of_methods(cycles.iter().sum()),
            cycle_count: cycles.len(),
            cycles: Counts::of(cycles),
            depth: Counts::of(component.iter().map(|number| depth[*number]).collect()),
            alone: of_methods(graph.nodes().filter(alone).count()),
        }
    }

    /// The figures as lines of `name value`.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: String| {
            // A string takes whatever is written.
            let _ = writeln!(text, "{name:28}{value}");
        };
        let percent = |share: f64| format!("{:.2} %", 100.0 * share);
        let counts = |of: &Counts| {
            let quantiles: Vec<String> = of.quantiles.iter().map(usize::to_string).collect();
            format!("{} … {}", quantiles.join(" "), of.greatest)
        };
        line("methods, calls", format!("{}, {}", self.methods, self.calls));
        line("calls of a method", format!("{:.2}", self.calls as f64 / self.methods.max(1) as f64));
        line("quantiles", "10 25 50 75 90 99 % … greatest".to_owned());
        line("methods of a file", counts(&self.files));
        for (name, of) in [("callees", &self.callees), ("callers", &self.callers)] {
            line(name, format!("{}; none {}; tail {:.2}", counts(of), percent(of.zero), of.tail));
        }
        line("calls in the same file", percent(self.same_file));
        line("calls in the same folder", percent(self.same_folder));
        line("calls of the method itself", percent(self.recursive));
        line("methods in cycles", format!("{} in {}", percent(self.in_cycles), self.cycle_count));
        line("sizes of cycles", counts(&self.cycles));
        line("depth of calls", counts(&self.depth));
        line("methods alone", percent(self.alone));
        text
    }
}

/// Measures the call graph of a store: methods of the tree and the calls between them, each pair once.
pub fn of_store(store: &str) -> anyhow::Result<Shape> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let engine = Engine::open(store, EngineOptions::default()).await?;
        let methods = numbers(&engine, "SELECT id FROM methods WHERE NOT is_external", 1).await?;
        let calls =
            "SELECT DISTINCT caller, callee FROM call_graph WHERE caller IS NOT NULL AND NOT is_external";
        let calls = numbers(&engine, calls, 2).await?;
        let graph = Csr::new(&[EdgeColumns { src: &calls[0], dst: &calls[1], weights: None }], &methods[0])?;
        let mut folders = HashMap::new();
        for batch in engine.run_all("SELECT file_id, path FROM files").await? {
            let ids = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Int64)?;
            let paths = arrow::compute::cast(batch.column(1), &arrow::datatypes::DataType::Utf8)?;
            for (id, path) in ids.as_primitive::<Int64Type>().values().iter().zip(paths.as_string::<i32>()) {
                let path = path.unwrap_or_default();
                folders.insert(*id, path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned());
            }
        }
        Ok(Shape::of(&graph, |file| folders.get(&file)))
    })
}

/// Measures what [`CallGraph`] makes.
pub fn of_generated(methods: u64, seed: u64) -> anyhow::Result<Shape> {
    let generator = CallGraph::new(methods, seed)?;
    let edges = collect(&generator, None);
    let nodes: Vec<i64> = generator.ids().collect();
    let columns = EdgeColumns { src: &edges.src, dst: &edges.dst, weights: None };
    let graph = Csr::new(&[columns], &nodes)?;
    Ok(Shape::of(&graph, |file| generator.folder((file - 1) as usize)))
}

/// The first columns of an answer, as numbers.
async fn numbers(engine: &Engine, sql: &str, columns: usize) -> anyhow::Result<Vec<Vec<i64>>> {
    let mut all = vec![Vec::new(); columns];
    for batch in engine.run_all(sql).await? {
        for (at, all) in all.iter_mut().enumerate() {
            let column = batch.column(at).as_primitive_opt::<Int64Type>().context("not a BIGINT")?;
            anyhow::ensure!(column.null_count() == 0, "an id that is NULL");
            all.extend_from_slice(column.values());
        }
    }
    Ok(all)
}
