//! The rows of a call's inputs, in memory.

use arrow::array::RecordBatch;
use datafusion::common::runtime::JoinSet;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{Result, exec_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlan;
use futures::TryStreamExt;
use std::sync::Arc;

/// The rows of a plan, its partitions side by side. Their order is that of the partitions; a graph does not depend on it.
pub(crate) async fn rows(
    plan: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
    memory: &Arc<MemoryReservation>,
) -> Result<Vec<RecordBatch>> {
    let mut tasks: JoinSet<Result<(usize, Vec<RecordBatch>)>> = JoinSet::new();
    for partition in 0..plan.properties().partitioning.partition_count() {
        let mut stream = plan.execute(partition, Arc::clone(context))?;
        let memory = Arc::clone(memory);
        tasks.spawn(async move {
            let mut batches = Vec::new();
            // Batches are often slices of one: a buffer counts once.
            let mut counter = RecordBatchMemoryCounter::new();
            while let Some(batch) = stream.try_next().await? {
                memory.try_grow(counter.count_batch(&batch))?;
                batches.push(batch);
            }
            Ok((partition, batches))
        });
    }
    let mut partitions = Vec::new();
    while let Some(finished) = tasks.join_next().await {
        match finished {
            Ok(Ok(partition)) => partitions.push(partition),
            Ok(Err(error)) => return Err(error),
            Err(error) => return exec_err!("an input stopped unexpectedly: {error}"),
        }
    }
    partitions.sort_by_key(|(partition, _)| *partition);
    Ok(partitions.into_iter().flat_map(|(_, batches)| batches).collect())
}
