//! The models, and the table that shows them.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::Result;
use std::fmt;
use std::sync::Arc;
use stoa_flow::{FlowError, ModelRow, Models, parse_models};
use stoa_session::{SystemContext, SystemTable};

/// A file of models.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// The language that its rows are about.
    pub language: String,
    pub path: String,
    pub text: String,
}

/// Models as they were read, and as they are understood.
#[derive(Default)]
pub struct ModelLibrary {
    pub(super) rows: Vec<ModelRow>,
    pub(super) models: Models,
}

impl ModelLibrary {
    /// Reads files, in their order. The first row that cannot be understood is the error.
    pub fn new(files: &[ModelFile]) -> Result<ModelLibrary, FlowError> {
        let mut rows = Vec::new();
        for file in files {
            rows.extend(parse_models(&file.language, &file.path, &file.text)?);
        }
        let models = Models::new(rows.iter().cloned())?;
        Ok(ModelLibrary { rows, models })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl fmt::Debug for ModelLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelLibrary").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// `system.models`: a row per row of a model.
#[derive(Debug)]
pub(crate) struct ModelsTable {
    pub library: Arc<ModelLibrary>,
}

#[async_trait]
impl SystemTable for ModelsTable {
    fn name(&self) -> &str {
        "models"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        Arc::new(Schema::new(vec![
            text("language"),
            text("role"),
            text("type"),
            text("name"),
            text("arity"),
            text("input"),
            text("output"),
            text("kind"),
            text("note"),
            text("file"),
            Field::new("line", DataType::Int64, false),
        ]))
    }

    async fn rows(&self, _: &SystemContext) -> Result<RecordBatch> {
        let rows = &self.library.rows;
        let texts = |text: fn(&ModelRow) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
        };
        let columns: Vec<ArrayRef> = vec![
            texts(|row| &row.language),
            texts(|row| &row.role),
            texts(|row| &row.type_name),
            texts(|row| &row.name),
            texts(|row| &row.arity),
            texts(|row| &row.input),
            texts(|row| &row.output),
            texts(|row| &row.kind),
            texts(|row| &row.note),
            texts(|row| &row.file),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.line as i64))),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
