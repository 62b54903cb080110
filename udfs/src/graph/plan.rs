//! From a call in a FROM clause to a logical node, and from that to a physical one.

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Extension, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use datafusion::sql::sqlparser::ast::TableFactor;
use std::fmt;
use std::sync::Arc;

use super::node::GraphNode;
use super::services::Services;
use super::work::GraphWork;
use crate::relations::{CallExec, bind, called, constants};

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
        let given = node.value_places.iter().copied().zip(&node.values);
        let values = constants(&node.function.doc, given, planner, session, planning)?;
        let logical = logical_inputs.iter().map(|plan| (*plan).clone()).collect();
        let work = GraphWork::new(node, values, logical, Arc::clone(&self.services));
        Ok(Some(Arc::new(CallExec::new(Arc::new(work), physical_inputs.to_vec()))))
    }
}
