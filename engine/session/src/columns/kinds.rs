//! Which rows of a file are of which kind.

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::physical_expr::PhysicalExpr;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// The column of the kinds.
pub(super) const KIND: &str = "kind";

/// The schema of a batch that has nothing but kinds.
pub(super) static KINDS: LazyLock<Schema> =
    LazyLock::new(|| Schema::new(vec![Field::new(KIND, DataType::Utf8View, false)]));

/// The kinds of a file, in its order, and their rows.
#[derive(Debug)]
pub(crate) struct KindRows {
    kinds: RecordBatch,
    ends: Vec<usize>,
}

impl KindRows {
    /// `None` if not every one of the file's rows was counted.
    pub fn new(kinds: &BTreeMap<String, u64>, rows: u64) -> Option<KindRows> {
        if kinds.values().sum::<u64>() != rows || kinds.is_empty() {
            return None;
        }
        let mut end = 0;
        let ends = kinds.values().map(|count| {
            end += *count as usize;
            end
        });
        let ends = ends.collect();
        let names: ArrayRef = Arc::new(StringViewArray::from_iter_values(kinds.keys()));
        let kinds = RecordBatch::try_new(Arc::new(KINDS.clone()), vec![names]).ok()?;
        Some(KindRows { kinds, ends })
    }

    pub fn rows(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// The ranges of rows whose kinds pass some filters over the schema [`KINDS`].
    pub fn wanted(&self, filters: &[Arc<dyn PhysicalExpr>]) -> Result<Vec<(String, Range<usize>)>> {
        let kinds = self.kinds.num_rows();
        let mut pass = vec![true; kinds];
        for filter in filters {
            let result = filter.evaluate(&self.kinds)?.into_array(kinds)?;
            let result: &BooleanArray = as_boolean_array(&result)?;
            for (pass, result) in pass.iter_mut().zip(result) {
                *pass &= result == Some(true);
            }
        }
        let names = self.kinds.column(0).as_string_view();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends).enumerate().filter(|(kind, _)| pass[*kind]);
        Ok(ranges.map(|(kind, (start, &end))| (names.value(kind).to_owned(), start..end)).collect())
    }
}
