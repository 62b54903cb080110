//! Digests of rows: 128 bits that are the same for the same rows in any order, and another for any others.
//!
//! The digest of rows is the sum of the hashes of each. So what the files of a table give to a scan is digested file by
//! file, and as files never change, each is read once; rows that no longer count are taken out again. After an edit, what a
//! scan gives is known as soon as the rows are read that the edit made and those that it marked. Two 64-bit hashes with different seeds; a row is mixed once more before it is
//! added, so that the sum does not take values of two rows for one another. They find accidents, not attackers.

use arrow::array::RecordBatch;
use datafusion::common::Result;
use datafusion::common::hash_utils::{QualityRandomState, create_hashes};

/// Odd, and far from any pattern: 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Rows, digested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowDigest {
    pub rows: u64,
    sums: [u64; 2],
}

impl RowDigest {
    /// The rows of some batches of one schema.
    pub fn of<'a>(batches: impl IntoIterator<Item = &'a RecordBatch>) -> Result<RowDigest> {
        let mut digest = RowDigest::default();
        for batch in batches {
            digest.add(batch)?;
        }
        Ok(digest)
    }

    /// Adds rows.
    pub fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows = batch.num_rows();
        let mut values = vec![0u64; rows];
        for (half, sum) in self.sums.iter_mut().enumerate() {
            let mut row_hashes = vec![GOLDEN; rows];
            for (place, column) in batch.columns().iter().enumerate() {
                let seed = ((place as u64) << 1) | half as u64;
                // NULL leaves a value's hash as it is.
                values.fill(0);
                create_hashes([column], &QualityRandomState::with_seed(mixed(seed)), &mut values)?;
                for (row, value) in row_hashes.iter_mut().zip(&values) {
                    *row = (*row ^ value).wrapping_mul(GOLDEN).rotate_left(31);
                }
            }
            *sum = row_hashes.iter().fold(*sum, |sum, &row| sum.wrapping_add(mixed(row)));
        }
        self.rows += rows as u64;
        Ok(())
    }

    /// Adds rows that were digested elsewhere.
    pub fn join(&mut self, other: RowDigest) {
        self.rows += other.rows;
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum.wrapping_add(more);
        }
    }

    /// These rows without some that were digested elsewhere; nothing if there are more of those.
    pub fn without(mut self, other: RowDigest) -> Option<RowDigest> {
        self.rows = self.rows.checked_sub(other.rows)?;
        for (sum, less) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum.wrapping_sub(less);
        }
        Some(self)
    }
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Int64Array, StringViewArray};
    use std::sync::Arc;

    fn batch(rows: &[(Option<i64>, Option<i64>, &str)]) -> RecordBatch {
        let column = |values: Vec<Option<i64>>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
        RecordBatch::try_from_iter_with_nullable([
            ("a", column(rows.iter().map(|r| r.0).collect()), true),
            ("b", column(rows.iter().map(|r| r.1).collect()), true),
            ("c", Arc::new(StringViewArray::from_iter_values(rows.iter().map(|r| r.2))) as ArrayRef, true),
        ])
        .unwrap()
    }

    fn digest(rows: &[(Option<i64>, Option<i64>, &str)]) -> RowDigest {
        RowDigest::of([&batch(rows)]).unwrap()
    }

    #[test]
    fn order_and_batches_do_not_matter() {
        let long = "a text that does not fit into a view";
        let (a, b, c) = ((Some(1), None, "x"), (Some(2), Some(3), long), (None, None, ""));
        let whole = digest(&[a, b, c]);
        assert_eq!(whole, digest(&[c, a, b]));
        assert_eq!(whole, RowDigest::of([&batch(&[b]), &batch(&[a, c])]).unwrap());
        let mut joined = digest(&[a, b]);
        joined.join(digest(&[c]));
        assert_eq!(whole, joined);
        assert_eq!(joined.without(digest(&[b])), Some(digest(&[a, c])));
        assert_eq!(digest(&[b]).without(joined), None);
    }

    #[test]
    fn other_rows_have_other_digests() {
        let one = digest(&[(Some(1), Some(2), "x"), (Some(3), Some(4), "y")]);
        for other in [
            // Values of two rows for one another, of two columns for one another, a row more, twice a row.
            digest(&[(Some(1), Some(4), "x"), (Some(3), Some(2), "y")]),
            digest(&[(Some(2), Some(1), "x"), (Some(3), Some(4), "y")]),
            digest(&[(Some(1), Some(2), "x"), (Some(3), Some(4), "y"), (None, None, "")]),
            digest(&[(Some(1), Some(2), "x"), (Some(1), Some(2), "x")]),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(digest(&[(None, Some(5), "")]), digest(&[(Some(5), None, "")]));
        assert_ne!(digest(&[]), digest(&[(None, None, "")]));
    }
}
