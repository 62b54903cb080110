//! Functions of names: their words, and how alike two are.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListBuilder, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::registry::{Argument, FunctionDoc, Kind, Returns};

pub(crate) const SPLIT_IDENTIFIER: FunctionDoc = FunctionDoc {
    name: "split_identifier",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("name", "VARCHAR")],
    returns: Returns::Value("VARCHAR[]"),
    description: "The words of a name, in their own letter case. Words end at signs (_ - . $ ::), before a capital \
                  after a small letter or digit, and before the last capital of several when a small letter follows: \
                  HTTPServer is HTTP, Server. Digits stay with the word before them; a plural s stays with its \
                  acronym (URLs).",
    complexity: None,
    source: None,
    example: "split_identifier('parseHTTPServer_v2')",
};

pub(crate) const NAME_SIMILARITY: FunctionDoc = FunctionDoc {
    name: "name_similarity",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("a", "VARCHAR"), Argument::sql("b", "VARCHAR")],
    returns: Returns::Value("DOUBLE"),
    description: "How alike two names are, from 0 to 1: the Jaro-Winkler similarity of their words in lower case, so \
                  that readFile and read_file are 1.",
    complexity: None,
    source: None,
    example: "name_similarity('readFile', 'read_files')",
};

/// The words of a name; see the function's description.
pub fn split_identifier(name: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = name.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let mut words = Vec::new();
    let mut start = None;
    for (i, &(offset, c)) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if let Some(start) = start.take() {
                words.push(&name[start..offset]);
            }
            continue;
        }
        let Some(begun) = start else {
            start = Some(offset);
            continue;
        };
        let before = at(i - 1).unwrap_or(c);
        let after = at(i + 1);
        let hump = c.is_uppercase() && !before.is_uppercase();
        // The `S` of `HTTPServer`; not the `L` of `URLs`.
        let last_capital = c.is_uppercase()
            && before.is_uppercase()
            && after.is_some_and(char::is_lowercase)
            && !(after == Some('s') && at(i + 2).is_none_or(|next| !next.is_lowercase()));
        if hump || last_capital {
            words.push(&name[begun..offset]);
            start = Some(offset);
        }
    }
    if let Some(start) = start {
        words.push(&name[start..]);
    }
    words
}

/// How alike two names are, from 0 to 1; see the function's description.
///
/// W. E. Winkler, String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of
/// Record Linkage, 1990.
pub fn name_similarity(a: &str, b: &str) -> f64 {
    let words = |name: &str| split_identifier(name).join("_").to_lowercase();
    strsim::jaro_winkler(&words(a), &words(b))
}

pub(crate) fn make_split_identifier(doc: &'static FunctionDoc, _: &Arc<Lookup>) -> ScalarUDF {
    let item = Arc::new(Field::new("item", DataType::Utf8View, true));
    NameFunction::make(doc, 1, DataType::List(item), |names| {
        let names = names[0].as_string_view();
        let mut lists = ListBuilder::new(StringViewBuilder::new());
        for name in names {
            for word in name.map(split_identifier).unwrap_or_default() {
                lists.values().append_value(word);
            }
            lists.append(name.is_some());
        }
        Arc::new(lists.finish())
    })
}

pub(crate) fn make_name_similarity(doc: &'static FunctionDoc, _: &Arc<Lookup>) -> ScalarUDF {
    NameFunction::make(doc, 2, DataType::Float64, |names| {
        let pairs = names[0].as_string_view().iter().zip(names[1].as_string_view());
        Arc::new(pairs.map(|(a, b)| Some(name_similarity(a?, b?))).collect::<Float64Array>())
    })
}

/// A function of text columns alone.
#[derive(Debug)]
struct NameFunction {
    name: &'static str,
    signature: Signature,
    returns: DataType,
    /// From `Utf8View` columns of equal length.
    evaluate: fn(&[ArrayRef]) -> ArrayRef,
}

impl NameFunction {
    fn make(
        doc: &'static FunctionDoc,
        arguments: usize,
        returns: DataType,
        evaluate: fn(&[ArrayRef]) -> ArrayRef,
    ) -> ScalarUDF {
        let signature = Signature::string(arguments, Volatility::Immutable);
        ScalarUDF::new_from_impl(NameFunction { name: doc.name, signature, returns, evaluate })
    }
}

impl PartialEq for NameFunction {
    fn eq(&self, other: &NameFunction) -> bool {
        self.name == other.name
    }
}

impl Eq for NameFunction {}

impl Hash for NameFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for NameFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let names = ColumnarValue::values_to_arrays(&args.args)?
            .iter()
            .map(|column| cast(column, &DataType::Utf8View))
            .collect::<Result<Vec<ArrayRef>, _>>()?;
        let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let result = (self.evaluate)(&names);
        if constant && result.len() == 1 {
            return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let split = |name| split_identifier(name).join(" ");
        assert_eq!(split("readFile"), "read File");
        assert_eq!(split("read_file"), "read file");
        assert_eq!(split("HTTPServer"), "HTTP Server");
        assert_eq!(split("parseHTTPServer_v2"), "parse HTTP Server v2");
        assert_eq!(split("utf8ToUTF16"), "utf8 To UTF16");
        assert_eq!(split("MAX_RETRY_COUNT"), "MAX RETRY COUNT");
        assert_eq!(split("openURLs"), "open URLs");
        assert_eq!(split("IDs"), "IDs");
        assert_eq!(split("ABetter"), "A Better");
        assert_eq!(split("std::fs::read_to_string"), "std fs read to string");
        assert_eq!(split("$el.__proto__"), "el proto");
        assert_eq!(split("größeÄndern"), "größe Ändern");
        assert_eq!(split(""), "");
        assert_eq!(split("___"), "");
    }

    #[test]
    fn style_is_no_difference() {
        assert_eq!(name_similarity("readFile", "read_file"), 1.0);
        assert_eq!(name_similarity("HTTPServer", "http_server"), 1.0);
        let near = name_similarity("readFile", "readFiles");
        let far = name_similarity("readFile", "closeSocket");
        assert!(near > 0.95 && far < 0.6, "{near} {far}");
    }
}
