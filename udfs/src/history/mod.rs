//! Table functions over the history of a store: `snapshot_diff(before, after)`.
//!
//! A call becomes a plan over the stored tables of two snapshots, written in SQL ([`snapshot_diff.sql`](./snapshot_diff.sql)):
//! EXPLAIN shows its scans, filters on the answer reach them, and the statement's memory limits hold.

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::common::{Result, ScalarValue, TableReference, internal_err, plan_err};
use datafusion::config::ConfigOptions;
use datafusion::datasource::{DefaultTableSource, source_as_provider};
use datafusion::logical_expr::planner::{
    ContextProvider, ExprPlanner, PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
    TypePlanner,
};
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, LogicalPlanBuilder, ScalarUDF, TableSource, WindowUDF,
};
use datafusion::sql::parser::DFParser;
use datafusion::sql::planner::SqlToRel;
use datafusion::sql::sqlparser::ast::{FunctionArg, FunctionArgExpr, TableFactor};
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa_session::{FunctionTables, History, StoredTables};

use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};
use crate::relations::called;

const DIFF: &str = include_str!("snapshot_diff.sql");

static ARGUMENTS: [Argument; 2] = [
    Argument {
        name: "before",
        type_: ArgumentType::Count,
        default: Default::Required,
        description: "The number of a snapshot.",
    },
    Argument {
        name: "after",
        type_: ArgumentType::Count,
        default: Default::Absent,
        description: "The number of another; left out, the snapshot that the statement sees.",
    },
];

static SNAPSHOT_DIFF: FunctionDoc = FunctionDoc {
    name: "snapshot_diff",
    kind: Kind::Table,
    arguments: &ARGUMENTS,
    returns: Returns::Rows(&[
        Column::new("kind", ColumnType::Text, "method, type, call or finding"),
        Column::new("change", ColumnType::Text, "added, removed or changed"),
        Column::new("path", ColumnType::Text, "the file of the declaration, the call or the finding"),
        Column::new(
            "name",
            ColumnType::Text,
            "the full name of the declaration or of the caller; of a finding: its rule",
        ),
        Column::new("signature", ColumnType::Text, "its signature, in the later snapshot if it is there"),
        Column::new("callee", ColumnType::Text, "of a call: the full name of what it may run"),
        Column::new("line", ColumnType::Integer, "its line, in the later snapshot if it is there"),
        Column::new(
            "what",
            ColumnType::Text,
            "how it changed: text, the signature before, how many calls; of a finding: its message",
        ),
    ]),
    description: "The methods, types, calls and findings of rules that differ between two snapshots. A declaration is the same if \
                  path, full name and signature are; it has changed if its text has, all that stands in it included, or \
                  if its signature has and nothing else of that name came or went in the file. A call is a pair of \
                  caller and callee. A finding is the same if its fingerprint is; a snapshot that was not scanned has none.",
    complexity: Some("O(n + m)"),
    source: Some("a comparison of sets by identity"),
    example: "SELECT change, name FROM snapshot_diff(1, 1) WHERE kind = 'method'",
};

/// The functions over history.
pub(crate) fn functions() -> impl Iterator<Item = &'static FunctionDoc> {
    std::iter::once(&SNAPSHOT_DIFF)
}

/// Plans calls of the functions over history in FROM.
#[derive(Debug)]
pub(crate) struct HistoryRelations;

impl RelationPlanner for HistoryRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let called = called(&relation, context);
        let (Some(true), TableFactor::Table { args: Some(args), alias, .. }) =
            (called.map(|name| name == SNAPSHOT_DIFF.name), &relation)
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let [before, after] = numbers(&args.args, context)?;
        let name = TableReference::bare(SNAPSHOT_DIFF.name);
        let source = context.context_provider().get_table_source(name)?;
        let provider = source_as_provider(&source)?;
        let Some(history) = provider.downcast_ref::<FunctionTables>().and_then(FunctionTables::history)
        else {
            return plan_err!("there is a table {}; its name hides the function", SNAPSHOT_DIFF.name);
        };
        let Some(before) = before else {
            return plan_err!("snapshot_diff needs before: {}", ARGUMENTS[0].description);
        };
        let after = after.unwrap_or(history.current());
        let plan = diff(history, before, after, context.context_provider())?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// The numbers of the two snapshots.
