//! What following values through a tree costs and comes to: `cargo run --release -p stoa-passes --example values TREE [FILE | EDITS [SEED]]`.
//!
//! Prints how long it took, how many calls have an answer, and how many methods these run. A file takes every call with what it runs,
//! a line each, to be compared with that of another version. A number is that of random edits that are followed; what they come to
//! is compared with what the edited tree comes to as a whole.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use stoa_model::Interner;
use stoa_model::ids::{file_of, local_of};
use stoa_passes::link::codec::{Malformed, Writer};
use stoa_passes::link::values::{self, CallTargets, EditedFacts, Followed, ValuesBuilder};
use stoa_passes::link::{FileFacts, Symbols, SymbolsBuilder, changed_methods};
use stoa_passes::{FilePasses, Slots};
use stoa_syntax::{Language, Tree, Workspace};

/// A file of the tree.
#[derive(Clone)]
struct Source {
    path: String,
    text: String,
    facts: Vec<u8>,
    slots: Slots,
}

#[derive(Default)]
struct Lowered {
    workspace: Workspace,
    tree: Tree,
    names: Interner,
    passes: FilePasses,
    symbols: SymbolsBuilder,
    writer: Writer,
}

impl Lowered {
    fn lower(&mut self, path: &str, text: &str, before: Option<&Slots>) -> Option<(Vec<u8>, Slots)> {
        let language = Language::of_path(path)?.of_text(path, text.as_bytes());
        self.workspace.lower(language, path, text.as_bytes(), &mut self.tree, &mut self.names);
        self.passes.run(&self.tree, language, &mut self.names);
        self.passes.place(&self.tree, &self.names, before);
        self.symbols.add_file(1, &self.tree, language, &self.passes, &self.names);
        Some((self.symbols.take_file(&mut self.writer), std::mem::take(&mut self.passes.slots)))
    }
}

fn sources(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn linked(files: &[Source]) -> Result<(Arc<Symbols>, ValuesBuilder), Malformed> {
    let mut builder = SymbolsBuilder::default();
    for (number, file) in files.iter().enumerate() {
        builder.add_facts(number as u32 + 1, &file.facts)?;
    }
    let (symbols, values, _) = builder.finish();
    Ok((Arc::new(symbols), values))
}

/// A number that follows from another one (xorshift).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize
}

/// A text edited at random: lines go, come twice, come from elsewhere, lose a word, or get a call or a function.
fn edited(text: &str, other: &str, random: &mut u64) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return "x = 1\n".to_owned();
    }
    let at = next(random) % lines.len();
    let python = !text.contains(';');
    match next(random) % 9 {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let others: Vec<&str> = other.lines().collect();
            if !others.is_empty() {
                let from = next(random) % others.len();
                let to = (from + 1 + next(random) % 12).min(others.len());
                let piece: Vec<String> = others[from..to].iter().map(|line| (*line).to_owned()).collect();
                lines.splice(at..at, piece);
            }
        }
        3 => {
            let words: Vec<String> = lines[at].split(' ').map(str::to_owned).collect();
            let gone = next(random) % words.len();
            lines[at] = words
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != gone)
                .map(|(_, w)| w.clone())
                .collect::<Vec<_>>()
                .join(" ");
        }
        4 => {
            let number = next(random) % 1000;
            lines.push(match python {
                true => format!("def edited_{number}(x):\n    return x({number})\n"),
                false => format!("function edited{number}(x) {{ return x({number}); }}"),
            });
        }
        5 => lines.insert(0, if python { "# a comment".to_owned() } else { "// a comment".to_owned() }),
        6 => {
            // A name becomes another one of the file, everywhere.
            let is_word = |c: char| !(c.is_alphanumeric() || c == '_');
            let words: Vec<&str> = text.split(is_word).filter(|w| w.len() > 2).collect();
            if let Some(word) = words.get(next(random) % words.len().max(1)) {
                let new = format!("{word}_{}", next(random) % 3);
                return text.replace(word, &new);
            }
        }
        7 => {
            let to = (at + 1 + next(random) % 20).min(lines.len());
            lines.drain(at..to);
        }
        _ => {
            if let Some(place) = lines[at].find('(') {
                lines[at].insert_str(place, if next(random).is_multiple_of(2) { "_" } else { "()" });
            }
        }
    }
    lines.join("\n") + "\n"
}

