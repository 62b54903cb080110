//! A call of a table function in a physical plan: what it is, and what it says of itself.

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::{Result, exec_datafusion_err, resources_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use std::fmt;
use std::sync::Arc;
use stoa_graph::{Csr, GraphError};
use stoa_session::Limits;

use super::call::{Cost, TableFunction};
use super::node::GraphNode;
use super::run::Run;
use super::services::Services;
use crate::registry::Returns;
use crate::relations::{Constants, Execution, Rows, Work, data_type};

/// What a call is, apart from its inputs.
///
/// Running it builds its graph or takes the one that is kept, runs the kernel on a thread of its own, and gives the rows.
pub(super) struct GraphWork {
    pub function: &'static TableFunction,
    pub input_places: Vec<usize>,
    pub values: Constants,
    /// The inputs as queries, for the key of the graph.
    pub logical: Vec<LogicalPlan>,
    pub services: Arc<Services>,
    pub schema: SchemaRef,
}

impl GraphWork {
    pub fn new(
        node: &GraphNode,
        values: Constants,
        logical: Vec<LogicalPlan>,
        services: Arc<Services>,
    ) -> GraphWork {
        let columns = match node.function.doc.returns {
            Returns::Rows(columns) => columns,
            Returns::Value(_) => &[],
        };
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(column.name, data_type(column.type_), true)).collect();
        GraphWork {
            function: node.function,
            input_places: node.input_places.clone(),
            values,
            logical,
            services,
            schema: Arc::new(Schema::new(fields)),
        }
    }
}

impl fmt::Display for GraphWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.doc.name)?;
        for (name, value) in &self.values {
            write!(f, ", {name}={value}")?;
        }
        let names: Vec<&str> = self.input_places.iter().map(|place| self.argument(*place)).collect();
        write!(f, ", inputs=[{}]", names.join(", "))
    }
}

impl Work for GraphWork {
    const PLAN: &'static str = "GraphExec";

    fn function(&self) -> &'static str {
        self.function.doc.name
    }

    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn rows(self: Arc<Self>, execution: Execution) -> impl Future<Output = Result<Rows>> + Send + 'static {
        Run { work: self, execution }.answer()
    }
}

impl GraphWork {
    pub fn argument(&self, place: usize) -> &'static str {
        self.function.doc.arguments[place].name
    }

    pub fn error(&self, error: GraphError) -> DataFusionError {
        match error {
            GraphError::Memory(message) => {
                resources_datafusion_err!("{}: {message}", self.function.doc.name)
            }
            error => exec_datafusion_err!("{}: {error}", self.function.doc.name),
        }
    }

    /// Refuses what would take longer than the session lets an algorithm take.
    pub fn refuse(&self, cost: Cost, csr: &Csr, limits: &Limits) -> Result<()> {
        if cost.steps <= limits.max_graph_steps as f64 {
            return Ok(());
        }
        let takes = |name: &str| self.function.doc.arguments.iter().any(|argument| argument.name == name);
        let hint = match (takes("samples"), takes("sources")) {
            (true, _) => "give samples",
            (false, true) => "take fewer sources or edges",
            (false, false) => "take fewer edges",
        };
        // No failure of the run: what the same function costs with other arguments is another question.
        Err(exec_datafusion_err!(
            "{} on {} nodes and {} edges is estimated to take {:.1e} steps, over the {:.1e} of stoa.max_graph_steps; \
             {hint}, or SET stoa.max_graph_steps = {}",
            self.function.doc.name,
            csr.node_count(),
            csr.edge_count(),
            cost.steps,
            limits.max_graph_steps as f64,
            (cost.steps * 1.1) as u64
        ))
    }
}
