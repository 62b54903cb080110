//! From a call in a FROM clause to a logical node, and from that to a physical one.

use arrow::datatypes::{DataType, Schema};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{ColumnarValue, Expr, Extension, LogicalPlan, UserDefinedLogicalNode, cast};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use datafusion::sql::sqlparser::ast::TableFactor;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::bind::bind;
use super::exec::GraphExec;
use super::node::GraphNode;
use super::services::Services;
use crate::registry::{Argument, ArgumentType};
use crate::relations::called;

/// Plans calls of the table functions in FROM.
#[derive(Debug)]
pub(crate) struct GraphRelations;

impl RelationPlanner for GraphRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let called = called(&relation, context);
        let function = called.and_then(|name| super::functions().find(|function| function.doc.name == name));
        let (Some(function), TableFactor::Table { args: Some(args), alias, .. }) = (function, &relation)
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let bound = bind(&function.doc, args.args.clone(), context)?;
        let node = Arc::new(GraphNode::new(function, bound)?);
        let plan = LogicalPlan::Extension(Extension { node });
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// Makes calls physical.
pub(crate) struct GraphPlanner {
    pub services: Arc<Services>,
}

impl fmt::Debug for GraphPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphPlanner").finish_non_exhaustive()
    }
}

#[async_trait]
impl ExtensionPlanner for GraphPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        planning: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<GraphNode>() else { return Ok(None) };
        let mut values = BTreeMap::new();
        for (place, expression) in node.value_places.iter().zip(&node.values) {
            let argument = &node.function.doc.arguments[*place];
            let value = constant(argument, expression, planner, session, planning)
                .map_err(|error| error.context(format!("{}: {}", node.function.doc.name, argument.name)))?;
            if let Some(value) = value {
                values.insert(argument.name, value);
            }
        }
        let logical = logical_inputs.iter().map(|plan| (*plan).clone()).collect();
        let exec =
            GraphExec::new(node, values, logical, physical_inputs.to_vec(), Arc::clone(&self.services));
        Ok(Some(Arc::new(exec)))
    }
}

/// Whole numbers are exact up to here (2^53).
const MOST_COUNT: f64 = 9_007_199_254_740_992.0;

/// The value of an argument that must be constant; nothing for NULL.
pub(crate) fn constant(
    argument: &Argument,
    expression: &Expr,
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    planning: &PhysicalPlanningContext,
) -> Result<Option<ScalarValue>> {
    let wanted = match argument.type_ {
        ArgumentType::Number => DataType::Float64,
        ArgumentType::Flag => DataType::Boolean,
        _ => DataType::Utf8,
    };
    let empty = DFSchema::empty();
    // A cast to an integer would take 0.5 for 0: the number is looked at as it is.
    let evaluated = if argument.type_ == ArgumentType::Count { DataType::Float64 } else { wanted };
    let typed = cast(expression.clone(), evaluated);
    let physical = planner.create_physical_expr(&typed, &empty, session, planning)?;
    let row = arrow::array::RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        Vec::new(),
        &arrow::array::RecordBatchOptions::new().with_row_count(Some(1)),
    )?;
    let value = match physical.evaluate(&row)? {
        ColumnarValue::Scalar(value) => value,
        ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0)?,
    };
    if value.is_null() {
        return Ok(None);
    }
    match (argument.type_, value) {
        (ArgumentType::Count, ScalarValue::Float64(Some(value))) => match value {
            value if !(0.0..=MOST_COUNT).contains(&value) => {
                plan_err!("{value} is not between 0 and {MOST_COUNT:e}")
            }
            value if value.fract() != 0.0 => plan_err!("{value} is not a whole number"),
            value => Ok(Some(ScalarValue::UInt64(Some(value as u64)))),
        },
        (ArgumentType::Number, ScalarValue::Float64(Some(value))) if !value.is_finite() => {
            plan_err!("{value} is not a finite number")
        }
        (ArgumentType::Word(words), ScalarValue::Utf8(Some(word))) => {
            let lower = word.to_lowercase();
            match words.contains(&lower.as_str()) {
                true => Ok(Some(ScalarValue::Utf8(Some(lower)))),
                false => plan_err!("'{word}' is not one of '{}'", words.join("', '")),
            }
        }
        (_, value) => Ok(Some(value)),
    }
}
