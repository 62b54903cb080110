//! Rules run, several at a time, and their rows made findings.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};
use stoa_model::{FileId, NodeId};
use stoa_session::{Session, SourceText};

use super::error::ScanError;
use super::finding::{Finding, State, Step};
use super::fingerprint;
use super::ignore::{IGNORE_RULE, Ignores};
use super::nodes::{self, Node, arrow};
use crate::rules::{self, Rule};
use crate::{Engine, Planned};

/// How long the text of a node is that a step or a finding shows.
const SHOWN: usize = 120;

/// What a scan found.
#[derive(Debug)]
pub struct Scan {
    /// By path and place.
    pub findings: Vec<Finding>,
    /// The rules that were asked for, by id, and [`IGNORE_RULE`].
    pub rules: Vec<Arc<Rule>>,
    /// Of these, those that had files to look at.
    pub rules_run: usize,
    pub snapshot: u64,
    pub files: u64,
    pub lines: u64,
    /// What else is to be known: files that are not whole, rows that have no place.
    pub notes: Vec<String>,
    pub elapsed: Duration,
    /// The texts of the files that findings show.
    pub texts: BTreeMap<FileId, Arc<SourceText>>,
}

/// What one rule says of one node.
struct Raw {
    rule: Arc<Rule>,
    node: NodeId,
    message: String,
    trace: Vec<NodeId>,
    roles: Vec<String>,
    others: usize,
}

/// The files of a snapshot.
struct Files {
    paths: HashMap<FileId, Arc<str>>,
    languages: BTreeSet<String>,
    /// Those with a text.
    ids: Vec<FileId>,
    lines: u64,
    broken: u64,
}

/// Runs rules over the engine's snapshot, some together: two small queries on a partition each are sooner done than one after the other on two.
pub async fn scan(engine: &Engine, rules: &[Arc<Rule>], together: usize) -> Result<Scan, ScanError> {
    let (started, together) = (Instant::now(), together.max(1));
    let session = engine.session().ok_or(ScanError::NoStore)?;
    let snapshot = session.snapshot().number;
    let files = files(session).await?;
    let mut notes = Vec::new();
    if files.broken > 0 {
        let (are, file) = if files.broken == 1 { ("is", "file") } else { ("are", "files") };
        notes.push(format!(
            "{} {file} {are} not whole in the graph: SELECT * FROM system.failures",
            files.broken
        ));
    }

    let speaks = |rule: &&Arc<Rule>| rule.languages.iter().any(|language| files.languages.contains(language));
    let concerned: Vec<&Arc<Rule>> = rules.iter().filter(speaks).collect();
    let rules_run = concerned.len();
    let mut known: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    known.extend(rules::builtin().into_iter().flatten().map(|rule| rule.id.as_str()));
    known.insert(&IGNORE_RULE.id);
    let keeping = engine.keeping_views()?;
    let running = run_all(&keeping, &concerned, together);
    let ((mut raw, said), ignores) = tokio::try_join!(running, Ignores::read(session, &files.ids, &known))?;
    notes.extend(said);
    for (node, _, why) in &ignores.wrong {
        raw.push(Raw {
            rule: Arc::clone(&IGNORE_RULE),
            node: *node,
            message: format!("this comment ignores nothing: it {why}"),
            trace: Vec::new(),
            roles: Vec::new(),
            others: 0,
        });
    }

    let (mut findings, texts) = place(session, &files, raw, together, &mut notes).await?;
    for finding in &mut findings {
        let reason = ignores.reason(finding.place.file, finding.place.line, &finding.rule.id);
        finding.ignored = reason.map(str::to_owned);
    }
    let mut rules = rules.to_vec();
    rules.push(Arc::clone(&IGNORE_RULE));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Scan {
        findings,
        rules,
        rules_run,
        snapshot,
        files: files.ids.len() as u64,
        lines: files.lines,
        notes,
        elapsed: started.elapsed(),
        texts,
    })
}

