//! Functions run through SQL on one graph.

use anyhow::{Context, Result, bail};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::physical_plan::{ExecutionPlan, collect};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stoa_sql::{Engine, EngineOptions};

use super::question::{EDGES, Ends};

/// What a run took, and what of it went where, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taken {
    /// From the text to the last row.
    pub all: f64,
    /// Reading the edges and building the graph.
    pub graph: f64,
    /// Whether it was built; otherwise it was there.
    pub built: bool,
    /// The function itself.
    pub algorithm: f64,
    pub rows: usize,
}

/// An engine over a Parquet file of edges, whose graph is built when it is first asked for.
pub struct Subject {
    engine: Engine,
}

impl Subject {
    /// Opens an engine over an empty `store` and puts the file's edges into it as the table [`EDGES`].
    pub async fn open(store: &str, edges: &Path) -> Result<Subject> {
        let engine = Engine::open(store, EngineOptions::uncached()).await?;
        let location = edges.display().to_string().replace('\'', "''");
        engine
            .run_all(&format!("CREATE EXTERNAL TABLE {EDGES} STORED AS PARQUET LOCATION '{location}'"))
            .await
            .with_context(|| edges.display().to_string())?;
        Ok(Subject { engine })
    }

    /// The engine that is asked.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many nodes have edges, and how many edges there are.
    pub async fn size(&self) -> Result<(u64, u64)> {
        let nodes = format!("SELECT count(*) FROM (SELECT src FROM {EDGES} UNION SELECT dst FROM {EDGES})");
        let edges = format!("SELECT count(*) FROM {EDGES}");
        Ok((self.number(&nodes).await? as u64, self.number(&edges).await? as u64))
    }

    /// Where searches start, and where they end: the newest of the nodes with the most edges out, and in.
    pub async fn ends(&self) -> Result<Ends> {
        let most = |end: &str| {
            format!("SELECT {end} FROM {EDGES} GROUP BY {end} ORDER BY count(*) DESC, {end} DESC LIMIT 1")
        };
        Ok(Ends { source: self.number(&most("src")).await?, target: self.number(&most("dst")).await? })
    }

    /// Nodes with edges out, as many and as far apart as asked for, ascending.
    pub async fn sources(&self, count: usize) -> Result<Vec<i64>> {
        let all = format!(
            "SELECT src FROM (SELECT src, row_number() OVER (ORDER BY src) - 1 AS place, count(*) OVER () AS n \
             FROM (SELECT DISTINCT src FROM {EDGES})) WHERE place % greatest(n / {count}, 1) = 0 \
             ORDER BY src LIMIT {count}",
            count = count.max(1)
        );
        let batches = self.engine.run_all(&all).await?;
        let columns = batches.iter().filter_map(|batch| batch.column(0).as_primitive_opt::<Int64Type>());
        Ok(columns.flat_map(|column| column.values().iter().copied()).collect())
    }

    async fn number(&self, sql: &str) -> Result<i64> {
        let batches = self.engine.run_all(sql).await?;
        let value = batches
            .iter()
            .find(|batch| batch.num_rows() > 0)
            .map(|batch| batch.column(0).as_primitive_opt::<Int64Type>().map(|column| column.value(0)));
        value.flatten().context("a graph without edges")
    }

    /// Runs a statement as the shell does, to its last row; nothing if it takes longer than `limit`.
    pub async fn run(&self, sql: &str, limit: Duration) -> Result<Option<Taken>> {
        let started = Instant::now();
        let answer = async {
            let plan = self.engine.plan(sql).await?;
            let context = self.engine.context();
            let plan = context.state().create_physical_plan(&plan).await?;
            let rows = collect(Arc::clone(&plan), context.task_ctx()).await?;
            anyhow::Ok((plan, rows))
        };
        let Ok(answer) = tokio::time::timeout(limit, answer).await else { return Ok(None) };
        let (plan, batches) = answer?;
        Ok(Some(Taken {
            all: started.elapsed().as_secs_f64(),
            graph: metric(&plan, "graph_build_time") as f64 / 1e9,
            built: metric(&plan, "graphs_built") > 0,
            algorithm: metric(&plan, "algorithm_time") as f64 / 1e9,
            rows: batches.iter().map(|batch| batch.num_rows()).sum(),
        }))
    }

    /// Runs a statement once to warm up, then `runs` times, or as often as `limit` has room for. Nothing if one run
    /// takes longer than that.
    pub async fn warm(&self, sql: &str, runs: usize, limit: Duration) -> Result<Option<Vec<Taken>>> {
        if self.run(sql, limit).await?.is_none() {
            return Ok(None);
        }
        let started = Instant::now();
        let mut taken = Vec::new();
        while taken.len() < runs && (taken.is_empty() || started.elapsed() < limit) {
            match self.run(sql, limit).await? {
                Some(one) => taken.push(one),
                None if taken.is_empty() => return Ok(None),
                None => break,
            }
        }
        if taken.iter().any(|one| one.built) {
            bail!("the graph was built anew for each run: {sql}");
        }
        Ok(Some(taken))
    }
}

/// What the operators of a plan measured under a name, together: nanoseconds, or a count.
fn metric(plan: &Arc<dyn ExecutionPlan>, name: &str) -> usize {
    let own = plan.metrics().and_then(|metrics| metrics.sum_by_name(name)).map_or(0, |sum| sum.as_usize());
    own + plan.children().into_iter().map(|child| metric(child, name)).sum::<usize>()
}
