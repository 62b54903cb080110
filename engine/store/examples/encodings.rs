//! Measures how the columns of `nodes` and `edges` are best written: bytes and nanoseconds a row of every
//! column under every encoding that Parquet has for it, and of whole segments as the store writes them.
//!
//! `cargo run --release -p stoa-store --example encodings [rows | FILE.parquet]`
//!
//! With a file of a store, `…/nodes.parquet` say, it measures the file's rows. Otherwise they are made up,
//! with the shape of lowered source: files of some 2,000 nodes, each a random tree in pre-order; kinds in the
//! shares that real trees have; names from a Zipf distribution.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::sync::Arc;
use std::time::{Duration, Instant};
use stoa_model::columns::{EdgeColumns, NodeColumns};
use stoa_model::ids::node_id;
use stoa_model::rows::{EdgeRow, NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{Control, Dispatch, EdgeKind, EdgeLabel, FIRST_BODY, Interner, NodeKind, Symbol};

/// Each figure is the best of this many.
const ROUNDS: usize = 5;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let argument = std::env::args().nth(1);
    if let Some(path) = argument.as_deref().filter(|a| a.ends_with(".parquet")) {
        return real(path);
    }
    let nodes = argument.map_or(Ok(200_000), |n| n.parse())?;
    let mut generator = Generator::new();
    while generator.nodes.len() < nodes {
        generator.file();
    }
    let Generator { nodes, edges, interner, .. } = generator;
    let start = Instant::now();
    let nodes = nodes.finish(&interner)?;
    println!("nodes: {} rows, sorted and gathered in {}", nodes.num_rows(), per_row(start.elapsed(), &nodes));
    let start = Instant::now();
    let edges = edges.finish(&interner)?;
    println!("edges: {} rows, sorted and gathered in {}", edges.num_rows(), per_row(start.elapsed(), &edges));

    report(Table::Nodes, &nodes)?;
    report(Table::Edges, &edges)
}

/// Measures a file that a store holds.
fn real(path: &str) -> Outcome<()> {
    let name = std::path::Path::new(path).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let table = Table::parse(name).ok_or_else(|| format!("{path} is not named after a table"))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path)?)?.build()?;
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    report(table, &arrow::compute::concat_batches(&table.stored_schema(), &batches)?)
}

fn report(table: Table, batch: &RecordBatch) -> Outcome<()> {
    let mut data = bytes::Bytes::new();
    let write = best(|| {
        data = stoa_store::encode_segment(vec![(table, batch.clone())])?.tables.swap_remove(0).data;
        Ok(())
    })?;
    let read = best(|| read(&data))?;
    println!(
        "\n{} as the store writes it: {} rows, {:.2} bytes/row, written in {}, read in {}",
        table.name(),
        batch.num_rows(),
        data.len() as f64 / batch.num_rows() as f64,
        per_row(write, batch),
        per_row(read, batch)
    );
    columns(batch)
}

