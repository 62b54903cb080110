//! Findings as rows of the table `findings`.

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, Int64Builder, ListBuilder, RecordBatch,
    StringArray,
};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::error::ArrowError;
use std::collections::BTreeSet;
use std::sync::Arc;
use stoa_model::findings_schema;
use stoa_session::Session;

use super::error::ScanError;
use super::finding::{Finding, Place};
use super::nodes::arrow;
use super::run::Scan;

/// The rows of a scan.
pub fn rows(scan: &Scan) -> Result<RecordBatch, ArrowError> {
    let findings = &scan.findings;
    let texts = |text: fn(&Finding) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(findings.iter().map(text)))
    };
    let places = |number: fn(&Place) -> u32| -> ArrayRef {
        let numbers =
            findings.iter().map(|finding| i32::try_from(number(&finding.place)).unwrap_or(i32::MAX));
        Arc::new(Int32Array::from_iter_values(numbers))
    };
    let maybe = |text: fn(&Finding) -> Option<&str>| -> ArrayRef {
        Arc::new(findings.iter().map(text).collect::<StringArray>())
    };
    let (mut cwe, mut traces) =
        (ListBuilder::new(Int64Builder::new()), ListBuilder::new(Int64Builder::new()));
    for finding in findings {
        cwe.append_value(finding.rule.cwe.iter().map(|&number| Some(i64::from(number))));
        traces.append_value(finding.trace.iter().map(|step| Some(step.node)));
    }
    RecordBatch::try_new(
        findings_schema(),
        vec![
            texts(|finding| &finding.rule.id),
            texts(|finding| finding.rule.severity.as_str()),
            Arc::new(cwe.finish()),
            Arc::new(Int64Array::from_iter_values(findings.iter().map(|finding| finding.node))),
            texts(|finding| &finding.place.path),
            places(|place| place.line),
            places(|place| place.column),
            places(|place| place.end_line),
            places(|place| place.end_column),
            maybe(|finding| finding.method.as_deref()),
            texts(|finding| &finding.message),
            Arc::new(traces.finish()),
            texts(|finding| &finding.fingerprint),
            maybe(|finding| finding.ignored.as_deref()),
            Arc::new(Int64Array::from_value(scan.snapshot as i64, findings.len())),
        ],
    )
}

/// Puts the findings of a scan into the store, for the snapshot that was scanned. Where not all rules were asked for, what
/// the others found before stays.
pub async fn keep(session: &Session, scan: &Scan, all_rules: bool) -> Result<(), ScanError> {
    let failed = |error: stoa_store::StoreError| ScanError::Session(error.into());
    let snapshot = session.snapshot();
    let mut rows = rows(scan).map_err(arrow)?;
    if !all_rules && let Some(old) = session.store().read_findings(&snapshot).await.map_err(failed)? {
        let run: BTreeSet<&str> = scan.rules.iter().map(|rule| rule.id.as_str()).collect();
        let rules = old.column(0).as_string::<i32>();
        let others: BooleanArray =
            rules.iter().map(|rule| Some(rule.is_none_or(|id| !run.contains(id)))).collect();
        let others = filter_record_batch(&old, &others).map_err(arrow)?;
        rows = concat_batches(&findings_schema(), [&others, &rows]).map_err(arrow)?;
    }
    session.store().write_findings(&snapshot, &rows).await.map_err(failed)
}
