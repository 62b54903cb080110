//! From the arguments of a call, as they are written, to plans and expressions by name.

use arrow::datatypes::DataType;
use datafusion::common::{Column as ColumnName, DFSchema, Result, ScalarValue, TableReference, plan_err};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast, col, lit};
use datafusion::sql::sqlparser::ast::{
    Array, Expr as SqlExpr, FunctionArg, FunctionArgExpr, Ident, Query, TableFactor, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use std::sync::Arc;
use stoa_model::EdgeKind;
use stoa_session::FunctionTables;

use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc};

/// A call whose arguments are known.
pub(crate) struct Bound {
    /// The arguments that are queries, by their place in the description.
    pub inputs: Vec<(usize, LogicalPlan)>,
    /// The arguments that are values, by their place in the description.
    pub values: Vec<(usize, Expr)>,
}

/// Binds the arguments of a call: those without a name come first, in the order of the description.
pub(crate) fn bind(
    function: &'static FunctionDoc,
    arguments: Vec<FunctionArg>,
    context: &mut dyn RelationPlannerContext,
) -> Result<Bound> {
    let name = function.name;
    let described = function.arguments;
    let mut given: Vec<Option<SqlExpr>> = vec![None; described.len()];
    let mut positional = 0;
    for argument in arguments {
        let (place, value) = match argument {
            FunctionArg::Unnamed(value) => {
                if given.iter().skip(positional).any(Option::is_some) {
                    return plan_err!("{name}: arguments without a name come before those with one");
                }
                positional += 1;
                if positional > described.len() {
                    return plan_err!("{name} takes {} arguments: {}", described.len(), names(described));
                }
                (positional - 1, value)
            }
            FunctionArg::Named { name: ident, arg, .. } => (place(function, &ident, context)?, arg),
            FunctionArg::ExprNamed { name: SqlExpr::Identifier(ident), arg, .. } => {
                (place(function, &ident, context)?, arg)
            }
            other => return plan_err!("{name}: {other} is not an argument; write name => value"),
        };
        let FunctionArgExpr::Expr(value) = value else {
            return plan_err!("{name}: * is not a value; write a subquery in brackets");
        };
        if given[place].replace(value).is_some() {
            return plan_err!("{name}: {} is given twice", described[place].name);
        }
    }

    let mut bound = Bound { inputs: Vec::new(), values: Vec::new() };
    for (place, (argument, value)) in described.iter().zip(given).enumerate() {
        let value = value.filter(|value| !matches!(value, SqlExpr::Value(v) if v.value == Value::Null));
        let Some(value) = value else {
            if argument.default == Default::Required {
                return plan_err!("{name} needs {}: {}", argument.name, argument.description);
            }
            continue;
        };
        let at =
            |error: datafusion::error::DataFusionError| error.context(format!("{name}: {}", argument.name));
        match argument.type_ {
            ArgumentType::Edges { weighted } => {
                let plan = match query(value) {
                    Ok(query) => edges_of_query(planned(query, context)?, weighted),
                    Err(value) => match text(&value) {
                        Some(kinds) => edges_of_kinds(name, &kinds, context),
                        None => plan_err!("write 'KIND', 'KIND,KIND' or (SELECT src, dst …), not {value}"),
                    },
                };
                bound.inputs.push((place, plan.map_err(at)?));
            }
            ArgumentType::Nodes => {
                let plan = match query(value) {
                    Ok(query) => nodes_of_query(planned(query, context)?),
                    Err(value) => nodes_of_values(value, context),
                };
                bound.inputs.push((place, plan.map_err(at)?));
            }
            ArgumentType::Endpoints => {
                let plan = match query(value) {
                    Ok(query) => endpoints_of_query(planned(query, context)?),
                    Err(value) => nodes_of_values(value, context),
                };
                bound.inputs.push((place, plan.map_err(at)?));
            }
            ArgumentType::Rows(columns) => {
                let plan = match query(value) {
                    Ok(query) => rows_of_query(planned(query, context)?, columns),
                    Err(value) => plan_err!("write (SELECT {} …), not {value}", names_of(columns)),
                };
                bound.inputs.push((place, plan.map_err(at)?));
            }
            ArgumentType::Count | ArgumentType::Number | ArgumentType::Flag | ArgumentType::Word(_) => {
                let value = context.sql_to_expr(value, &DFSchema::empty()).map_err(at)?;
                bound.values.push((place, value));
            }
            ArgumentType::Sql(_) => return plan_err!("{name} is not a table function"),
        }
    }
    Ok(bound)
}

fn names(arguments: &[Argument]) -> String {
    arguments.iter().map(|argument| argument.name).collect::<Vec<_>>().join(", ")
}

