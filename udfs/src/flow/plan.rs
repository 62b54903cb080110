//! From a call in a FROM clause to a logical node, and from that to a physical one.

use arrow::datatypes::DataType;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{JoinType, Result, TableReference, plan_err};
use datafusion::datasource::{DefaultTableSource, source_as_provider};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    Extension, LogicalPlan, LogicalPlanBuilder, UserDefinedLogicalNode, cast, col, lit,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use datafusion::sql::sqlparser::ast::TableFactor;
use std::fmt;
use std::sync::Arc;
use stoa_flow::{EDGE_COLUMNS, EDGE_KINDS, NODE_COLUMNS};
use stoa_session::{Content, FunctionTables, Key, KeyBuilder};

use super::docs::EXPLAIN;
use super::functions;
use super::node::{FlowNode, PROGRAM_INPUTS};
use super::services::FlowServices;
use super::work::FlowWork;
use crate::nodes::SOURCE_LINE;
use crate::registry::FunctionDoc;
use crate::relations::{CallExec, Constants, bind, called, constants};

/// Plans calls of the functions of data flow in FROM.
#[derive(Debug)]
pub(crate) struct FlowRelations;

impl RelationPlanner for FlowRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let called = called(&relation, context);
        let doc = called.and_then(|name| functions().find(|doc| doc.name == name));
        let (Some(doc), TableFactor::Table { args: Some(args), alias, .. }) = (doc, &relation) else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let bound = bind(doc, args.args.clone(), context)?;
        let source = context.context_provider().get_table_source(TableReference::bare(doc.name))?;
        let provider = source_as_provider(&source)?;
        let Some(tables) = provider.downcast_ref::<FunctionTables>() else {
            return plan_err!("there is a table {}; its name hides the function", doc.name);
        };
        let (nodes, edges) = (program_nodes(tables)?, program_edges(tables)?);
        let node = FlowNode::new(
            doc,
            [content(tables, "nodes")?, content(tables, "edges")?],
            [nodes, edges],
            bound,
        )?;
        let mut plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        if doc.name == EXPLAIN.name {
            plan = placed(plan, doc, tables, context)?;
        }
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

fn content(tables: &FunctionTables, name: &str) -> Result<Content> {
    match tables.table(name).and_then(|table| Content::of(table.as_ref())) {
        Some(content) => Ok(content),
        None => plan_err!("the store has no table {name}"),
    }
}

fn scan(tables: &FunctionTables, name: &str, columns: &[&str]) -> Result<LogicalPlanBuilder> {
    let Some(table) = tables.table(name) else { return plan_err!("the store has no table {name}") };
    let schema = table.schema();
    let places =
        columns.iter().map(|column| schema.index_of(column)).collect::<std::result::Result<_, _>>()?;
    LogicalPlanBuilder::scan(name, Arc::new(DefaultTableSource::new(table)), Some(places))
}

fn program_nodes(tables: &FunctionTables) -> Result<LogicalPlan> {
    // The place of a body node is in its id, that of a declaration beside it.
    let columns: Vec<&str> = NODE_COLUMNS.iter().copied().chain(["declaration_position"]).collect();
    scan(tables, "nodes", &columns)?.build()
}

fn program_edges(tables: &FunctionTables) -> Result<LogicalPlan> {
    let kinds = EDGE_KINDS.iter().map(|kind| lit(kind.as_str())).collect();
    scan(tables, "edges", EDGE_COLUMNS)?.filter(col("edges.kind").in_list(kinds, false))?.build()
}

/// The steps of a flow with their files, lines and texts.
fn placed(
    steps: LogicalPlan,
    doc: &FunctionDoc,
    tables: &FunctionTables,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let Some(line_of) = context.context_provider().get_function_meta(SOURCE_LINE.name) else {
        return plan_err!("the function {} is not registered", SOURCE_LINE.name);
    };
    let nodes = scan(tables, "nodes", &["id", "file_id", "line"])?.build()?;
    let files = scan(tables, "files", &["file_id", "path"])?.build()?;
    let step = |name: &str| col(format!("{}.{name}", doc.name));
    LogicalPlanBuilder::from(steps)
        .join(nodes, JoinType::Left, (vec![format!("{}.node_id", doc.name)], vec!["nodes.id"]), None)?
        .join(files, JoinType::Left, (vec!["nodes.file_id"], vec!["files.file_id"]), None)?
        .project([
            step("step"),
            step("role"),
            step("node_id"),
            col("files.path").alias("path"),
            cast(col("nodes.line"), DataType::Int64).alias("line"),
            line_of.call(vec![step("node_id")]).alias("code"),
        ])?
        .alias(doc.name)?
        .build()
}

/// Makes calls physical.
pub(crate) struct FlowPlanner {
    pub services: Arc<FlowServices>,
}

impl fmt::Debug for FlowPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowPlanner").finish_non_exhaustive()
    }
}

#[async_trait]
impl ExtensionPlanner for FlowPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        planning: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<FlowNode>() else { return Ok(None) };
        let given = node.value_places.iter().copied().zip(&node.values);
        let values = constants(node.doc, given, planner, session, planning)?;
        let queries = queries(node, &values, session)?;
        let work = FlowWork::new(node, values, queries, Arc::clone(&self.services))?;
        Ok(Some(Arc::new(CallExec::new(Arc::new(work), physical_inputs.to_vec()))))
    }
}

/// The key of the queries that name the endpoints of a call. None if there are none, or if they read what cannot be compared.
fn queries(node: &FlowNode, values: &Constants, session: &dyn Session) -> Result<Option<Key>> {
    let mut key = KeyBuilder::new("endpoints");
    key.add((node.doc.name, &node.input_places, values, &node.contents));
    let given = &node.inputs[PROGRAM_INPUTS..];
    for input in given {
        if !key.add_plan(input)? {
            return Ok(None);
        }
    }
    key.add_settings(session.config_options());
    Ok((!given.is_empty()).then(|| key.finish()))
}
