//! Graph functions through SQL on a list of edges: cold, from Parquet, and warm, the graph being in the session.
//!
//! `cargo run --release -p stoa-benches --bin graph_sql -- [--runs N] [--seeds ID,…] EDGES.parquet…`. Prints JSON of the
//! shape that `graph_libraries/run.py` prints, in which `graph_ratios` finds the libraries' times beside these.

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use stoa_benches::median;
use stoa_datasets::scaling::empty_store;
use stoa_datasets::scaling::measure::Subject;
use stoa_datasets::scaling::question::EDGES;
use stoa_udfs::FunctionDoc;
use stoa_udfs::registry::ArgumentType;

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// Parquet files with columns src, dst and, for shortest paths by weight, weight.
    #[arg(required = true)]
    edges: Vec<PathBuf>,
    /// Only these kernels, separated by commas.
    #[arg(long, value_delimiter = ',')]
    kernels: Vec<String>,
    /// Warm runs, after one to warm up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Cold runs, each in a new session.
    #[arg(long, default_value_t = 3)]
    cold: usize,
    /// The nodes that searches start from [default: nodes with edges out, spread over the ids].
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    seeds: Vec<i64>,
    /// How many searches bfs and sssp are, unless the seeds are given.
    #[arg(long, default_value_t = 8)]
    searches: usize,
    /// From how many nodes betweenness is estimated.
    #[arg(long, default_value_t = 16)]
    samples: usize,
    /// Leave out loops and parallel edges, as the libraries' graphs have none.
    #[arg(long)]
    simple: bool,
    /// Seconds a statement may take.
    #[arg(long, default_value_t = 600)]
    limit: u64,
    /// Where to write; standard output without it.
    #[arg(short = 'o', long)]
    output: Option<PathBuf>,
}

/// What is measured, by the name `graph_libraries` has for it: the function, and arguments beside the edges.
struct Kernel {
    name: &'static str,
    function: &'static str,
    /// Whether it is run from each of the seeds.
    from_seeds: bool,
    weighted: bool,
    /// Of the options and how many nodes there are.
    arguments: fn(&Arguments, u64) -> String,
}

const fn kernel(name: &'static str, function: &'static str) -> Kernel {
    Kernel { name, function, from_seeds: false, weighted: false, arguments: |_, _| String::new() }
}

const KERNELS: &[Kernel] = &[
    // Until ranks move by less than this in all, as the libraries are told.
    Kernel {
        arguments: |_, nodes| format!(", tolerance => {:e}, max_iterations => 1000", 1e-10 / nodes as f64),
        ..kernel("pagerank", "pagerank")
    },
    kernel("wcc", "weakly_connected_components"),
    kernel("scc", "strongly_connected_components"),
    Kernel { from_seeds: true, ..kernel("bfs", "reachable_from_each") },
    Kernel { from_seeds: true, weighted: true, ..kernel("sssp", "distances_from_each") },
    Kernel {
        arguments: |arguments, _| format!(", samples => {}", arguments.samples),
        ..kernel("betweenness", "betweenness_centrality")
    },
    kernel("label_propagation", "label_propagation"),
    kernel("louvain", "louvain"),
    kernel("leiden", "leiden"),
    kernel("k_core", "k_core"),
    kernel("triangles", "triangle_count"),
];

