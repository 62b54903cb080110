//! `system.views`: the views of the session and what a row of each is.

use arrow::array::{ArrayRef, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::Result;
use std::sync::Arc;

use super::{SystemContext, SystemTable};

/// `system.views`: a row per view.
#[derive(Debug)]
pub(super) struct Views;

#[async_trait]
impl SystemTable for Views {
    fn name(&self) -> &str {
        "views"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        Arc::new(Schema::new(vec![text("name"), text("doc"), text("definition")]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let views = context.shared.views();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringViewArray::from_iter_values(views.iter().map(|v| &v.name))),
            Arc::new(StringViewArray::from_iter_values(views.iter().map(|v| &v.doc))),
            Arc::new(StringViewArray::from_iter_values(views.iter().map(|v| &v.sql))),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
