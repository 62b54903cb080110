//! A call of a table function in a logical plan.

use arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use stoa_session::TABLE_FUNCTION;

use super::call::TableFunction;
use crate::registry::Returns;
use crate::relations::{Bound, data_type};

/// A table function with its arguments. Its inputs are the queries among them.
#[derive(Clone, Debug)]
pub(super) struct GraphNode {
    pub function: &'static TableFunction,
    /// Which argument each input is.
    pub input_places: Vec<usize>,
    pub inputs: Vec<LogicalPlan>,
    /// Which argument each expression is.
    pub value_places: Vec<usize>,
    pub values: Vec<Expr>,
    schema: DFSchemaRef,
}

impl GraphNode {
    pub fn new(function: &'static TableFunction, bound: Bound) -> Result<GraphNode> {
        let Returns::Rows(columns) = function.doc.returns else {
            return internal_err!("{} gives no rows", function.doc.name);
        };
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(column.name, data_type(column.type_), true)).collect();
        let schema = DFSchema::try_from_qualified_schema(function.doc.name, &Schema::new(fields))?;
        let (input_places, inputs) = bound.inputs.into_iter().unzip();
        let (value_places, values) = bound.values.into_iter().unzip();
        Ok(GraphNode { function, input_places, inputs, value_places, values, schema: Arc::new(schema) })
    }

    fn identity(&self) -> (&str, &[usize], &[LogicalPlan], &[usize], &[Expr]) {
        (self.function.doc.name, &self.input_places, &self.inputs, &self.value_places, &self.values)
    }

    /// The names of the inputs' arguments.
    pub fn input_names(&self) -> Vec<&'static str> {
        self.input_places.iter().map(|place| self.function.doc.arguments[*place].name).collect()
    }
}

impl PartialEq for GraphNode {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for GraphNode {}

impl PartialOrd for GraphNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.identity().partial_cmp(&other.identity())
    }
}

impl Hash for GraphNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl UserDefinedLogicalNodeCore for GraphNode {
    fn name(&self) -> &str {
        TABLE_FUNCTION
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
        write!(f, "Graph: {}", self.function.doc.name)?;
        let names = self.value_places.iter().map(|place| self.function.doc.arguments[*place].name);
        for (name, value) in names.zip(&self.values) {
            write!(f, ", {name}={value}")?;
        }
        write!(f, ", inputs=[{}]", self.input_names().join(", "))
    }

    fn with_exprs_and_inputs(&self, values: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if values.len() != self.values.len() || inputs.len() != self.inputs.len() {
            return internal_err!("{} keeps the number of its arguments", self.function.doc.name);
        }
        Ok(GraphNode { values, inputs, ..self.clone() })
    }

    /// Every column of an input is one that the function reads: the binding left out the others.
    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(self.inputs.iter().map(|input| (0..input.schema().fields().len()).collect()).collect())
    }
}
