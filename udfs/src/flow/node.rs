//! A call of a function of data flow in a logical plan.

use arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use stoa_session::Content;

use super::docs::EXPLAIN;
use crate::registry::{Column, FunctionDoc, Returns};
use crate::relations::{Bound, data_type};

/// The snapshot's `nodes` and `edges` are the first inputs, what the caller gave comes behind them.
pub(super) const PROGRAM_INPUTS: usize = 2;

/// A function with its arguments, over the rows of a snapshot.
#[derive(Clone, Debug)]
pub(super) struct FlowNode {
    pub doc: &'static FunctionDoc,
    /// What the snapshot's tables hold: equal contents are equal programs.
    pub contents: [Content; PROGRAM_INPUTS],
    pub inputs: Vec<LogicalPlan>,
    /// Which argument each input behind the first two is.
    pub input_places: Vec<usize>,
    pub values: Vec<Expr>,
    /// Which argument each expression is.
    pub value_places: Vec<usize>,
    schema: DFSchemaRef,
}

/// The columns that the node itself gives: those of a flow that is explained get their places by joins above it.
pub(super) fn columns(doc: &'static FunctionDoc) -> Result<&'static [Column]> {
    match doc.returns {
        Returns::Rows(columns) if doc.name == EXPLAIN.name => Ok(&columns[..3]),
        Returns::Rows(columns) => Ok(columns),
        Returns::Value(_) => internal_err!("{} gives no rows", doc.name),
    }
}

pub(super) fn schema(doc: &'static FunctionDoc) -> Result<Schema> {
    let fields: Vec<Field> =
        columns(doc)?.iter().map(|column| Field::new(column.name, data_type(column.type_), true)).collect();
    Ok(Schema::new(fields))
}

impl FlowNode {
    pub fn new(
        doc: &'static FunctionDoc,
        contents: [Content; PROGRAM_INPUTS],
        program: [LogicalPlan; PROGRAM_INPUTS],
        bound: Bound,
    ) -> Result<FlowNode> {
        let schema = Arc::new(DFSchema::try_from_qualified_schema(doc.name, &schema(doc)?)?);
        let (input_places, inputs): (Vec<usize>, Vec<LogicalPlan>) = bound.inputs.into_iter().unzip();
        let (value_places, values) = bound.values.into_iter().unzip();
        let inputs = program.into_iter().chain(inputs).collect();
        Ok(FlowNode { doc, contents, inputs, input_places, values, value_places, schema })
    }

    fn identity(&self) -> (&str, &[LogicalPlan], &[usize], &[Expr], &[usize]) {
        (self.doc.name, &self.inputs, &self.input_places, &self.values, &self.value_places)
    }
}

impl PartialEq for FlowNode {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity() && self.contents == other.contents
    }
}

impl Eq for FlowNode {}

impl PartialOrd for FlowNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.identity().partial_cmp(&other.identity())
    }
}

impl Hash for FlowNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
        self.contents.hash(state);
    }
}

impl UserDefinedLogicalNodeCore for FlowNode {
    fn name(&self) -> &str {
        "Flow"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.values.clone()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flow: {}", self.doc.name)?;
        for (place, value) in self.value_places.iter().zip(&self.values) {
            write!(f, ", {}={value}", self.doc.arguments[*place].name)?;
        }
        let given: Vec<&str> =
            self.input_places.iter().map(|place| self.doc.arguments[*place].name).collect();
        write!(f, ", inputs=[nodes, edges{}{}]", if given.is_empty() { "" } else { ", " }, given.join(", "))
    }

    fn with_exprs_and_inputs(&self, values: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if values.len() != self.values.len() || inputs.len() != self.inputs.len() {
            return internal_err!("{} keeps the number of its arguments", self.doc.name);
        }
        Ok(FlowNode { values, inputs, ..self.clone() })
    }

    /// Every column of an input is one that is read.
    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(self.inputs.iter().map(|input| (0..input.schema().fields().len()).collect()).collect())
    }
}