fn numbers(arguments: &[FunctionArg], context: &mut dyn RelationPlannerContext) -> Result<[Option<u64>; 2]> {
    let mut given = [None, None];
    for (at, argument) in arguments.iter().enumerate() {
        let (place, value) = match argument {
            FunctionArg::Unnamed(value) => (at, value),
            FunctionArg::Named { name, arg, .. } => {
                let name = context.normalize_ident(name.clone());
                match ARGUMENTS.iter().position(|argument| argument.name == name) {
                    Some(place) => (place, arg),
                    None => {
                        return plan_err!("snapshot_diff has no argument {name}; it takes before and after");
                    }
                }
            }
            other => return plan_err!("snapshot_diff: {other} is not an argument; write name => value"),
        };
        let FunctionArgExpr::Expr(value) = value else {
            return plan_err!("snapshot_diff: * is not the number of a snapshot");
        };
        let Some(slot) = given.get_mut(place) else {
            return plan_err!("snapshot_diff takes 2 arguments: before, after");
        };
        let value = match context.sql_to_expr(value.clone(), &DFSchema::empty())? {
            Expr::Literal(ScalarValue::Null, _) => continue,
            Expr::Literal(ScalarValue::Int64(Some(number)), _) => u64::try_from(number).ok(),
            Expr::Literal(ScalarValue::UInt64(Some(number)), _) => Some(number),
            _ => None,
        };
        let Some(number) = value else {
            return plan_err!("snapshot_diff: {argument} is not the number of a snapshot");
        };
        if slot.replace(number).is_some() {
            return plan_err!("snapshot_diff: {} is given twice", ARGUMENTS[place].name);
        }
    }
    Ok(given)
}

/// The plan of the difference.
fn diff(history: &History, before: u64, after: u64, outer: &dyn ContextProvider) -> Result<LogicalPlan> {
    let mut tables: BTreeMap<String, Arc<dyn TableSource>> = BTreeMap::new();
    let mut add = |side: &str, stored: StoredTables| {
        for (name, table) in stored {
            tables.insert(format!("{side}_{name}"), source(table));
        }
    };
    add("before", history.tables(before)?);
    add("after", history.tables(after)?);
    let sides = Sides { outer, tables };
    let mut statements = DFParser::parse_sql(DIFF)?;
    let Some(statement) = statements.pop_front() else {
        return internal_err!("the text of snapshot_diff holds no statement");
    };
    let plan = SqlToRel::new(&sides).statement_to_plan(statement)?;
    LogicalPlanBuilder::from(plan).alias(SNAPSHOT_DIFF.name)?.build()
}

fn source(table: Arc<dyn TableProvider>) -> Arc<dyn TableSource> {
    Arc::new(DefaultTableSource::new(table))
}

/// The tables of two snapshots, and the functions of the session.
struct Sides<'a> {
    outer: &'a dyn ContextProvider,
    tables: BTreeMap<String, Arc<dyn TableSource>>,
}

impl ContextProvider for Sides<'_> {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        match self.tables.get(name.table()) {
            Some(table) => Ok(Arc::clone(table)),
            None => internal_err!("snapshot_diff knows no table {name}"),
        }
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.outer.get_expr_planners()
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        self.outer.get_type_planner()
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.outer.get_function_meta(name)
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.outer.get_higher_order_meta(name)
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.outer.get_aggregate_meta(name)
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.outer.get_window_meta(name)
    }

    fn get_variable_type(&self, names: &[String]) -> Option<DataType> {
        self.outer.get_variable_type(names)
    }

    fn options(&self) -> &ConfigOptions {
        self.outer.options()
    }

    fn udf_names(&self) -> Vec<String> {
        self.outer.udf_names()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        self.outer.higher_order_function_names()
    }

    fn udaf_names(&self) -> Vec<String> {
        self.outer.udaf_names()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.outer.udwf_names()
    }
}