/// The names that are not what they were, and none if more than methods changed.
fn renamed(before: &Source, after: &Source) -> Result<Option<Vec<u64>>, Malformed> {
    let (b, a) = (FileFacts::of(&before.facts)?, FileFacts::of(&after.facts)?);
    let moved = before.slots.moved_to(&after.slots);
    if b.exports == a.exports {
        return Ok(Some(Vec::new()));
    }
    changed_methods(b.exports, a.exports, |local| {
        moved.get(local as usize).copied().filter(|to| *to != u32::MAX)
    })
}

fn follow(mut files: Vec<Source>, edits: usize, mut random: u64) -> Result<(), Malformed> {
    let (symbols, values) = linked(&files)?;
    let mut known = symbols;
    let start = Instant::now();
    let mut followed = Followed::new(values, &known);
    let took = start.elapsed().as_secs_f64() * 1e3;
    println!("kept in {took:.0} ms: {} MB, wrong: {:?}", followed.bytes() >> 20, followed.inconsistency());
    let mut now = followed.results();
    let differing = differ(&now, &values::solve(linked(&files)?.1, &known));
    if !differing.is_empty() {
        println!("other than solved, before any edit: {differing:?}");
    }
    let mut lowered = Lowered::default();
    let (mut followed_edits, mut whole, mut wrong) = (0, 0, 0);
    let mut times: Vec<f64> = Vec::new();
    for edit in 0..edits {
        let place = next(&mut random) % files.len();
        let other = files[next(&mut random) % files.len()].text.clone();
        let before = files[place].clone();
        let text = edited(&before.text, &other, &mut random);
        let Some((facts, slots)) = lowered.lower(&before.path, &text, Some(&before.slots)) else { continue };
        files[place] = Source { text, facts, slots, ..before.clone() };
        let after = files[place].clone();
        let names = renamed(&before, &after)?;
        let (symbols, values) = linked(&files)?;
        let same = names.is_some() && symbols.relates_as(&known);
        known = symbols;
        let edited = EditedFacts {
            file: place as u32 + 1,
            before: FileFacts::of(&before.facts)?,
            after: FileFacts::of(&after.facts)?,
            moved: before.slots.moved_to(&after.slots),
        };
        let was = now.fingerprints();
        let names = names.unwrap_or_default();
        let start = Instant::now();
        let changed = if same { followed.edit(&[edited], &known, &names, &mut now)? } else { None };
        let Some(changed) = changed else {
            whole += 1;
            followed = Followed::new(values, &known);
            now = followed.results();
            continue;
        };
        let took = start.elapsed().as_secs_f64() * 1e3;
        followed_edits += 1;
        times.push(took);
        let expected = values::solve(values, &known);
        let differ = differ(&now, &expected);
        if !differ.is_empty() {
            wrong += 1;
            println!(
                "edit {edit} of {} differs in {} files, {:?} ({:?})",
                after.path,
                differ.len(),
                &differ[..differ.len().min(4)],
                followed.inconsistency()
            );
            if wrong > 3 {
                break;
            }
            let (_, values) = linked(&files)?;
            followed = Followed::new(values, &known);
            now = followed.results();
        }
        let is = now.fingerprints();
        let moved = before.slots.moved_to(&after.slots).iter().enumerate().any(|(at, to)| at as u32 != *to);
        let untold =
            is.keys().chain(was.keys()).any(|file| is.get(file) != was.get(file) && !changed.contains(file));
        if untold && !moved {
            println!("edit {edit} of {} changes files that are not told", after.path);
        }
        if edits <= 20 {
            println!("followed in {took:.1} ms, {} files", changed.len());
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "{followed_edits} edits followed, {whole} solved as a whole, {wrong} wrong; ms: median {:.1}, 9 in 10 {:.1}, most {:.1}; {} MB",
        at(0.5),
        at(0.9),
        at(0.9999),
        followed.bytes() >> 20
    );
    Ok(())
}

/// The files of which something else was found.
fn differ(now: &CallTargets, expected: &CallTargets) -> Vec<u32> {
    let (a, b) = (now.fingerprints(), expected.fingerprints());
    let mut files: Vec<u32> =
        a.keys().chain(b.keys()).copied().filter(|file| a.get(file) != b.get(file)).collect();
    if now.cut != expected.cut {
        files.push(0);
    }
    files.sort_unstable();
    files.dedup();
    if std::env::var("STOA_SHOW").is_ok() {
        let show = |calls: &CallTargets| -> Vec<String> {
            let all = calls.sorted().map(|(call, found)| {
                let targets: Vec<_> =
                    found.targets.iter().map(|t| (file_of(t.id), local_of(t.id), t.label)).collect();
                let outside: Vec<_> = found.outside().map(str::to_owned).collect();
                format!(
                    "{}.{} {targets:?} {outside:?} {} {}",
                    file_of(call),
                    local_of(call),
                    found.unasked,
                    found.implicit
                )
            });
            let types = calls.types.iter().map(|t| {
                format!("T {}.{} {}.{} {}", file_of(t.0), local_of(t.0), file_of(t.1), local_of(t.1), t.2)
            });
            all.chain(types).collect()
        };
        let (a, b) = (show(now), show(expected));
        let (sa, sb): (std::collections::HashSet<_>, std::collections::HashSet<_>) =
            (a.iter().collect(), b.iter().collect());
        a.iter().filter(|l| !sb.contains(l)).take(6).for_each(|l| println!("  is     {l}"));
        b.iter().filter(|l| !sa.contains(l)).take(6).for_each(|l| println!("  should {l}"));
    }
    files
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let mut lowered = Lowered::default();
    let mut files = Vec::new();
    for path in sources(&root) {
        let stored = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
        let Ok(text) = std::fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&text).into_owned();
        let Some((facts, slots)) = lowered.lower(&stored, &text, None) else { continue };
        files.push(Source { path: stored, text, facts, slots });
    }
    let bad = |_| std::io::Error::other("facts that cannot be read");
    let to = arguments.next();
    if let Some(edits) = to.as_ref().and_then(|to| to.parse().ok()) {
        let seed = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(1u64);
        return follow(files, edits, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1).map_err(bad);
    }
    let (symbols, values) = linked(&files).map_err(bad)?;
    let facts = values.len();
    let start = Instant::now();
    let calls = values::solve(values, &symbols);
    let took = start.elapsed().as_secs_f64() * 1e3;
    let (mut count, mut targets, mut outside, mut single) = (0, 0, 0, 0);
    for (_, found) in calls.sorted() {
        count += 1;
        targets += found.targets.len();
        outside += found.outside().count();
        single += usize::from(found.targets.len() == 1);
    }
    println!(
        "{} files, {facts} facts, {took:.0} ms: {count} calls run {targets} methods ({single} of them one) and {outside} \
         outside, {} variables have types, {} cut",
        files.len(),
        calls.types.len(),
        calls.cut
    );
    if let Some(to) = to {
        let mut out = std::io::BufWriter::new(std::fs::File::create(to)?);
        for (call, found) in calls.sorted() {
            write!(out, "{}.{}", file_of(call), local_of(call))?;
            for target in found.targets {
                let label = target.label as u8;
                write!(out, " {}.{}:{label}", file_of(target.id), local_of(target.id))?;
            }
            found.outside().try_for_each(|path| write!(out, " {path}"))?;
            writeln!(out)?;
        }
        for (variable, of, _) in &calls.types {
            writeln!(
                out,
                "T {}.{} {}.{}",
                file_of(*variable),
                local_of(*variable),
                file_of(*of),
                local_of(*of)
            )?;
        }
    }
    Ok(())
}
