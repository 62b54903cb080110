//! Planning what DataFusion does not know: nodes that table functions put into a plan.

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

type Planners = Vec<Arc<dyn ExtensionPlanner + Send + Sync>>;

/// DataFusion's planner, with planners of extension nodes that are added once the session is there.
#[derive(Clone, Default)]
pub(crate) struct ExtensiblePlanner {
    extensions: Arc<RwLock<Planners>>,
}

impl ExtensiblePlanner {
    pub fn add(&self, planner: Arc<dyn ExtensionPlanner + Send + Sync>) {
        self.extensions.write().unwrap_or_else(PoisonError::into_inner).push(planner);
    }
}

impl fmt::Debug for ExtensiblePlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtensiblePlanner").finish_non_exhaustive()
    }
}

#[async_trait]
impl QueryPlanner for ExtensiblePlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let extensions = self.extensions.read().unwrap_or_else(PoisonError::into_inner).clone();
        let planner = DefaultPhysicalPlanner::with_extension_planners(extensions);
        planner.create_physical_plan(logical_plan, session).await
    }
}
