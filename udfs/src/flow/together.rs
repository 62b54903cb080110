//! Questions that several plans will ask, answered by one analysis.

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use std::sync::Arc;

use super::node::FlowNode;
use super::services::AnswerKey;
use super::work::{FlowWork, Run};
use crate::relations::CallExec;

/// Whether a plan has calls of functions that follow flows.
pub fn follows_flows(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        let LogicalPlan::Extension(extension) = node else { return Ok(TreeNodeRecursion::Continue) };
        found |= extension.node.as_any().is::<FlowNode>();
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// Answers what calls of `taint()` and its like in some plans will ask, as far as it is not known yet: values are followed through the program once
/// for all of them, and not once for each. The plans find the answers when they run. Endpoints that come from another such call are left to it.
pub async fn ask_together(plans: &[Arc<dyn ExecutionPlan>], context: &Arc<TaskContext>) -> Result<()> {
    let mut calls: Vec<Run> = Vec::new();
    for plan in plans {
        plan.apply(|node| {
            let Some(call) = node.downcast_ref::<CallExec<FlowWork>>() else {
                return Ok(TreeNodeRecursion::Continue);
            };
            let (work, execution) = call.execution(Arc::clone(context));
            calls.push(Run { work, execution });
            Ok(TreeNodeRecursion::Jump)
        })?;
    }
    // What is asked, and who asked it first; in the order of the plans, so that the answers are the same on every run.
    let mut asked: Vec<(AnswerKey, Run)> = Vec::new();
    for call in calls {
        let key = call.key().await?;
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