/// Every column under every form: bytes, nanoseconds to write and to read a row; then what statistics add.
fn columns(batch: &RecordBatch) -> Outcome<()> {
    let zstd = |level| ZstdLevel::try_new(level).map(Compression::ZSTD);
    let compressions = [Compression::UNCOMPRESSED, zstd(1)?, zstd(3)?];
    let header = "bytes  write   read ns";
    println!("{:<22}{:<22}{:>26}{:>26}{:>26}{:>12}", "", "", "none", "zstd 1", "zstd 3", "statistics");
    println!("{:<22}{:<22}{header:>26}{header:>26}{header:>26}{:>12}", "column", "encoding", "write ns");
    for (index, field) in batch.schema().fields().iter().enumerate() {
        let column = RecordBatch::try_new(
            Arc::new(Schema::new(vec![field.clone()])),
            vec![batch.column(index).clone()],
        )?;
        let encodings: &[(&str, bool, Encoding)] = match field.data_type() {
            DataType::Int32 | DataType::Int64 => &[
                ("delta", false, Encoding::DELTA_BINARY_PACKED),
                ("plain", false, Encoding::PLAIN),
                ("dictionary", true, Encoding::PLAIN),
                ("byte stream split", false, Encoding::BYTE_STREAM_SPLIT),
            ],
            DataType::Utf8 => &[
                ("dictionary", true, Encoding::PLAIN),
                ("plain", false, Encoding::PLAIN),
                ("delta length", false, Encoding::DELTA_LENGTH_BYTE_ARRAY),
                ("delta byte array", false, Encoding::DELTA_BYTE_ARRAY),
            ],
            DataType::Dictionary(..) => &[
                ("dictionary", true, Encoding::PLAIN),
                ("plain", false, Encoding::PLAIN),
                ("delta byte array", false, Encoding::DELTA_BYTE_ARRAY),
            ],
            DataType::Boolean => &[("rle", false, Encoding::RLE), ("plain", false, Encoding::PLAIN)],
            _ => &[("dictionary", true, Encoding::PLAIN), ("plain", false, Encoding::PLAIN)],
        };
        for &(name, dictionary, encoding) in encodings {
            print!("{:<22}{name:<22}", field.name());
            let form = |compression, statistics| Form { dictionary, encoding, compression, statistics };
            let mut bare = 0.0;
            for compression in compressions {
                let cost = measure(&column, form(compression, EnabledStatistics::None))?;
                print!("{:>12.3}{:>7.1}{:>7.1}", cost.bytes, cost.write, cost.read);
                if compression == compressions[1] {
                    bare = cost.write;
                }
            }
            let cost = measure(&column, form(compressions[1], EnabledStatistics::Page))?;
            println!("{:>12.1}", cost.write - bare);
        }
        if field.data_type() == &DataType::Utf8 {
            let keyed = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
            let keyed = arrow::compute::cast(column.column(0), &keyed)?;
            let keyed = RecordBatch::try_from_iter([(field.name(), keyed)])?;
            let form = Form {
                dictionary: true,
                encoding: Encoding::PLAIN,
                compression: compressions[1],
                statistics: EnabledStatistics::None,
            };
            let cost = measure(&keyed, form)?;
            print!("{:<22}{:<22}{:>26}", field.name(), "dictionary, keyed in", "");
            println!("{:>12.3}{:>7.1}{:>7.1}", cost.bytes, cost.write, cost.read);
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Form {
    dictionary: bool,
    encoding: Encoding,
    compression: Compression,
    statistics: EnabledStatistics,
}

/// Of a row: bytes, nanoseconds.
struct Cost {
    bytes: f64,
    write: f64,
    read: f64,
}

fn measure(batch: &RecordBatch, form: Form) -> Outcome<Cost> {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(form.dictionary)
        .set_encoding(form.encoding)
        .set_compression(form.compression)
        .set_statistics_enabled(form.statistics)
        .set_max_row_group_row_count(Some(128 * 1024))
        .set_data_page_row_count_limit(16 * 1024)
        .build();
    let mut data = Vec::new();
    let write = best(|| {
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.clone()))?;
        writer.write(batch)?;
        data = writer.into_inner()?;
        Ok(())
    })?;
    let data = bytes::Bytes::from(data);
    let read = best(|| read(&data))?;
    let rows = batch.num_rows() as f64;
    Ok(Cost {
        bytes: data.len() as f64 / rows,
        write: write.as_nanos() as f64 / rows,
        read: read.as_nanos() as f64 / rows,
    })
}

fn read(data: &bytes::Bytes) -> Outcome<()> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(data.clone())?.with_batch_size(8192).build()?;
    for batch in reader {
        std::hint::black_box(batch?);
    }
    Ok(())
}