fn names_of(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

fn place(
    function: &'static FunctionDoc,
    ident: &Ident,
    context: &dyn RelationPlannerContext,
) -> Result<usize> {
    let wanted = context.normalize_ident(ident.clone());
    match function.arguments.iter().position(|argument| argument.name == wanted) {
        Some(place) => Ok(place),
        None => {
            plan_err!("{} has no argument {wanted}; it takes {}", function.name, names(function.arguments))
        }
    }
}

/// The query of an argument that is one.
#[allow(clippy::result_large_err)] // What is no query is given back as it is.
fn query(value: SqlExpr) -> std::result::Result<Box<Query>, SqlExpr> {
    match value {
        SqlExpr::Subquery(query) => Ok(query),
        SqlExpr::Nested(inner) if matches!(*inner, SqlExpr::Subquery(_) | SqlExpr::Nested(_)) => {
            query(*inner)
        }
        other => values(&other).ok_or(other),
    }
}

/// `(VALUES (1, 2), (2, 3))`: where an expression is expected, the parser takes it for a call of VALUES and more rows.
fn values(value: &SqlExpr) -> Option<Box<Query>> {
    let rows = match value {
        SqlExpr::Tuple(rows) => rows.as_slice(),
        SqlExpr::Nested(row) => std::slice::from_ref(&**row),
        _ => return None,
    };
    let (SqlExpr::Function(first), others) = rows.split_first()? else { return None };
    if !first.name.to_string().eq_ignore_ascii_case("VALUES") {
        return None;
    }
    let mut text = format!("SELECT * FROM ({first}");
    for row in others {
        text.push_str(&format!(", {row}"));
    }
    text.push(')');
    Parser::new(&GenericDialect {}).try_with_sql(&text).ok()?.parse_query().ok()
}

fn text(value: &SqlExpr) -> Option<String> {
    match value {
        SqlExpr::Value(value) => value.value.clone().into_string(),
        _ => None,
    }
}

fn planned(query: Box<Query>, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    context.plan(TableFactor::Derived { lateral: false, subquery: query, alias: None, sample: None })
}

/// The places of `wanted` in a plan: by their names, or by their order if no name is right.
fn columns(plan: &LogicalPlan, wanted: &[(&str, bool)]) -> Result<Vec<Option<Expr>>> {
    let schema = plan.schema();
    let at = |place: usize| Expr::Column(ColumnName::from(schema.qualified_field(place)));
    let named: Vec<Option<Expr>> = wanted
        .iter()
        .map(|(name, _)| (0..schema.fields().len()).find(|place| schema.field(*place).name() == name).map(at))
        .collect();
    for (name, _) in wanted {
        if schema.fields().iter().filter(|field| field.name() == name).count() > 1 {
            return plan_err!("the query gives several columns called {name}");
        }
    }
    let complete = wanted.iter().zip(&named).all(|((_, required), found)| found.is_some() || !required);
    if complete {
        return Ok(named);
    }
    let required = wanted.iter().filter(|(_, required)| *required).count();
    let count = schema.fields().len();
    if named.iter().all(Option::is_none) && (required..=wanted.len()).contains(&count) {
        return Ok((0..wanted.len()).map(|place| (place < count).then(|| at(place))).collect());
    }
    let wanted: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    plan_err!("the query gives {}; it must give {}", found.join(", "), wanted.join(", "))
}

fn as_type(expression: Expr, plan: &LogicalPlan, wanted: &DataType, name: &str) -> Result<Expr> {
    let found = expression.get_type(plan.schema())?;
    let fits = match wanted {
        DataType::Int64 => found.is_integer() || found == DataType::Null,
        DataType::Float64 => found.is_numeric() || found == DataType::Null,
        _ => true,
    };
    if !fits {
        return plan_err!("{name} must be {wanted}, and is {found}");
    }
    Ok(if found == *wanted { expression.alias(name) } else { cast(expression, wanted.clone()).alias(name) })
}

fn edges_of_query(plan: LogicalPlan, weighted: bool) -> Result<LogicalPlan> {
    let mut found = columns(&plan, &[("src", true), ("dst", true), ("weight", false)])?.into_iter();
    let unnamed = found.as_slice().last().is_some_and(Option::is_none);
    if weighted && unnamed && plan.schema().fields().len() == 3 {
        return plan_err!("the third column must be called weight, or be left out");
    }
    let mut outputs = Vec::with_capacity(3);
    for name in ["src", "dst"] {
        let column = found.next().flatten().unwrap_or_else(|| lit(ScalarValue::Null));
        outputs.push(as_type(column, &plan, &DataType::Int64, name)?);
    }
    if let (true, Some(weight)) = (weighted, found.next().flatten()) {
        outputs.push(as_type(weight, &plan, &DataType::Float64, "weight")?);
    }
    LogicalPlanBuilder::from(plan).project(outputs)?.build()
}

fn nodes_of_query(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut found = columns(&plan, &[("id", true)])?;
    let id = found.pop().flatten().unwrap_or_else(|| lit(ScalarValue::Null));
    let id = as_type(id, &plan, &DataType::Int64, "id")?;
    LogicalPlanBuilder::from(plan).project([id])?.build()
}

fn endpoints_of_query(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut found = columns(&plan, &[("id", true), ("kind", false)])?.into_iter();
    let id = found.next().flatten().unwrap_or_else(|| lit(ScalarValue::Null));
    let mut outputs = vec![as_type(id, &plan, &DataType::Int64, "id")?];
    if let Some(kind) = found.next().flatten() {
        outputs.push(as_type(kind, &plan, &DataType::Utf8, "kind")?);
    }
    LogicalPlanBuilder::from(plan).project(outputs)?.build()
}

fn nodes_of_values(value: SqlExpr, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let values = match value {
        SqlExpr::Array(Array { elem, .. }) => elem,
        value => vec![value],
    };
    let mut rows = Vec::with_capacity(values.len());
    for value in values {
        let written = value.to_string();
        let value = context.sql_to_expr(value, &DFSchema::empty())?;
        let found = value.get_type(&DFSchema::empty())?;
        if !(found.is_integer() || found == DataType::Null) {
            return plan_err!("{written} is not a node: write an id, [id, …] or (SELECT id …)");
        }
        rows.push(vec![cast(value, DataType::Int64)]);
    }
    if rows.is_empty() {
        return LogicalPlanBuilder::values(vec![vec![lit(0i64)]])?
            .project([col("column1").alias("id")])?
            .filter(lit(false))?
            .build();
    }
    LogicalPlanBuilder::values(rows)?.project([col("column1").alias("id")])?.build()
}

fn rows_of_query(plan: LogicalPlan, wanted: &[Column]) -> Result<LogicalPlan> {
    let names: Vec<(&str, bool)> = wanted.iter().map(|column| (column.name, true)).collect();
    let found = columns(&plan, &names)?;
    let mut outputs = Vec::with_capacity(wanted.len());
    for (column, found) in wanted.iter().zip(found) {
        let found = found.unwrap_or_else(|| lit(ScalarValue::Null));
        outputs.push(as_type(found, &plan, &data_type(column.type_), column.name)?);
    }
    LogicalPlanBuilder::from(plan).project(outputs)?.build()
}

/// How a column is held.
pub(crate) fn data_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Flag => DataType::Boolean,
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integers => DataType::new_list(DataType::Int64, false),
        ColumnType::Texts => DataType::new_list(DataType::Utf8, false),
    }
}

