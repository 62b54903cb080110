//! Columns under construction, from symbols and plain numbers.

use arrow::array::{
    ArrayRef, BooleanBufferBuilder, DictionaryArray, Int32Array, PrimitiveArray, StringArray, UInt8Array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, ArrowPrimitiveType, UInt8Type};
use arrow::error::ArrowError;
use std::sync::Arc;

use crate::{Interner, Symbol};

/// A dictionary column over a closed vocabulary: `None` is NULL.
pub(super) fn vocabulary_array(
    texts: impl Iterator<Item = &'static str>,
    keys: impl Iterator<Item = Option<u8>>,
) -> Result<ArrayRef, ArrowError> {
    dictionary(texts, keys.collect())
}

pub(super) fn dictionary(
    texts: impl Iterator<Item = &'static str>,
    keys: UInt8Array,
) -> Result<ArrayRef, ArrowError> {
    let values = StringArray::from_iter_values(texts);
    Ok(Arc::new(DictionaryArray::<UInt8Type>::try_new(keys, Arc::new(values))?))
}

/// A text column of symbols: [`Symbol::NONE`] is NULL.
pub(super) fn symbol_array(
    interner: &Interner,
    symbols: impl ExactSizeIterator<Item = Symbol>,
) -> Result<ArrayRef, ArrowError> {
    let mut texts = Texts::with_capacity(symbols.len());
    texts.extend(interner, symbols);
    texts.finish()
}

pub(super) fn int_array(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(values.map(|v| v as i32)))
}

/// A text column under construction.
pub(super) struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    valid: BooleanBufferBuilder,
}

impl Texts {
    pub(super) fn with_capacity(rows: usize) -> Texts {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Texts { offsets, bytes: Vec::new(), valid: BooleanBufferBuilder::new(rows) }
    }

    /// Adds symbols; [`Symbol::NONE`] is NULL.
    #[inline]
    pub(super) fn extend(&mut self, interner: &Interner, symbols: impl Iterator<Item = Symbol>) {
        for symbol in symbols {
            self.bytes.extend_from_slice(interner.get(symbol).as_bytes());
            self.offsets.push(self.bytes.len() as i32);
            self.valid.append(symbol.is_some());
        }
    }

    pub(super) fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let nulls = NullBuffer::new(self.valid.finish());
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        Ok(Arc::new(StringArray::try_new(offsets, Buffer::from_vec(self.bytes), nulls)?))
    }
}

/// A number column with NULLs under construction.
pub(super) struct Numbers<T> {
    values: Vec<T>,
    valid: BooleanBufferBuilder,
}

impl<T: Default + ArrowNativeType> Numbers<T> {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Numbers { values: Vec::with_capacity(rows), valid: BooleanBufferBuilder::new(rows) }
    }

    #[inline]
    pub(super) fn extend(&mut self, values: impl Iterator<Item = Option<T>>) {
        for value in values {
            self.valid.append(value.is_some());
            self.values.push(value.unwrap_or_default());
        }
    }

    pub(super) fn finish<P: ArrowPrimitiveType<Native = T>>(mut self) -> PrimitiveArray<P> {
        let nulls = NullBuffer::new(self.valid.finish());
        PrimitiveArray::new(self.values.into(), (nulls.null_count() > 0).then_some(nulls))
    }
}
