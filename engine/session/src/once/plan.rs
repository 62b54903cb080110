//! From the call in a FROM clause to a logical node, and from that to a physical one.

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Extension, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, TableFactor};
use std::sync::Arc;

use super::exec::OnceExec;
use super::node::Once;

/// The name that a call has of what is computed once. Its arguments are a name for the plan and a query.
pub const MATERIALIZED: &str = "MATERIALIZED";

/// Plans the calls.
#[derive(Debug)]
pub(crate) struct OnceRelations;

impl RelationPlanner for OnceRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::Table { name, args: Some(args), alias, .. } = &relation else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let called = match &name.0[..] {
            [part] => {
                part.as_ident().is_some_and(|name| name.quote_style.is_some() && name.value == MATERIALIZED)
            }
            _ => false,
        };
        if !called {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        let [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(name))),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query))),
        ] = &args.args[..]
        else {
            return plan_err!("{MATERIALIZED} takes a name and a query");
        };
        let input = context.plan(TableFactor::Derived {
            lateral: false,
            subquery: query.clone(),
            alias: None,
            sample: None,
        })?;
        let name = name.value.clone().into_string().unwrap_or_default();
        let plan = LogicalPlan::Extension(Extension { node: Arc::new(Once::new(name, input)?) });
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// Makes the nodes physical.
#[derive(Debug)]
pub(crate) struct OncePlanner;

#[async_trait]
impl ExtensionPlanner for OncePlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _session: &dyn Session,
        _planning: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<Once>() else { return Ok(None) };
        let [input] = physical_inputs else { return plan_err!("{} has one input", node.name) };
        Ok(Some(Arc::new(OnceExec::new(node.name.clone(), node.key, Arc::clone(input)))))
    }
}
