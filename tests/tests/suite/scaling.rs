//! `stoa scaling`: the command finds the program that measures and becomes it, and what that writes.

use arrow::array::AsArray;
use arrow::datatypes::{Float64Type, UInt64Type};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Output;
use stoa_datasets::generators::Family;
use stoa_datasets::scaling::{self, Options};

use crate::stoa;

/// `stoa scaling` with a program on the PATH that does this.
fn with_program(script: Option<&str>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    if let Some(script) = script {
        let program = folder.path().join("stoa-datasets");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    stoa::stoa(["scaling", "--help", "--sizes", "3k"]).env("PATH", folder.path()).output().unwrap()
}

#[test]
fn the_command_becomes_the_program() {
    let done = with_program(Some("echo \"it was asked: $*\"; exit 7"));
    assert_eq!(done.status.code(), Some(7), "{done:?}");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("it was asked: scaling --help --sizes 3k"), "{said}");
    let killed = with_program(Some("kill -TERM $$"));
    assert_eq!(killed.status.signal(), Some(15), "{killed:?}");
}

#[test]
fn a_missing_program_is_named_with_the_way_to_get_it() {
    let done = with_program(None);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success(), "{said}");
    assert!(said.starts_with("error: stoa-datasets is neither in "), "{said}");
    assert!(said.contains("cargo build"), "{said}");
    assert!(stoa::success(["--help"]).contains("scaling"));
}

fn options(output: &Path, functions: &[&str]) -> Options {
    Options {
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        families: vec![Family::ErdosRenyi, Family::CallGraph],
        sizes: vec![1_000, 4_000],
        runs: 2,
        limit: 60,
        seed: 1,
        output: output.to_owned(),
        no_fit: true,
        confidence: 0.95,
        by_family: false,
    }
}

#[test]
fn every_run_is_a_row() {
    let folder = tempfile::tempdir().unwrap();
    // One linear function; one of which graphs with cycles get an error; one that asks where to start.
    let functions = ["strongly_connected_components", "topological_sort", "reachable"];
    scaling::run(&options(folder.path(), &functions)).unwrap();
    let file = std::fs::File::open(folder.path().join("measurements.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let batches: Vec<_> = reader.build().unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(batches.len(), 1);
    let rows = &batches[0];
    // The functions and the building of the graph, on two graphs of two families, twice.
    assert_eq!(rows.num_rows(), 4 * 2 * 2 * 2);
    let column = |name: &str| rows.column_by_name(name).unwrap_or_else(|| panic!("{name}"));
    let number = |name: &str, row: usize| column(name).as_primitive::<Float64Type>().value(row);
    let count = |name: &str, row: usize| column(name).as_primitive::<UInt64Type>().value(row);
    for row in 0..rows.num_rows() {
        let function = column("function").as_string::<i32>().value(row);
        let sql = column("sql").as_string::<i32>().value(row);
        let size = count("size", row);
        assert_eq!(size, count("nodes", row) + count("edges", row));
        assert!((900..1_100).contains(&size) || (3_600..4_400).contains(&size), "{size}");
        assert!(number("seconds", row) > 0.0 && number("fixed_seconds", row) > 0.0, "{function}");
        assert!(number("algorithm_seconds", row) <= number("seconds", row) || function.starts_with('('));
        assert_eq!(number("stated_exponent", row), 1.0, "{function}");
        assert!(number("limit", row) <= 1.25 + 1e-9, "{function}");
        assert_eq!(column("acyclic").as_boolean().value(row), function == "topological_sort");
        assert_eq!(sql.contains("src < dst"), function == "topological_sort");
        if function == "strongly_connected_components" {
            assert_eq!(count("rows", row), count("nodes", row));
        }
    }
}

#[test]
fn unknown_functions_are_answered_with_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let error = scaling::run(&options(folder.path(), &["page_rank"])).unwrap_err().to_string();
    assert!(error.contains("page_rank") && error.contains("pagerank"), "{error}");
}
