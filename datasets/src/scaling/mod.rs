//! How the time of graph functions grows with the graph: `stoa scaling`.
//!
//! In: the registry of functions, families of graphs, sizes. Each function is asked through SQL on a graph of every
//! family and size, the graph being in the session already; what building it takes is measured as one function more.
//! Out: a Parquet file of every run. What it says of growth is for data frames to find, in a program of their own
//! (`stoa-frames`, which alone knows polars): it fits exponents, prints them beside the stated ones, and judges.
//!
//! Never here: a name, a complexity or an argument of a function that the registry does not give.

pub mod complexity;
pub mod fit;
pub mod measure;
pub mod question;
pub mod record;

use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use stoa_indexer::{IndexOptions, Silent};

use crate::generators::{self, ErdosRenyi, Family, Generator};
use complexity::Growth;
use fit::Fit;
use measure::{Subject, Taken};
use question::{Ends, Question};
use record::Record;

/// The name under which the building of a graph is told, and what is stated of it.
const BUILDING: &str = "(building the graph)";
const BUILDING_COMPLEXITY: &str = "O(n + m)";

/// Nodes and edges together, of graphs that functions are measured on unless others are asked for.
const SIZES: [u64; 6] = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];
/// How many steps a function may take by what it states, on a size that was not asked for: some seconds.
const STEPS: f64 = 1e9;
/// The fewest sizes a line is drawn through: those above that [`STEPS`] allows, or smaller ones.
const FEWEST: usize = 4;

/// Measure how the time of graph functions grows with the graph, and compare it with what they state.
///
/// Exit codes: 0 if no function grows faster than it states, 1 if one does, 2 if that could not be found out.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// Only these functions, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub functions: Vec<String>,
    /// Only graphs of these families, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_enum)]
    pub families: Vec<Family>,
    /// Nodes and edges of the graphs, as in 30k,300k,3M [default: 10k to 3M, for costly functions less].
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = parse_count)]
    pub sizes: Vec<u64>,
    /// Runs of each function on each graph, after one to warm up.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub runs: u16,
    /// Seconds a function may take on a graph; greater graphs are then left out.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// The seed of the graphs.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The directory for measurements.parquet and fit.parquet.
    #[arg(short = 'o', long, value_name = "DIR", default_value = "scaling")]
    pub output: PathBuf,
    /// Only measure.
    #[arg(long)]
    pub no_fit: bool,
    /// How sure to be that a function grows faster than it states.
    #[arg(long, default_value_t = 0.95)]
    pub confidence: f64,
    /// Print the fit of each family of graphs, not only of those that are worse.
    #[arg(long)]
    pub by_family: bool,
}

