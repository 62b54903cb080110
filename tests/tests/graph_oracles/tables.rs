//! The Parquet files, as graphs and maps.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use stoa_graph::{Csr, EdgeColumns};

/// A path that is expected.
#[derive(Clone, Debug)]
pub struct ExpectedPath {
    pub nodes: Vec<i64>,
    pub cost: f64,
    /// The depth or the number of paths that was asked for.
    pub bound: Option<i32>,
}

/// One graph and all that is known of it, by function.
#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    pub plain: Csr,
    /// The same with its weights, if it has any.
    pub weighted: Option<Csr>,
    pub graph_values: BTreeMap<String, f64>,
    pub errors: BTreeMap<String, String>,
    pub node_values: BTreeMap<String, BTreeMap<i64, f64>>,
    /// Values that are nodes.
    pub node_others: BTreeMap<String, BTreeMap<i64, i64>>,
    pub edge_values: BTreeMap<String, BTreeMap<(i64, i64), f64>>,
    /// By function and source.
    pub distances: BTreeMap<(String, i64), BTreeMap<i64, f64>>,
    /// By function, source and target.
    pub paths: BTreeMap<(String, i64, i64), Vec<ExpectedPath>>,
    pub similarities: BTreeMap<String, BTreeMap<(i64, i64), f64>>,
}

/// Every graph, read once.
pub fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(read)
}

fn table(name: &str) -> Vec<RecordBatch> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/networkx").join(name);
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}

/// Columns of a batch by name, row by row.
struct Rows<'a>(&'a RecordBatch);

impl Rows<'_> {
    fn column(&self, name: &str) -> &dyn Array {
        self.0.column_by_name(name).unwrap_or_else(|| panic!("there is no column {name}")).as_ref()
    }

    fn id(&self, name: &str, row: usize) -> i64 {
        self.column(name).as_primitive::<Int64Type>().value(row)
    }

    fn number(&self, name: &str, row: usize) -> Option<f64> {
        let column = self.column(name).as_primitive::<Float64Type>();
        column.is_valid(row).then(|| column.value(row))
    }

    fn graph(&self, row: usize) -> usize {
        self.column("graph").as_primitive::<Int32Type>().value(row) as usize
    }

    fn text(&self, name: &str, row: usize) -> Option<String> {
        let column = self.column(name).as_string::<i32>();
        column.is_valid(row).then(|| column.value(row).to_owned())
    }

    fn function(&self, row: usize) -> String {
        self.text("function", row).unwrap()
    }
}

fn each_row(name: &str, mut visit: impl FnMut(&Rows<'_>, usize)) {
    for batch in table(name) {
        let rows = Rows(&batch);
        (0..batch.num_rows()).for_each(|row| visit(&rows, row));
    }
}

#[derive(Default)]
struct Columns {
    nodes: Vec<i64>,
    src: Vec<i64>,
    dst: Vec<i64>,
    weights: Vec<f64>,
}

fn read() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut has_weights = Vec::new();
    each_row("cases.parquet", |rows, row| {
        cases.push(Case { name: rows.text("name", row).unwrap(), ..Case::default() });
        has_weights.push(rows.column("weighted").as_boolean().value(row));
    });
    let mut columns: Vec<Columns> = cases.iter().map(|_| Columns::default()).collect();
    each_row("nodes.parquet", |rows, row| columns[rows.graph(row)].nodes.push(rows.id("node", row)));
    each_row("graphs.parquet", |rows, row| {
        let columns = &mut columns[rows.graph(row)];
        columns.src.push(rows.id("src", row));
        columns.dst.push(rows.id("dst", row));
        columns.weights.extend(rows.number("weight", row));
    });
    for ((case, columns), weighted) in cases.iter_mut().zip(&columns).zip(has_weights) {
        let edges = EdgeColumns { src: &columns.src, dst: &columns.dst, weights: None };
        case.plain = Csr::new(&[edges], &columns.nodes).unwrap();
        if weighted {
            let edges = EdgeColumns { weights: Some(&columns.weights), ..edges };
            case.weighted = Some(Csr::new(&[edges], &columns.nodes).unwrap());
        }
    }
    read_values(&mut cases);
    read_paths(&mut cases);
    cases
}

fn read_values(cases: &mut [Case]) {
    each_row("graph_values.parquet", |rows, row| {
        let case = &mut cases[rows.graph(row)];
        if let Some(value) = rows.number("value", row) {
            case.graph_values.insert(rows.function(row), value);
        }
        if let Some(error) = rows.text("error", row) {
            case.errors.insert(rows.function(row), error);
        }
    });
    each_row("node_values.parquet", |rows, row| {
        let (case, function, node) = (&mut cases[rows.graph(row)], rows.function(row), rows.id("node", row));
        match rows.number("value", row) {
            Some(value) => drop(case.node_values.entry(function).or_default().insert(node, value)),
            None => {
                let other = rows.id("other", row);
                case.node_others.entry(function).or_default().insert(node, other);
            }
        }
    });
    each_row("edge_values.parquet", |rows, row| {
        let of = cases[rows.graph(row)].edge_values.entry(rows.function(row)).or_default();
        of.insert((rows.id("src", row), rows.id("dst", row)), rows.number("value", row).unwrap());
    });
    each_row("similarities.parquet", |rows, row| {
        let of = cases[rows.graph(row)].similarities.entry(rows.function(row)).or_default();
        of.insert((rows.id("node", row), rows.id("other", row)), rows.number("value", row).unwrap());
    });
}

fn read_paths(cases: &mut [Case]) {
    each_row("distances.parquet", |rows, row| {
        let of = (rows.function(row), rows.id("source", row));
        let distances = cases[rows.graph(row)].distances.entry(of).or_default();
        distances.insert(rows.id("node", row), rows.number("value", row).unwrap());
    });
    each_row("paths.parquet", |rows, row| {
        let of = (rows.function(row), rows.id("source", row), rows.id("target", row));
        let nodes = rows.column("path").as_list::<i32>().value(row);
        let bound = rows.column("bound").as_primitive::<Int32Type>();
        cases[rows.graph(row)].paths.entry(of).or_default().push(ExpectedPath {
            nodes: nodes.as_primitive::<Int64Type>().values().to_vec(),
            cost: rows.number("cost", row).unwrap(),
            bound: bound.is_valid(row).then(|| bound.value(row)),
        });
    });
}