/// The rows of some rules, and what is to be said of them. Values are followed through the program once for all rules that ask where they
/// go; the others run in the meantime.
async fn run_all(
    engine: &Engine,
    rules: &[&Arc<Rule>],
    together: usize,
) -> Result<(Vec<Raw>, Vec<String>), ScanError> {
    let planned = stream::iter(rules.iter().enumerate()).map(async |(place, rule)| {
        let failed = |error| ScanError::Rule { path: rule.path.clone(), error };
        Ok::<_, ScanError>((place, *rule, engine.prepare(&rule.sql).await.map_err(failed)?))
    });
    let mut planned = planned.buffered(together);
    let mut calls: Vec<LogicalPlan> = Vec::new();
    let (mut following, mut others) = (Vec::new(), Vec::new());
    while let Some(rule) = planned.try_next().await? {
        let asked = stoa_udfs::flow_calls(rule.2.plan())?;
        if asked.is_empty() { &mut others } else { &mut following }.push(rule);
        for call in asked {
            // Most rules ask the same.
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    let run_some = async |rules: Vec<(usize, &Arc<Rule>, Planned)>| {
        let answers = stream::iter(rules)
            .map(async |(place, rule, planned)| Ok((place, run(engine, rule, planned).await?)));
        answers.buffer_unordered(together).try_collect::<Vec<_>>().await
    };
    let follows = !calls.is_empty();
    let (mut answers, ()) = tokio::try_join!(run_some(others), ask_for_flows(engine, calls, together))?;
    answers.extend(run_some(following).await?);
    answers.sort_unstable_by_key(|(place, _)| *place);
    let (raw, notes): (Vec<_>, Vec<_>) = answers.into_iter().map(|(_, answer)| answer).unzip();
    let mut notes: Vec<String> = notes.into_iter().flatten().collect();
    if follows {
        // Then there are answers that may have been cut short.
        notes.extend(cuts(engine).await?);
    }
    Ok((raw.into_iter().flatten().collect(), notes))
}

/// Has some calls answered of functions that follow flows.
async fn ask_for_flows(engine: &Engine, calls: Vec<LogicalPlan>, together: usize) -> Result<(), ScanError> {
    let state = Arc::new(engine.context().state());
    let planned = stream::iter(calls).map(async |call| {
        let state = Arc::clone(&state);
        let physical = SpawnedTask::spawn(async move { state.create_physical_plan(&call).await });
        physical.join().await.map_err(|error| DataFusionError::External(error.into()))?
    });
    let plans: Vec<_> = planned.buffered(together).try_collect().await?;
    Ok(stoa_udfs::ask_together(&plans, &state.task_ctx(), together).await?)
}

/// Says how many methods were not analysed to the end, if any were not.
async fn cuts(engine: &Engine) -> Result<Option<String>, ScanError> {
    let failed = |error| ScanError::Rule { path: "taint_cuts()".to_owned(), error };
    let rows = engine.run_all("SELECT count(DISTINCT method_id) FROM taint_cuts()").await.map_err(failed)?;
    let count = rows.first().map_or(0, |rows| rows.column(0).as_primitive::<Int64Type>().value(0));
    let methods = if count == 1 { "method was" } else { "methods were" };
    Ok((count > 0)
        .then(|| format!("{count} {methods} analysed within a budget that ended: SELECT * FROM flow_cuts")))
}

async fn files(session: &Session) -> Result<Files, ScanError> {
    let context = session.context();
    let columns = ["file_id", "path", "language", "lines", "status"];
    let batches = context.table("stoa.stored.files").await?.select_columns(&columns)?.collect().await?;
    let mut files =
        Files { paths: HashMap::new(), languages: BTreeSet::new(), ids: Vec::new(), lines: 0, broken: 0 };
    for batch in &batches {
        let text = |place: usize| cast(batch.column(place), &DataType::Utf8).map_err(arrow);
        let (paths, languages, statuses) = (text(1)?, text(2)?, text(4)?);
        let ids = batch.column(0).as_primitive::<Int32Type>();
        let lines = batch.column(3).as_primitive::<Int32Type>();
        for row in 0..batch.num_rows() {
            let id = ids.value(row) as FileId;
            // What is no file of the tree (stubs, notes about the whole) has a name in angles.
            let is_file = !paths.as_string::<i32>().value(row).starts_with('<');
            files.paths.insert(id, Arc::from(paths.as_string::<i32>().value(row)));
            files.languages.insert(languages.as_string::<i32>().value(row).to_owned());
            if is_file {
                files.ids.push(id);
            }
            files.lines += u64::try_from(lines.value(row)).unwrap_or(0);
            files.broken += u64::from(statuses.as_string::<i32>().value(row) != "ok");
        }
    }
    files.ids.sort_unstable();
    Ok(files)
}

/// The rows of one rule, one a node: the one with the shortest trace; and what is to be said of them.
async fn run(
    engine: &Engine,
    rule: &Arc<Rule>,
    planned: Planned,
) -> Result<(Vec<Raw>, Option<String>), ScanError> {
    let failed = |error| ScanError::Rule { path: rule.path.clone(), error };
    let columns = |why: String| ScanError::Columns { path: rule.path.clone(), why };
    let answer = engine.execute(planned).await.map_err(failed)?;
    let schema = Arc::clone(answer.schema());
    for field in schema.fields() {
        if !["node_id", "message", "trace", "roles"].contains(&field.name().as_str()) {
            return Err(columns(format!("the query gives a column {}", field.name())));
        }
    }
    let place = |name: &str| schema.index_of(name).ok();
    let (Some(node), Some(message)) = (place("node_id"), place("message")) else {
        return Err(columns("the query does not give node_id and message".to_owned()));
    };
    let (trace, roles) = (place("trace"), place("roles"));

    let mut found: BTreeMap<NodeId, Raw> = BTreeMap::new();
    let mut nowhere = 0_u64;
    for batch in answer.collect().await.map_err(failed)? {
        let typed = |place: usize, wanted: &DataType| -> Result<ArrayRef, ScanError> {
            cast(batch.column(place), wanted).map_err(|e| columns(e.to_string()))
        };
        let list = |of: DataType| DataType::new_list(of, true);
        let ids = typed(node, &DataType::Int64)?;
        let messages = typed(message, &DataType::Utf8)?;
        let traces = trace.map(|place| typed(place, &list(DataType::Int64))).transpose()?;
        let roles = roles.map(|place| typed(place, &list(DataType::Utf8))).transpose()?;
        for row in 0..batch.num_rows() {
            if ids.is_null(row) {
                nowhere += 1;
                continue;
            }
            let raw = Raw {
                rule: Arc::clone(rule),
                node: ids.as_primitive::<Int64Type>().value(row),
                message: match messages.is_null(row) {
                    true => rule.title.clone(),
                    false => messages.as_string::<i32>().value(row).to_owned(),
                },
                trace: traces.as_ref().map(|lists| integers(lists, row)).unwrap_or_default(),
                roles: roles.as_ref().map(|lists| words(lists, row)).unwrap_or_default(),
                others: 0,
            };
            let key = |raw: &Raw| (raw.trace.len(), raw.trace.clone(), raw.message.clone());
            match found.entry(raw.node) {
                std::collections::btree_map::Entry::Vacant(vacant) => {
                    vacant.insert(raw);
                }
                std::collections::btree_map::Entry::Occupied(mut occupied) => {
                    let others = occupied.get().others + 1;
                    if key(&raw) < key(occupied.get()) {
                        occupied.insert(raw);
                    }
                    occupied.get_mut().others = others;
                }
            }
        }
    }
    let note = (nowhere > 0)
        .then(|| format!("the rule {} gives {nowhere} rows without a node; they are left out", rule.id));
    Ok((found.into_values().collect(), note))
}

fn integers(lists: &ArrayRef, row: usize) -> Vec<i64> {
    let lists = lists.as_list::<i32>();
    match lists.is_null(row) {
        true => Vec::new(),
        false => lists.value(row).as_primitive::<Int64Type>().iter().flatten().collect(),
    }
}

fn words(lists: &ArrayRef, row: usize) -> Vec<String> {
    let lists = lists.as_list::<i32>();
    match lists.is_null(row) {
        true => Vec::new(),
        false => {
            let words = lists.value(row);
            words.as_string::<i32>().iter().map(|word| word.unwrap_or_default().to_owned()).collect()
        }
    }
}

/// Gives what rules said its place, and everything that comes from that. Nodes are looked for `together` parts of the tree at a time.
async fn place(
    session: &Session,
    files: &Files,
    raw: Vec<Raw>,
    together: usize,
    notes: &mut Vec<String>,
) -> Result<(Vec<Finding>, BTreeMap<FileId, Arc<SourceText>>), ScanError> {
    let wanted: BTreeSet<NodeId> =
        raw.iter().flat_map(|raw| raw.trace.iter().copied().chain([raw.node])).collect();
    let found = nodes::nodes(session, &wanted, together).await?;
    let methods: BTreeSet<NodeId> = raw
        .iter()
        .filter_map(|raw| found.get(&raw.node)?.method)
        .filter(|method| !found.contains_key(method))
        .collect();
    let methods = nodes::nodes(session, &methods, together).await?;
    let name_of = |id: NodeId| found.get(&id).or_else(|| methods.get(&id))?.full_name.clone();

    let in_files: BTreeSet<FileId> = found.values().map(|node| node.file).collect();
    let in_files: Vec<FileId> = in_files.into_iter().filter(|id| files.paths.contains_key(id)).collect();
    let loaded = session.sources().load(&in_files).await?;
    let texts: BTreeMap<FileId, Arc<SourceText>> =
        in_files.into_iter().zip(loaded).filter_map(|(file, text)| Some((file, text?))).collect();

    let at = |id: NodeId| {
        let node: &Node = found.get(&id)?;
        let text = texts.get(&node.file).map(Arc::as_ref);
        Some((node, node.place(files.paths.get(&node.file)?, text)?))
    };
    let text_of = |place: &super::Place| match texts.get(&place.file) {
        Some(text) => String::from_utf8_lossy(&text.bytes()[place.bytes.clone()]).into_owned(),
        None => String::new(),
    };
    let mut findings = Vec::with_capacity(raw.len());
    let mut nowhere: BTreeMap<String, u64> = BTreeMap::new();
    for raw in raw {
        let Some((node, place)) = at(raw.node) else {
            *nowhere.entry(raw.rule.id.clone()).or_default() += 1;
            continue;
        };
        let trace = raw.trace.iter().enumerate().filter_map(|(step, &id)| {
            // What is called and not defined in the tree has no place to show.
            let (_, place) = at(id)?;
            let text = short(&text_of(&place));
            Some(Step { node: id, role: raw.roles.get(step).cloned(), text, place })
        });
        let text = text_of(&place);
        let identity = match node.declares() {
            true => [&node.full_name, &node.name, &node.signature]
                .map(|t| t.as_deref().unwrap_or_default())
                .join(" "),
            false => text.clone(),
        };
        let method = if node.declares() { node.full_name.clone() } else { node.method.and_then(name_of) };
        let finding = Finding {
            rule: raw.rule,
            node: raw.node,
            message: raw.message,
            text: short(&text),
            method,
            trace: trace.collect(),
            others: raw.others,
            fingerprint: String::new(),
            ignored: None,
            state: State::New,
            place,
        };
        findings.push((finding, identity));
    }
    for (rule, count) in nowhere {
        notes.push(format!(
            "the rule {rule} names {count} nodes that have no place in the tree; they are left out"
        ));
    }
    findings.sort_by(|(a, _), (b, _)| key(a).cmp(&key(b)));
    let (mut findings, texts_of): (Vec<Finding>, Vec<String>) = findings.into_iter().unzip();
    fingerprint::give(&mut findings, &texts_of);
    Ok((findings, texts))
}

type Key<'a> = (&'a str, u32, u32, &'a str, NodeId);

fn key(finding: &Finding) -> Key<'_> {
    let place = &finding.place;
    (&place.path, place.line, place.column, &finding.rule.id, finding.node)
}

/// A text in one line, cut where it is long.
fn short(text: &str) -> String {
    let mut text = fingerprint::even(text);
    if let Some((at, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(at);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_in_one_line() {
        assert_eq!(short("a\n   b\tc"), "a b c");
        assert_eq!(short(&"é".repeat(200)).chars().count(), SHOWN + 1);
    }
}