/// Measures, writes, fits, judges.
pub fn run(options: &Options) -> Result<ExitCode> {
    // An hour of measuring must not end with a program that is not there.
    let fit = if options.no_fit { None } else { Some(Fit::find()?) };
    std::fs::create_dir_all(&options.output).with_context(|| options.output.display().to_string())?;
    let path = options.output.join(record::FILE);
    let folder = tempfile::tempdir()?;
    let store = empty_store(folder.path())?;
    let records = tokio::runtime::Runtime::new()?.block_on(measure(options, folder.path(), store))?;
    // The program that judges takes this one's place: nobody else removes it.
    folder.close()?;
    record::write(&records, &path)?;
    match fit {
        Some(fit) => fit.run(&options.output, options.confidence, options.by_family),
        None => {
            eprintln!("{} runs: {}", records.len(), path.display());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The functions that are asked for, all without any.
fn questions(names: &[String]) -> Result<Vec<Question>> {
    let known: Vec<&str> = stoa_udfs::tables().map(|function| function.doc.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no table function {unknown}; there are {}", known.join(", "));
    }
    let wanted = stoa_udfs::tables()
        .filter(|function| names.is_empty() || names.iter().any(|name| name == function.doc.name));
    let mut questions = Vec::new();
    for function in wanted {
        match Question::of(function) {
            Ok(question) => questions.push(question),
            Err(reason) => eprintln!("left out: {reason}"),
        }
    }
    Ok(questions)
}

/// The sizes that a function is measured on: those that were asked for, or what it can do in some seconds.
fn sizes(asked: &[u64], growth: Option<Growth>) -> Vec<u64> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    // What states no bound may take any time; the limit of time ends it.
    let exponent = growth.map_or(1.5, |growth| growth.exponent).max(1.0);
    let greatest = STEPS.powf(1.0 / exponent);
    let fit: Vec<u64> = SIZES.into_iter().filter(|size| *size as f64 <= greatest).collect();
    if fit.len() >= FEWEST {
        return fit;
    }
    (0..FEWEST).rev().map(|halvings| (greatest / f64::from(1 << halvings)) as u64).collect()
}

/// Runs every function on every graph; a graph at a time is in `folder`.
async fn measure(options: &Options, folder: &Path, store: String) -> Result<Vec<Record>> {
    let questions = questions(&options.functions)?;
    let builder = questions_of_building()?;
    let families = if options.families.is_empty() { Family::ALL } else { &options.families[..] };
    let limit = Duration::from_secs(u64::from(options.limit));
    let mut job = Job { store, folder, options, limit, records: Vec::new() };

    let smallest = job.smallest().await?;
    let building = sizes(&options.sizes, Growth::stated(BUILDING_COMPLEXITY, &[]));
    let mut every: BTreeMap<u64, Vec<&Question>> = building.iter().map(|size| (*size, Vec::new())).collect();
    for question in &questions {
        for size in sizes(&options.sizes, question.growth) {
            every.entry(size).or_default().push(question);
        }
    }
    let fixed = job.fixed(&smallest, &questions, &builder).await?;
    for family in families {
        // Functions that took too long on a smaller graph of this family.
        let mut slow: Vec<&str> = Vec::new();
        for (size, questions) in &every {
            let graph = family.of_size(*size, options.seed)?;
            let builder = building.contains(size).then_some(&builder);
            let left = questions.iter().copied().filter(|question| !slow.contains(&question.function));
            let left: Vec<&Question> = left.collect();
            slow.extend(job.graph(*family, graph.as_ref(), &left, builder, &fixed).await?);
        }
    }
    // By function, in the order of the registry.
    let place = |record: &Record| questions.iter().position(|question| question.function == record.function);
    job.records.sort_by_key(place);
    Ok(job.records)
}

/// What is asked to have a graph built: the first function that is no more work than that.
fn questions_of_building() -> Result<Question> {
    let all = questions(&[])?;
    let cheap = |question: &Question| {
        question.needs_edges_only() && question.growth.is_some_and(|growth| growth.exponent <= 1.0)
    };
    all.into_iter().find(cheap).context("no function is linear in its edges")
}

/// A store without files, in a folder: functions need a session, and no source code. Not to be called from asynchronous
/// code.
pub fn empty_store(folder: &Path) -> Result<String> {
    let tree = folder.join("tree");
    std::fs::create_dir(&tree)?;
    let store = stoa_indexer::store_location(&folder.join("store"));
    let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
    stoa_indexer::index(&tree, &options, &Silent)?;
    Ok(store)
}

/// What a function takes on a graph of next to nothing, and whether it wants graphs without cycles.
struct Fixed {
    seconds: f64,
    acyclic: bool,
}

struct Job<'a> {
    store: String,
    folder: &'a Path,
    options: &'a Options,
    limit: Duration,
    records: Vec<Record>,
}

impl Job<'_> {
    fn write(&self, graph: &dyn Generator, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        generators::write(graph, None, &path)?;
        Ok(path)
    }

    /// A graph of nine nodes, for what does not grow.
    async fn smallest(&self) -> Result<PathBuf> {
        self.write(&ErdosRenyi::new(9, 36, self.options.seed)?, "smallest.parquet")
    }

    /// The fixed time of every function, by name. One that refuses cycles is asked about a graph without.
    async fn fixed(
        &self,
        smallest: &Path,
        questions: &[Question],
        builder: &Question,
    ) -> Result<BTreeMap<&'static str, Fixed>> {
        let subject = Subject::open(&self.store, smallest).await?;
        let ends = subject.ends().await?;
        let runs = usize::from(self.options.runs);
        let mut fixed = BTreeMap::new();
        for question in questions {
            let mut acyclic = false;
            let taken = match subject.warm(&question.sql(ends, false), runs, self.limit).await {
                Ok(taken) => taken,
                Err(refused) => {
                    acyclic = true;
                    let again = subject.warm(&question.sql(ends, true), runs, self.limit).await;
                    // Where cycles are not what is wrong, the first answer says what is.
                    again.map_err(|_| refused)?
                }
            };
            let taken = taken.with_context(|| format!("{}: too slow on nine nodes", question.function))?;
            let seconds = median(taken.iter().map(|taken| taken.all));
            fixed.insert(question.function, Fixed { seconds, acyclic });
        }
        let built = self.built(smallest, builder, ends).await?;
        let seconds = median(built.iter().map(|taken| taken.graph));
        fixed.insert(BUILDING, Fixed { seconds, acyclic: false });
        Ok(fixed)
    }

    /// Builds a graph `runs` times, each in a session that has none.
    async fn built(&self, edges: &Path, builder: &Question, ends: Ends) -> Result<Vec<Taken>> {
        let mut built = Vec::new();
        for _ in 0..self.options.runs {
            let subject = Subject::open(&self.store, edges).await?;
            let Some(taken) = subject.run(&builder.sql(ends, false), self.limit).await? else { break };
            built.push(taken);
        }
        Ok(built)
    }

    /// Measures functions on one graph; gives the names of those that took too long.
    async fn graph(
        &mut self,
        family: Family,
        graph: &dyn Generator,
        questions: &[&Question],
        builder: Option<&Question>,
        fixed: &BTreeMap<&'static str, Fixed>,
    ) -> Result<Vec<&'static str>> {
        let path = self.write(graph, "edges.parquet")?;
        let subject = Subject::open(&self.store, &path).await?;
        let (nodes, edges) = subject.size().await?;
        eprintln!("{}: {nodes} nodes, {edges} edges", family.name());
        let ends = subject.ends().await?;
        let of =
            |question: &str| fixed.get(question).map_or((0.0, false), |fixed| (fixed.seconds, fixed.acyclic));
        let record =
            |name: &str, complexity: &str, growth: Option<Growth>, sql: String, run, taken: Taken| {
                let (fixed_seconds, acyclic) = of(name);
                Record {
                    function: name.to_owned(),
                    complexity: complexity.to_owned(),
                    stated_exponent: growth.map(|growth| growth.exponent),
                    limit: growth.map(Growth::limit),
                    family: family.name().to_owned(),
                    nodes,
                    edges,
                    sql,
                    acyclic,
                    run,
                    seconds: taken.all,
                    algorithm_seconds: taken.algorithm,
                    fixed_seconds,
                    rows: taken.rows as u64,
                }
            };
        if let Some(builder) = builder {
            let growth = Growth::stated(BUILDING_COMPLEXITY, &[]);
            for (run, taken) in (0..).zip(self.built(&path, builder, ends).await?) {
                let taken = Taken { all: taken.graph, ..taken };
                let sql = builder.sql(ends, false);
                self.records.push(record(BUILDING, BUILDING_COMPLEXITY, growth, sql, run, taken));
            }
        }
        let mut slow = Vec::new();
        for question in questions {
            let sql = question.sql(ends, of(question.function).1);
            match subject.warm(&sql, usize::from(self.options.runs), self.limit).await {
                Ok(Some(taken)) => {
                    for (run, taken) in (0..).zip(taken) {
                        let (name, complexity) = (question.function, question.complexity);
                        self.records.push(record(name, complexity, question.growth, sql.clone(), run, taken));
                    }
                }
                Ok(None) => {
                    eprintln!(
                        "  {}: more than {} s, no greater graphs",
                        question.function, self.options.limit
                    );
                    slow.push(question.function);
                }
                // Over a limit of the session: what it would take on a greater graph is over it too.
                Err(error) => {
                    eprintln!("  {}: {error:#}", question.function);
                    slow.push(question.function);
                }
            }
        }
        Ok(slow)
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