impl Kernel {
    fn doc(&self) -> Result<&'static FunctionDoc> {
        let function = stoa_udfs::tables().find(|function| function.doc.name == self.function);
        Ok(&function.with_context(|| format!("there is no function {}", self.function))?.doc)
    }

    /// The statement that is the kernel.
    fn statement(&self, arguments: &Arguments, weights: bool, seeds: &[i64], nodes: u64) -> Result<String> {
        let doc = self.doc()?;
        let weighted = weights && self.weighted;
        let edges = match (arguments.simple, weighted) {
            (false, false) => format!("SELECT src, dst FROM {EDGES}"),
            (false, true) => format!("SELECT src, dst, weight FROM {EDGES}"),
            (true, false) => format!("SELECT DISTINCT src, dst FROM {EDGES} WHERE src <> dst"),
            (true, true) => format!(
                "SELECT src, dst, min(weight) AS weight FROM {EDGES} WHERE src <> dst GROUP BY src, dst"
            ),
        };
        let more = (self.arguments)(arguments, nodes);
        if !self.from_seeds {
            return Ok(format!("SELECT * FROM {}(edges => ({edges}){more})", self.function));
        }
        let start = doc.arguments.iter().find(|argument| argument.type_ == ArgumentType::Nodes);
        let start = start.with_context(|| format!("{} starts nowhere", self.function))?.name;
        let seeds: Vec<String> = seeds.iter().map(i64::to_string).collect();
        let seeds = seeds.join(", ");
        Ok(format!("SELECT * FROM {}(edges => ({edges}), {start} => [{seeds}]{more})", self.function))
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(unknown) = arguments.kernels.iter().find(|name| KERNELS.iter().all(|k| k.name != *name)) {
        let known: Vec<&str> = KERNELS.iter().map(|kernel| kernel.name).collect();
        bail!("there is no kernel {unknown}; there are {}", known.join(", "));
    }
    let folder = tempfile::tempdir()?;
    let store = empty_store(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = Map::new();
    for path in &arguments.edges {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        report.insert(name, runtime.block_on(measure(&store, path, &arguments))?);
    }
    let text = serde_json::to_string_pretty(&report)? + "\n";
    match &arguments.output {
        Some(path) => std::fs::write(path, text).with_context(|| path.display().to_string())?,
        None => print!("{text}"),
    }
    Ok(())
}

async fn measure(store: &str, path: &Path, arguments: &Arguments) -> Result<Value> {
    let path = std::path::absolute(path)?;
    let subject = Subject::open(store, &path).await?;
    let (nodes, edges) = subject.size().await?;
    eprintln!("{}: {nodes} nodes, {edges} edges", path.display());
    let weights = subject.engine().run_all(&format!("SELECT weight FROM {EDGES} LIMIT 0")).await.is_ok();
    let seeds = match &arguments.seeds {
        given if !given.is_empty() => given.clone(),
        _ => subject.sources(arguments.searches).await?,
    };
    let limit = Duration::from_secs(arguments.limit);
    let wanted = |kernel: &&Kernel| {
        arguments.kernels.is_empty() || arguments.kernels.iter().any(|name| name == kernel.name)
    };
    let mut kernels = Map::new();
    for kernel in KERNELS.iter().filter(wanted) {
        if kernel.weighted && !weights {
            eprintln!("{}: the edges have no weight", kernel.name);
            continue;
        }
        let statement = kernel.statement(arguments, weights, &seeds, nodes)?;
        let (mut warm, mut cold, mut build) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..arguments.cold {
            let subject = Subject::open(store, &path).await?;
            let taken = subject.run(&statement, limit).await?;
            let taken = taken.with_context(|| format!("{}: over {limit:?}", kernel.name))?;
            cold.push(taken.all);
            build.push(taken.graph);
        }
        for run in 0..=arguments.runs {
            let taken = subject.run(&statement, limit).await?;
            let all = taken.with_context(|| format!("{}: over {limit:?}", kernel.name))?.all;
            // The first is to warm up.
            if run > 0 {
                warm.push(all);
            }
        }
        let times = |runs: Vec<f64>| {
            let least = runs.iter().copied().reduce(f64::min);
            json!({"median": median(runs.clone()), "least": least, "runs": runs})
        };
        let (warm, mut first) = (times(warm), times(cold));
        let of = |times: &Value| times["median"].as_f64().unwrap_or(f64::NAN);
        eprintln!("{:18}  warm {:.4}  cold {:.4}", kernel.name, of(&warm), of(&first));
        first["build"] = median(build).into();
        kernels.insert(kernel.name.to_owned(), json!({"stoa sql": warm, "stoa sql, cold": first}));
    }
    Ok(json!({"nodes": nodes, "edges": edges, "seeds": seeds, "kernels": kernels}))
}