fn best(mut run: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn per_row(time: Duration, batch: &RecordBatch) -> String {
    format!("{:.1} ns/row", time.as_nanos() as f64 / batch.num_rows() as f64)
}

/// Makes files up.
struct Generator {
    state: u64,
    interner: Interner,
    names: Vec<Symbol>,
    types: Vec<Symbol>,
    modifiers: Vec<Symbol>,
    labels: Vec<Symbol>,
    file: u32,
    nodes: NodeColumns,
    edges: EdgeColumns,
}

impl Generator {
    fn new() -> Generator {
        let mut interner = Interner::new();
        let names =
            (0..20_000).map(|i| interner.intern(&format!("{}_{}", WORDS[i % WORDS.len()], i / 7))).collect();
        let types =
            (0..500).map(|i| interner.intern(&format!("java.util.{}{i}", WORDS[i % WORDS.len()]))).collect();
        let modifiers =
            ["public", "private static", "static final", "async"].map(|m| interner.intern(m)).to_vec();
        let labels = EdgeLabel::ALL.iter().map(|l| interner.intern(l.as_str())).collect();
        Generator {
            state: 42,
            interner,
            names,
            types,
            modifiers,
            labels,
            file: 0,
            nodes: NodeColumns::default(),
            edges: EdgeColumns::default(),
        }
    }

    /// Uniform below `n` (xorshift).
    fn below(&mut self, n: u32) -> u32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (((self.state >> 32) * u64::from(n)) >> 32) as u32
    }

    /// Rank 0 comes twice as often as rank 1, thrice as rank 2, and so on, about.
    fn zipf(&mut self, n: usize) -> usize {
        let u = f64::from(self.below(1 << 30)) / f64::from(1 << 30);
        ((n as f64).powf(u) - 1.0) as usize
    }

    fn name(&mut self) -> Symbol {
        // A file speaks mostly of its own things, and of some that all files know.
        let own = (self.file as usize * 37) % 15_000;
        let rank = self.zipf(400);
        if self.below(3) > 0 {
            self.names[own + rank]
        } else {
            let i = self.zipf(self.names.len());
            self.names[i]
        }
    }

    fn file(&mut self) {
        self.file += 1;
        self.nodes.begin_file(self.file, if self.file.is_multiple_of(5) { "java" } else { "python" }, false);
        let size = 1_000 + self.below(2_000);
        let (mut stack, mut line, mut method, mut slot) = (vec![(NO_LOCAL, 0u32)], 1, NO_LOCAL, 0);
        let mut column = 1;
        for position in 0..size {
            let roll = self.below(1000);
            let kind = match roll {
                _ if position == 0 => NodeKind::File,
                0..15 => NodeKind::Method,
                15..40 => NodeKind::MethodParameterIn,
                40..60 => NodeKind::Local,
                60..120 => NodeKind::Block,
                120..160 => NodeKind::ControlStructure,
                160..180 => NodeKind::Return,
                180..290 => NodeKind::Literal,
                290..350 => NodeKind::FieldIdentifier,
                350..380 => NodeKind::Comment,
                380..400 => NodeKind::TypeRef,
                400..650 => NodeKind::Call,
                _ => NodeKind::Identifier,
            };
            let local = if kind.is_declaration() {
                slot += 1;
                slot
            } else {
                FIRST_BODY + position
            };
            if kind == NodeKind::Method {
                stack.truncate(2);
                method = local;
            }
            let leaf = matches!(
                kind,
                NodeKind::Identifier
                    | NodeKind::Literal
                    | NodeKind::FieldIdentifier
                    | NodeKind::TypeRef
                    | NodeKind::Comment
            );
            let statement = matches!(
                kind,
                NodeKind::Block | NodeKind::ControlStructure | NodeKind::Return | NodeKind::Method
            );
            if statement || self.below(6) == 0 {
                line += 1;
                column = 1 + 4 * self.below(5);
            }
            let depth = stack.len() - 1;
            let (parent, children) = {
                let top = &mut stack[depth];
                top.1 += 1;
                (top.0, top.1)
            };
            let named = !matches!(
                kind,
                NodeKind::Block | NodeKind::ControlStructure | NodeKind::Return | NodeKind::Comment
            );
            let operator = kind == NodeKind::Call && self.below(2) == 0;
            let name = match () {
                _ if operator => Symbol(1 + self.zipf(30) as u32),
                _ if named => self.name(),
                _ => Symbol::NONE,
            };
            let full_name = if kind.is_declaration() {
                let text =
                    format!("package{}.module{}.{}", self.file % 40, self.file, self.interner.get(name));
                self.interner.intern(&text)
            } else {
                Symbol::NONE
            };
            let typed = matches!(kind, NodeKind::MethodParameterIn | NodeKind::TypeRef | NodeKind::Local);
            let type_full_name = if typed {
                let i = self.zipf(self.types.len());
                self.types[i]
            } else {
                Symbol::NONE
            };
            let length = 3 + self.below(12);
            let row = NodeRow {
                kind,
                control: (kind == NodeKind::ControlStructure)
                    .then(|| Control::ALL[self.zipf(Control::ALL.len())]),
                dispatch: (kind == NodeKind::Call).then_some(if operator {
                    Dispatch::Static
                } else {
                    Dispatch::Dynamic
                }),
                local,
                name,
                full_name,
                signature: if kind == NodeKind::Method { type_full_name } else { Symbol::NONE },
                type_full_name,
                modifiers: if kind == NodeKind::Method {
                    self.modifiers[self.file as usize % 4]
                } else {
                    Symbol::NONE
                },
                line,
                column,
                length,
                extra_lines: if statement { self.below(8) } else { 0 },
                parent,
                child_index: children,
                argument_index: if depth > 2 && leaf { children as i32 } else { NO_ARGUMENT },
                argument_name: Symbol::NONE,
                position,
                descendants: if leaf { 0 } else { 1 + self.below(5) },
                method,
                type_decl: NO_LOCAL,
                hash: if kind == NodeKind::Method { self.state } else { 0 },
            };
            self.nodes.push(row);
            column += length + 1;
            self.edges_of(&row);
            if !leaf {
                stack.push((local, 0));
            }
            while stack.len() > 2 && (stack.len() > 14 || self.below(10) < 4) {
                stack.pop();
            }
        }
    }

    fn edges_of(&mut self, row: &NodeRow) {
        let id = |local| node_id(self.file, local);
        let (src, before) = (id(row.local), id(FIRST_BODY + row.position.saturating_sub(1)));
        let fact = |kind, src, dst, label| EdgeRow { kind, src, dst, label, confidence: f64::NAN };
        if row.kind == NodeKind::Identifier {
            self.edges.push(fact(EdgeKind::Ref, src, id(1 + row.name.0 % 40), Symbol::NONE));
        }
        if !row.kind.is_declaration() && row.kind != NodeKind::Comment {
            let label = if row.position.is_multiple_of(12) {
                self.labels[8 * (row.position % 24 / 12) as usize]
            } else {
                Symbol::NONE
            };
            self.edges.push(fact(EdgeKind::Cfg, before, src, label));
        }
        if row.dispatch == Some(Dispatch::Dynamic) {
            let target = node_id(1 + row.name.0 % 200, 1 + row.name.0 % 30);
            let (label, confidence) = (self.labels[7], [1.0, 0.8, 0.5][row.name.0 as usize % 3]);
            self.edges.push(EdgeRow { kind: EdgeKind::Call, src, dst: target, label, confidence });
        }
    }
}

const WORDS: &[&str] = &[
    "value",
    "index",
    "get_item",
    "request",
    "self",
    "result",
    "node",
    "parse_header",
    "i",
    "handler",
    "config",
    "is_valid",
    "toString",
    "buffer",
    "length",
    "connection_pool",
    "update",
    "key",
    "x",
    "assertEqual",
];
