//! Lists the flows of a store's latest snapshot as CSV:
//! `cargo run --release -p stoa-flow --example flows -- STORE MODELS… [--config FILE.properties…] [--kept FOLDER] [--paths] [--cuts] [--constants]`.
//!
//! A model is a CSV file in a folder named like its language.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Instant;
use stoa_flow::{Models, Options, ProgramBuilder, Question, Shelf, analyse, parse_models};
use stoa_model::tables::Table;
use stoa_store::Store;

/// Summaries in a folder, a file for each key.
struct Folder(String);

impl Shelf for Folder {
    fn take(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(Path::new(&self.0).join(key)).ok()
    }

    fn put(&self, key: &str, bytes: Vec<u8>) {
        if let Err(error) = std::fs::write(Path::new(&self.0).join(key), bytes) {
            eprintln!("{key}: {error}");
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let store = arguments.next().ok_or("a store is missing")?;
    let (mut models, mut paths, mut cuts, mut constants) = (Vec::new(), false, false, false);
    let mut kept: Option<Folder> = None;
    let mut builder = ProgramBuilder::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--paths" => paths = true,
            "--cuts" => cuts = true,
            "--constants" => constants = true,
            "--kept" => kept = arguments.next().map(Folder),
            "--config" => {
                let file = arguments.next().ok_or("--config wants a file")?;
                for line in std::fs::read_to_string(&file)?
                    .lines()
                    .filter(|l| !l.trim_start().starts_with(['#', '!']))
                {
                    if let Some((key, value)) = line.split_once(['=', ':']) {
                        builder.config(&file, key.trim(), value.trim());
                    }
                }
            }
            file => {
                let language = Path::new(file).parent().and_then(|p| p.file_name()).and_then(|n| n.to_str());
                models.extend(parse_models(
                    language.ok_or("a model stands in no folder")?,
                    file,
                    &std::fs::read_to_string(file)?,
                )?);
            }
        }
    }
    let start = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut places, mut files) = (HashMap::new(), HashMap::new());
    runtime.block_on(async {
        let store = Store::open(&store).await?;
        let snapshot = store.latest().await?.ok_or("the store is empty")?;
        for (path, id) in store.read_files(&snapshot).await? {
            files.insert(id, path);
        }
        for segment in &snapshot.segments {
            let dead: HashSet<u32> = snapshot.dead_files(segment).iter().copied().collect();
            for batch in store.read_table(segment, Table::Nodes).await? {
                let live = |column: &str| -> Option<arrow::array::BooleanArray> {
                    let ids = arrow::array::AsArray::as_primitive_opt::<arrow::datatypes::Int64Type>(
                        batch.column_by_name(column)?.as_ref(),
                    )?;
                    Some(ids.values().iter().map(|id| Some(!dead.contains(&((id >> 32) as u32)))).collect())
                };
                let keep = live("id").ok_or("no ids")?;
                let batch = arrow::compute::filter_record_batch(&batch, &keep)?;
                let ids = arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(
                    batch.column_by_name("id").ok_or("no ids")?.as_ref(),
                );
                let lines = arrow::array::AsArray::as_primitive::<arrow::datatypes::Int32Type>(
                    batch.column_by_name("line").ok_or("no lines")?.as_ref(),
                );
                places.extend(ids.values().iter().zip(lines.values()).map(|(i, l)| (*i, *l)));
                builder.nodes(&batch)?;
            }
            for batch in store.read_table(segment, Table::Edges).await? {
                builder.edges(&batch)?;
            }
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    let read = start.elapsed();
    let program = builder.finish()?;
    let built = start.elapsed();
    let models = Models::new(models)?;
    let shelf = kept.as_ref().map(|folder| folder as &dyn Shelf);
    let question = [Question::default()];
    let answers = analyse(&program, &models, &Options::default(), &question, shelf, &|| false)?;
    let answer = &answers[0];
    let done = start.elapsed();
    let show = |node: i64| {
        let file = files.get(&((node >> 32) as u32)).map_or("?", String::as_str);
        format!("{file}:{}", places.get(&node).copied().unwrap_or_default())
    };
    println!("kind,sink,argument,source,source_kind,confidence,steps");
    for flow in &answer.flows {
        println!(
            "{},{},{},{},{},{:.2},{}",
            flow.kind,
            show(flow.sink),
            flow.sink_argument,
            show(flow.source),
            flow.source_kind,
            flow.confidence,
            flow.path.len()
        );
        if paths {
            for step in &flow.path {
                println!("    {} {}", step.role.as_str(), show(step.node));
            }
        }
    }
    for constant in answer.constants.iter().filter(|_| constants) {
        println!("constant,{},{},{:?}", show(constant.argument), constant.index, constant.value);
    }
    let mut reasons: HashMap<&str, usize> = HashMap::new();
    for cut in &answer.cuts {
        *reasons.entry(cut.reason.as_str()).or_default() += 1;
        if cuts {
            eprintln!("{} {}", cut.reason.as_str(), show(cut.method));
        }
    }
    eprintln!(
        "{} nodes, {} methods, {} kept, {} specialisations, {} flows, cuts {reasons:?}; read {read:?}, built {:?}, analysed {:?}",
        program.len(),
        answer.methods,
        answer.kept,
        answer.specialisations,
        answer.flows.len(),
        built - read,
        done - built
    );
    Ok(())
}
