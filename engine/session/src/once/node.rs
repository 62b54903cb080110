//! A query that is computed once, in a logical plan.

use datafusion::common::{DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use std::fmt;

use crate::results::{Key, KeyBuilder};

/// The name of the logical nodes: what they give depends on their input alone.
pub const ONCE: &str = "Once";

/// A query with a name, which no filter and no choice of columns passes, so that it is the same wherever it is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Hash)]
pub(crate) struct Once {
    pub name: String,
    /// Of the query as it was planned first: mentions of one query have one, whatever the optimizer calls its columns.
    pub key: Key,
    input: LogicalPlan,
}

impl Once {
    pub fn new(name: String, input: LogicalPlan) -> Result<Once> {
        let key = KeyBuilder::new(ONCE).add(&name).add_form(&input)?.finish();
        Ok(Once { name, key, input })
    }
}

impl UserDefinedLogicalNodeCore for Once {
    fn name(&self) -> &str {
        ONCE
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ONCE}: {}", self.name)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        match <[LogicalPlan; 1]>::try_from(inputs) {
            Ok([input]) => Ok(Once { input, ..self.clone() }),
            Err(inputs) => internal_err!("{ONCE} has one input, not {}", inputs.len()),
        }
    }
}
