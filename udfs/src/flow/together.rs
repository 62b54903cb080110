//! Questions that several plans will ask, answered by one analysis.

use datafusion::common::Result;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::sync::Arc;
use stoa_session::KeptView;

use super::node::FlowNode;
use super::services::AnswerKey;
use super::work::{FlowWork, Run};
use crate::relations::CallExec;

/// The calls in a plan of functions that follow flows, those of views that are kept among them, each as a plan of its own. What a call is
/// given by others is part of it.
pub fn flow_calls(plan: &LogicalPlan) -> Result<Vec<LogicalPlan>> {
    let mut calls = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(view) = source_as_provider(&scan.source)?.downcast_ref::<KeptView>()
        {
            calls.extend(flow_calls(view.plan())?);
        }
        let LogicalPlan::Extension(extension) = node else { return Ok(TreeNodeRecursion::Continue) };
        if !extension.node.as_any().is::<FlowNode>() {
            return Ok(TreeNodeRecursion::Continue);
        }
        calls.push(node.clone());
        Ok(TreeNodeRecursion::Jump)
    })?;
    Ok(calls)
}

/// Answers what calls of `taint()` and its like in some plans will ask, as far as it is not known yet: values are followed through the program once
/// for all of them, and not once for each. The plans find the answers when they run. Endpoints that come from another such call are left to it.
/// They are looked for `together` queries at a time, while the program is made.
pub async fn ask_together(
    plans: &[Arc<dyn ExecutionPlan>],
    context: &Arc<TaskContext>,
    together: usize,
) -> Result<()> {
    let mut calls: Vec<Arc<Run>> = Vec::new();
    for plan in plans {
        plan.apply(|node| {
            let Some(call) = node.downcast_ref::<CallExec<FlowWork>>() else {
                return Ok(TreeNodeRecursion::Continue);
            };
            let (work, execution) = call.execution(Arc::clone(context));
            calls.push(Arc::new(Run { work, execution }));
            Ok(TreeNodeRecursion::Jump)
        })?;
    }
    let Some(first) = calls.first().map(Arc::clone) else { return Ok(()) };
    let making = SpawnedTask::spawn(async move { first.make_program().await });
    let keys = stream::iter(&calls).map(|call| {
        let call = Arc::clone(call);
        join(SpawnedTask::spawn(async move { call.key().await }))
    });
    let keys: Vec<AnswerKey> = keys.buffered(together.max(1)).try_collect().await?;
    join(making).await?;
    // What is asked, and who asked it first; in the order of the plans, so that the answers are the same on every run.
    let mut asked: Vec<(AnswerKey, Arc<Run>)> = Vec::new();
    for (key, call) in keys.into_iter().zip(calls) {
        if !call.work.services().is_answered(&key) && asked.iter().all(|(known, _)| *known != key) {
            asked.push((key, call));
        }
    }
    while let Some((AnswerKey { program, max_depth, .. }, call)) = asked.first() {
        let alike = |key: &AnswerKey| key.program == *program && key.max_depth == *max_depth;
        let keys: Vec<AnswerKey> =
            asked.iter().map(|(key, _)| key).filter(|key| alike(key)).cloned().collect();
        let questions = keys.iter().map(|key| Arc::clone(&key.question)).collect();
        let answers = call.answers(program, *max_depth, questions).await?;
        for (key, answer) in keys.iter().zip(answers) {
            call.work.services().answered(key.clone(), answer);
        }
        asked.retain(|(key, _)| !keys.contains(key));
    }
    Ok(())
}

async fn join<T: Send + 'static>(task: SpawnedTask<Result<T>>) -> Result<T> {
    task.join().await.map_err(|error| DataFusionError::External(error.into()))?
}
