//! Filters over columns that are kept.
//!
//! Besides what a query asks, joins offer their keys as filters: rows without a partner need not leave the scan. To look a row up in the keys of a join takes
//! as long as the join itself does, so it is done for rows that pass everything else, and while it leaves something out.

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{and, filter_record_batch};
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::physical_expr::expressions::DynamicFilterPhysicalExpr;
use datafusion::physical_expr::{PhysicalExpr, conjunction_opt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows after which a filter is judged.
const JUDGED: u64 = 16 * 1024;
/// A filter that lets more than so many of eight rows pass is not worth its time.
const OF_EIGHT: u64 = 6;
/// One that was not worth its time is tried again once in so many batches: what it lets pass may become less.
const AGAIN: u64 = 16;

/// A filter in its parts.
#[derive(Debug)]
pub(super) struct Filter {
    /// What the query asks.
    asked: Option<Arc<dyn PhysicalExpr>>,
    offered: Vec<Offered>,
}

/// A filter that may be left out.
#[derive(Debug)]
struct Offered {
    filter: Arc<dyn PhysicalExpr>,
    batches: AtomicU64,
    /// Of late: rows that it was evaluated for, and those that passed.
    rows: AtomicU64,
    passed: AtomicU64,
}

impl Filter {
    /// All of some filters.
    pub fn of(parts: Vec<Arc<dyn PhysicalExpr>>) -> Filter {
        let is_offered =
            |part: &Arc<dyn PhysicalExpr>| part.downcast_ref::<DynamicFilterPhysicalExpr>().is_some();
        let (offered, asked): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_offered);
        let offered = offered.into_iter().map(|filter| Offered {
            filter,
            batches: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            passed: AtomicU64::new(0),
        });
        Filter { asked: conjunction_opt(asked), offered: offered.collect() }
    }

    /// Rows of a batch, and which of them pass if not all do.
    pub fn apply(&self, mut batch: RecordBatch) -> Result<(RecordBatch, Option<BooleanArray>)> {
        let mut passes = match &self.asked {
            Some(asked) => Some(evaluate(asked, &batch)?),
            None => None,
        };
        for offered in &self.offered {
            if let Some(passing) = &passes {
                let count = passing.true_count();
                if count == 0 {
                    break;
                }
                if count < batch.num_rows() / 2 {
                    batch = filter_record_batch(&batch, passing)?;
                    passes = None;
                }
            }
            if offered.is_due() {
                let passing = evaluate(&offered.filter, &batch)?;
                offered.note(batch.num_rows(), passing.true_count());
                passes = Some(match passes {
                    Some(before) => and(&before, &passing)?,
                    None => passing,
                });
            }
        }
        Ok((batch, passes))
    }
}

impl Offered {
    fn is_due(&self) -> bool {
        let batch = self.batches.fetch_add(1, Ordering::Relaxed);
        let (rows, passed) = (self.rows.load(Ordering::Relaxed), self.passed.load(Ordering::Relaxed));
        rows < JUDGED || passed * 8 < rows * OF_EIGHT || batch.is_multiple_of(AGAIN)
    }

    fn note(&self, rows: usize, passed: usize) {
        // What passed long ago counts less. Nothing hangs on it that threads note at the same time.
        let (before, passed_before) =
            (self.rows.load(Ordering::Relaxed), self.passed.load(Ordering::Relaxed));
        let part = if before > 4 * JUDGED { 2 } else { 1 };
        self.rows.store(before / part + rows as u64, Ordering::Relaxed);
        self.passed.store(passed_before / part + passed as u64, Ordering::Relaxed);
    }
}

fn evaluate(filter: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let passes = filter.evaluate(batch)?.into_array(batch.num_rows())?;
    Ok(as_boolean_array(&passes)?.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int32Array;
    use arrow::datatypes::{DataType, Field, Schema};
    use datafusion::logical_expr::Operator;
    use datafusion::physical_expr::expressions::{BinaryExpr, col, lit};

    fn less_than(schema: &Schema, bound: i32) -> Arc<dyn PhysicalExpr> {
        Arc::new(BinaryExpr::new(col("n", schema).unwrap(), Operator::Lt, lit(bound)))
    }

    #[test]
    fn what_is_offered_is_tried_and_left_out() {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, false)]));
        let numbers = Int32Array::from_iter_values(0..8192);
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(numbers)]).unwrap();
        let offered = DynamicFilterPhysicalExpr::new(vec![col("n", &schema).unwrap()], lit(true));
        let offered = Arc::new(offered);
        let filter = Filter::of(vec![Arc::clone(&offered) as _, less_than(&schema, 1000)]);
        let count = |filter: &Filter| match filter.apply(batch.clone()).unwrap() {
            (_, Some(passes)) => passes.true_count(),
            (batch, None) => batch.num_rows(),
        };
        // What is offered is evaluated for the thousand alone, and lets them all pass.
        (0..20).for_each(|_| assert_eq!(count(&filter), 1000));
        assert_eq!(
            filter.offered[0].rows.load(Ordering::Relaxed),
            filter.offered[0].passed.load(Ordering::Relaxed)
        );
        // Once it was tried again, it counts.
        offered.update(less_than(&schema, 10)).unwrap();
        let counts: Vec<usize> = (0..100).map(|_| count(&filter)).collect();
        assert!(counts.contains(&10) && counts.last() == Some(&10), "{counts:?}");
    }
}
