//! A table of a snapshot.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Constraint, Constraints, Result, Statistics};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use stoa_model::FileId;
use stoa_model::tables::Table;

use super::estimate;
use super::files::{SegmentFile, SnapshotFiles};
use super::layout::{Layout, Origin};
use super::scan::{Scan, pushes_into_parquet};
use crate::sources::Sources;

/// A table over the Parquet files of one snapshot.
#[derive(Debug)]
pub(crate) struct StoredTable {
    layout: Layout,
    location: Arc<SnapshotFiles>,
    files: Vec<SegmentFile>,
    sources: Arc<Sources>,
    constraints: Constraints,
    fingerprint: OnceLock<[u8; 32]>,
}

impl StoredTable {
    pub fn new(layout: Layout, location: Arc<SnapshotFiles>, sources: Arc<Sources>) -> Self {
        let files = location.of(layout.table);
        let key = layout.key().map(|column| Constraint::PrimaryKey(vec![column]));
        let constraints = Constraints::new_unverified(key.into_iter().collect());
        StoredTable { layout, location, files, sources, constraints, fingerprint: OnceLock::new() }
    }

    /// Which of the stored tables it is.
    pub fn table(&self) -> Table {
        self.layout.table
    }

    pub fn files(&self) -> &[SegmentFile] {
        &self.files
    }

    /// Which table it is and how it is shown: what the same files look like depends on nothing else.
    pub fn form(&self) -> (&'static str, &SchemaRef, &[Origin]) {
        (self.layout.table.name(), &self.layout.schema, &self.layout.origins)
    }

    /// The files, their dead rows and the form, in 32 bytes that are the same in every process.
    pub fn fingerprint(&self) -> [u8; 32] {
        *self.fingerprint.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(format!("{:?}", self.form()).as_bytes());
            for file in &self.files {
                hasher.update(format!("\0{}{:?}", file.path, file.dead).as_bytes());
            }
            *hasher.finalize().as_bytes()
        })
    }

    /// The plan that reads one of the files.
    pub fn scan_file(
        &self,
        state: &dyn Session,
        projection: &[usize],
        filters: &[Expr],
        file: usize,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.get(file..=file).unwrap_or_default();
        self.of_files(files, filters, None).plan(state, projection)
    }

    /// The plan that reads the rows of some source files, dead or not, from one of the files. Not for columns
    /// of [texts](Self::reads_texts): only source files that count have one.
    pub fn scan_sources(
        &self,
        state: &dyn Session,
        projection: &[usize],
        filters: &[Expr],
        (file, sources): (&SegmentFile, &[FileId]),
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.of_files(&[], filters, None).plan_sources(state, projection, file, sources)
    }

    /// How many rows of one of the files a scan has to read, about.
    pub fn rows_to_read(&self, file: &SegmentFile, filters: &[Expr]) -> u64 {
        estimate::rows_of_kinds(file, filters)
    }

    /// Whether a scan reads the texts of source files.
    pub fn reads_texts(&self, projection: &[usize]) -> bool {
        projection.iter().any(|&column| matches!(self.layout.origins.get(column), Some(Origin::Source(_))))
    }

    fn of_files<'a>(
        &'a self,
        files: &'a [SegmentFile],
        filters: &'a [Expr],
        limit: Option<usize>,
    ) -> Scan<'a> {
        Scan { layout: &self.layout, location: &self.location, files, sources: &self.sources, filters, limit }
    }

    /// The rows of each kind, if the table has kinds and every one of its rows was counted and still counts.
    pub fn rows_by_kind(&self) -> Option<BTreeMap<&str, u64>> {
        let counted =
            |file: &SegmentFile| file.dead.is_empty() && file.kinds.values().sum::<u64>() == file.rows;
        self.files.iter().all(counted).then(|| estimate::rows_by_kind(&self.files))
    }

    /// Whether rows may be of a language: no file counted its languages without finding it.
    pub fn may_have(&self, language: &str) -> bool {
        self.files.iter().any(|file| file.languages.is_empty() || file.languages.contains_key(language))
    }

    /// Whether all rows are of some of these languages: every file counted its languages and found no other.
    pub fn has_only(&self, languages: &[&str]) -> bool {
        self.files.iter().all(|file| {
            !file.languages.is_empty()
                && file.languages.keys().all(|known| languages.contains(&known.as_str()))
        })
    }
}

#[async_trait]
impl TableProvider for StoredTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.layout.schema)
    }

    /// A key tells the optimizer that a join on it adds no rows.
    fn constraints(&self) -> Option<&Constraints> {
        Some(&self.constraints)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Exact where the Parquet reader applies the filter to each row; a filter over the file's text
    /// stays above the scan.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| match pushes_into_parquet(&self.layout, filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(support).collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        let rows: u64 = self.files.iter().map(|f| f.rows).sum();
        let rows = match self.files.iter().all(|f| f.dead.is_empty()) {
            true => Precision::Exact(rows as usize),
            false => Precision::Inexact(rows as usize),
        };
        Some(Statistics::new_unknown(&self.layout.schema).with_num_rows(rows))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize>;
        let projection = match projection {
            Some(projection) => projection,
            None => {
                all = (0..self.layout.schema.fields().len()).collect();
                &all
            }
        };
        self.of_files(&self.files, filters, limit).plan(state, projection)
    }
}
