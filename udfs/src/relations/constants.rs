//! Arguments that are values: they must be constant, and of the type that the function says.

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Schema};
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr, cast};
use datafusion::physical_planner::PhysicalPlanner;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::registry::{Argument, ArgumentType, FunctionDoc};

/// Values by the names of their arguments; what is NULL is left out.
pub(crate) type Constants = BTreeMap<&'static str, ScalarValue>;

/// The values of a call: `given` has the place of an argument in the function's description, and its expression.
pub(crate) fn constants<'a>(
    doc: &'static FunctionDoc,
    given: impl Iterator<Item = (usize, &'a Expr)>,
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    planning: &PhysicalPlanningContext,
) -> Result<Constants> {
    let mut values = BTreeMap::new();
    for (place, expression) in given {
        let argument = &doc.arguments[place];
        let value = constant(argument, expression, planner, session, planning)
            .map_err(|error| error.context(format!("{}: {}", doc.name, argument.name)))?;
        if let Some(value) = value {
            values.insert(argument.name, value);
        }
    }
    Ok(values)
}

/// Whole numbers are exact up to here (2^53).
const MOST_COUNT: f64 = 9_007_199_254_740_992.0;

/// The value of an argument that must be constant; nothing for NULL.
fn constant(
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
    let row = RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        Vec::new(),
        &RecordBatchOptions::new().with_row_count(Some(1)),
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