/// The edges of some kinds. `CALL` is the call graph: a call's edge starts at the call, and is taken from the method
/// around it, so that what comes out of it is about methods.
fn edges_of_kinds(
    function: &str,
    text: &str,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let mut kinds = Vec::new();
    for word in text.split(',').map(|word| word.trim().to_ascii_uppercase()) {
        match EdgeKind::parse(&word) {
            Some(kind) => kinds.push(kind),
            None => {
                let known: Vec<&str> = EdgeKind::ALL.iter().map(|kind| kind.as_str()).collect();
                return plan_err!("no edges are of the kind '{word}'; there are {}", known.join(", "));
            }
        }
    }
    let source = context.context_provider().get_table_source(TableReference::bare(function.to_owned()))?;
    let provider = source_as_provider(&source)?;
    let Some(tables) = provider.downcast_ref::<FunctionTables>() else {
        return plan_err!("there is a table {function}; kinds of edges cannot be looked up beside it");
    };
    let scan = |name: &str| match tables.table(name) {
        Some(table) => {
            let source = Arc::new(datafusion::datasource::DefaultTableSource::new(table));
            LogicalPlanBuilder::scan(name, source, None)
        }
        None => plan_err!("the store has no table {name}"),
    };
    let ends = || [col("edges.src").alias("src"), col("edges.dst").alias("dst")];
    let (calls, plain): (Vec<EdgeKind>, Vec<EdgeKind>) =
        kinds.into_iter().partition(|kind| *kind == EdgeKind::Call);
    let mut plan: Option<LogicalPlanBuilder> = None;
    if !plain.is_empty() {
        let kinds = plain.iter().map(|kind| lit(kind.as_str())).collect();
        plan = Some(scan("edges")?.filter(col("edges.kind").in_list(kinds, false))?.project(ends())?);
    }
    if !calls.is_empty() {
        let edges =
            scan("edges")?.filter(col("edges.kind").eq(lit(EdgeKind::Call.as_str())))?.project(ends())?;
        // A thrown class makes an instance of itself.
        let calling = vec![lit("CALL"), lit("CONTROL_STRUCTURE")];
        let nodes = scan("nodes")?
            .filter(col("nodes.kind").in_list(calling, false))?
            .filter(col("nodes.method_id").is_not_null())?
            .project([col("nodes.id").alias("call"), col("nodes.method_id").alias("caller")])?
            .build()?;
        let by_method = edges
            .join(nodes, datafusion::common::JoinType::Inner, (vec!["src"], vec!["call"]), None)?
            .project([col("caller").alias("src"), col("dst")])?;
        plan = Some(match plan {
            Some(plain) => plain.union(by_method.build()?)?,
            None => by_method,
        });
    }
    match plan {
        Some(plan) => plan.build(),
        None => plan_err!("no kind of edges is named"),
    }
}
