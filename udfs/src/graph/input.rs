//! The rows of a call's inputs as edges, nodes and tables.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::physical_plan::ExecutionPlan;
use std::sync::Arc;
use stoa_graph::EdgeColumns;

fn integers<'a>(batch: &'a RecordBatch, column: usize, what: &str) -> Result<&'a [i64]> {
    let array = batch.column(column).as_primitive::<Int64Type>();
    match array.null_count() {
        0 => Ok(array.values()),
        nulls => exec_err!("{what}: {nulls} values are NULL; leave them out with WHERE … IS NOT NULL"),
    }
}

/// Batches of `src, dst[, weight]` as columns of edges.
pub(super) fn edges<'a>(batches: &'a [RecordBatch], what: &str) -> Result<Vec<EdgeColumns<'a>>> {
    let piece = |batch: &'a RecordBatch| {
        let weights = match batch.num_columns() {
            3 => {
                let weights = batch.column(2).as_primitive::<Float64Type>();
                if weights.null_count() > 0 {
                    return exec_err!("{what}: weights are NULL; COALESCE(weight, …) says what they are");
                }
                Some(&weights.values()[..])
            }
            _ => None,
        };
        Ok(EdgeColumns { src: integers(batch, 0, what)?, dst: integers(batch, 1, what)?, weights })
    };
    batches.iter().filter(|batch| batch.num_rows() > 0).map(piece).collect()
}

/// Batches of `id` as one column.
pub(super) fn nodes(batches: &[RecordBatch], what: &str) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        ids.extend_from_slice(integers(batch, 0, what)?);
    }
    Ok(ids)
}

/// Batches as one.
pub(super) fn table(
    plan: &Arc<dyn ExecutionPlan>,
    batches: &[RecordBatch],
    what: &str,
) -> Result<RecordBatch> {
    let batch = concat_batches(&plan.schema(), batches)?;
    for (column, field) in batch.columns().iter().zip(plan.schema().fields()) {
        if column.null_count() > 0 {
            return exec_err!("{what}: {} is NULL in {} rows", field.name(), column.null_count());
        }
    }
    Ok(batch)
}
