//! The pre-order position of a node, from its id.

use arrow::array::{Array, ArrayRef, AsArray, Int32Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::{Arc, LazyLock};
use stoa_model::FIRST_BODY;
use stoa_model::ids::local_of;

/// `position(id, declaration_position)`: a body node's position is in its id, a declaration's beside it.
pub(crate) fn position(id: Expr, declaration_position: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::new_from_impl(Position::new())));
    FUNCTION.call(vec![id, declaration_position])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Position {
    signature: Signature,
}

impl Position {
    fn new() -> Self {
        let types = vec![DataType::Int64, DataType::Int32];
        Position { signature: Signature::exact(types, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Position {
    fn name(&self) -> &str {
        "position"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    /// Never NULL: every node has a position.
    fn return_field_from_args(&self, _arguments: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), DataType::Int32, false)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [ids, declared] = arrays.as_slice() else {
            return exec_err!("position takes two arguments, not {}", arrays.len());
        };
        let ids = ids.as_primitive::<Int64Type>().values();
        let declared = declared.as_primitive::<Int32Type>();
        let of_body = |id: i64| local_of(id).wrapping_sub(FIRST_BODY) as i32;
        let positions: Int32Array = match declared.nulls() {
            None => declared.clone(),
            Some(nulls) => ids
                .iter()
                .zip(declared.values())
                .zip(nulls)
                .map(|((&id, &declared), is_declared)| if is_declared { declared } else { of_body(id) })
                .collect::<Vec<i32>>()
                .into(),
        };
        Ok(ColumnarValue::Array(Arc::new(positions) as ArrayRef))
    }
}