/// `30000`, `30k`, `1.5M`.
///
/// # Errors
/// What is wrong with the text, for people.
pub fn parse_count(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.trim().strip_suffix(['k', 'K']) {
        Some(number) => (number, 1e3),
        None => match text.trim().strip_suffix('M') {
            Some(number) => (number, 1e6),
            None => (text.trim(), 1.0),
        },
    };
    let count =
        number.parse::<f64>().map_err(|_| format!("{text} is not a size; write it as 30k or 3M"))? * unit;
    // Far beyond any machine's memory.
    if !(1.0..=1e10).contains(&count) {
        return Err(format!("{text} is not the size of a graph"));
    }
    Ok(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!(parse_count("30000"), Ok(30_000));
        assert_eq!(parse_count("30k"), Ok(30_000));
        assert_eq!(parse_count("1.5M"), Ok(1_500_000));
        for text in ["", "k", "-3", "0", "NaN", "1e30", "3G"] {
            assert!(parse_count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn costly_functions_get_smaller_graphs() {
        let growth = |text| Growth::stated(text, &[]);
        assert_eq!(sizes(&[], growth("O(n + m)")), SIZES);
        assert_eq!(sizes(&[5, 7], growth("O(n m)")), [5, 7]);
        for text in ["O(n m)", "O(n³)", "Σ"] {
            let growth = growth(text);
            let sizes = sizes(&[], growth);
            assert!(sizes.len() >= FEWEST && sizes.is_sorted(), "{sizes:?}");
            let steps = (sizes[sizes.len() - 1] as f64).powf(growth.map_or(1.5, |growth| growth.exponent));
            assert!(steps <= STEPS * 1.01, "{text}: {sizes:?}");
        }
    }

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0].into_iter()), 2.5);
        assert_eq!(median(std::iter::empty()), 0.0);
    }
}
