//! `system.rules`: the rules that the binary holds.

use arrow::array::{ArrayRef, Int64Builder, ListBuilder, RecordBatch, StringBuilder, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use std::sync::Arc;
use stoa_session::{SystemContext, SystemTable};

use super::builtin;
use super::rule::Rule;

/// `system.rules`: a row per rule.
#[derive(Debug)]
pub(crate) struct RulesTable;

#[async_trait]
impl SystemTable for RulesTable {
    fn name(&self) -> &str {
        "rules"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        Arc::new(Schema::new(vec![
            text("id"),
            text("title"),
            text("severity"),
            Field::new("cwe", DataType::new_list(DataType::Int64, true), false),
            text("area"),
            Field::new("languages", DataType::new_list(DataType::Utf8, true), false),
            text("what"),
            text("why"),
            text("fix"),
            text("path"),
            text("query"),
        ]))
    }

    async fn rows(&self, _: &SystemContext) -> Result<RecordBatch> {
        let rules = builtin().map_err(|error| DataFusionError::External(Box::new(error)))?;
        let texts = |text: fn(&Rule) -> &str| -> ArrayRef {
            Arc::new(StringViewArray::from_iter_values(rules.iter().map(|rule| text(rule))))
        };
        let mut cwe = ListBuilder::new(Int64Builder::new());
        let mut languages = ListBuilder::new(StringBuilder::new());
        for rule in rules {
            cwe.append_value(rule.cwe.iter().map(|&number| Some(i64::from(number))));
            languages.append_value(rule.languages.iter().map(Some));
        }
        let columns: Vec<ArrayRef> = vec![
            texts(|rule| &rule.id),
            texts(|rule| &rule.title),
            texts(|rule| rule.severity.as_str()),
            Arc::new(cwe.finish()),
            texts(|rule| &rule.area),
            Arc::new(languages.finish()),
            texts(|rule| &rule.what),
            texts(|rule| &rule.why),
            texts(|rule| &rule.fix),
            texts(|rule| &rule.path),
            texts(|rule| rule.sql.trim()),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
