//! An answer as rows.

use arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::{Result, exec_err};
use std::sync::Arc;
use stoa_flow::{Answer, Flow};

use super::docs::{CONSTANTS, CUTS, EXPLAIN, TAINT, TRACE};

/// The rows that a function gives of an answer. `wanted` is the flow that is to be explained.
pub(super) fn rows(
    function: &str,
    answer: &Answer,
    wanted: Option<usize>,
    schema: SchemaRef,
) -> Result<RecordBatch> {
    let flows = &answer.flows;
    let columns = match function {
        name if name == TAINT.name => vec![
            longs((1..=flows.len()).map(|number| number as i64)),
            texts(flows.iter().map(|flow| flow.kind.as_str())),
            longs(flows.iter().map(|flow| flow.source)),
            texts(flows.iter().map(|flow| flow.source_kind.as_str())),
            longs(flows.iter().map(|flow| flow.sink)),
            longs(flows.iter().map(|flow| i64::from(flow.sink_argument))),
            paths(flows),
            roles(flows),
            confidences(flows),
        ],
        name if name == TRACE.name => vec![
            longs(flows.iter().map(|flow| flow.source)),
            longs(flows.iter().map(|flow| flow.sink)),
            longs(flows.iter().map(|flow| i64::from(flow.sink_argument))),
            longs(flows.iter().map(|flow| flow.path.len().saturating_sub(1) as i64)),
            paths(flows),
            roles(flows),
            confidences(flows),
        ],
        name if name == EXPLAIN.name => {
            // Without flows there is nothing to explain; a number beyond them is a mistake.
            let flow = wanted.and_then(|number| flows.get(number.checked_sub(1)?));
            if flow.is_none() && !flows.is_empty() {
                return exec_err!(
                    "there is no flow {}; taint() gives {}",
                    wanted.unwrap_or_default(),
                    flows.len()
                );
            }
            let path = flow.map_or(&[][..], |flow| flow.path.as_slice());
            vec![
                longs((1..=path.len()).map(|number| number as i64)),
                texts(path.iter().map(|step| step.role.as_str())),
                longs(path.iter().map(|step| step.node)),
            ]
        }
        name if name == CONSTANTS.name => vec![
            longs(answer.constants.iter().map(|constant| constant.call)),
            longs(answer.constants.iter().map(|constant| i64::from(constant.index))),
            longs(answer.constants.iter().map(|constant| constant.argument)),
            texts(answer.constants.iter().map(|constant| constant.value.as_str())),
        ],
        name => {
            debug_assert_eq!(name, CUTS.name);
            vec![
                longs(answer.cuts.iter().map(|cut| cut.method)),
                texts(answer.cuts.iter().map(|cut| cut.reason.as_str())),
            ]
        }
    };
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn longs(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    // Steps of paths come without a count, which `from_iter_values` wants.
    Arc::new(values.map(Some).collect::<StringArray>())
}

fn confidences(flows: &[Flow]) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(flows.iter().map(|flow| f64::from(flow.confidence))))
}

fn offsets(flows: &[Flow]) -> OffsetBuffer<i32> {
    OffsetBuffer::from_lengths(flows.iter().map(|flow| flow.path.len()))
}

fn paths(flows: &[Flow]) -> ArrayRef {
    let nodes = longs(flows.iter().flat_map(|flow| flow.path.iter().map(|step| step.node)));
    let field = Arc::new(Field::new_list_field(DataType::Int64, false));
    Arc::new(ListArray::new(field, offsets(flows), nodes, None))
}

fn roles(flows: &[Flow]) -> ArrayRef {
    let roles = texts(flows.iter().flat_map(|flow| flow.path.iter().map(|step| step.role.as_str())));
    let field = Arc::new(Field::new_list_field(DataType::Utf8, false));
    Arc::new(ListArray::new(field, offsets(flows), roles, None))
}
