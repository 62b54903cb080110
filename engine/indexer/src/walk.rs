//! The files of a tree that are source, in a fixed order.
//!
//! `.gitignore`, `.ignore` and git's excludes are respected unless it is asked otherwise, with or without a repository around; hidden files and the
//! store itself are left out; symbolic links are not followed (what they point to is in the tree under its own name,
//! or not part of it).

use ignore::{DirEntry, WalkBuilder, WalkState};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::SystemTime;
use stoa_model::FileStatus;
use stoa_syntax::Language;

/// A file to be indexed.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub location: PathBuf,
    /// Its name in the store: relative to the root, with `/`. Bytes that are not UTF-8 are written `\xNN`.
    pub path: String,
    pub bytes: u64,
    /// When it was last written, where the system tells.
    pub modified: Option<SystemTime>,
    pub language: &'static str,
    /// The place in the registry of languages; two grammars may share a name.
    pub grammar: usize,
}

/// Something in the tree that could not be walked.
#[derive(Clone, Debug)]
pub struct WalkFailure {
    pub path: String,
    pub status: FileStatus,
    pub reason: String,
}

/// What a walk found.
#[derive(Default, Debug)]
pub struct Walked {
    /// Sorted by path.
    pub files: Vec<SourceFile>,
    pub failures: Vec<WalkFailure>,
    /// Source files that ignore files leave out, where they leave nothing.
    pub left_out: u64,
    /// The manifests of Rust packages, which name their crates. Sorted.
    pub manifests: Vec<PathBuf>,
}

/// Finds the source files below `root` in the given languages; `store` is left out if it is below. With `ignored` also what
/// `.gitignore` and its like leave out.
pub fn walk(root: &Path, store: Option<&Path>, languages: &[&'static Language], ignored: bool) -> Walked {
    let mut walked = find(root, store, languages, ignored);
    if walked.files.is_empty() && !ignored {
        walked.left_out = find(root, store, languages, true).files.len() as u64;
    }
    walked
}

/// Folders are read by as many threads as there are cores.
fn find(root: &Path, store: Option<&Path>, languages: &[&'static Language], ignored: bool) -> Walked {
    let store = store.and_then(|s| s.canonicalize().ok());
    let walker = WalkBuilder::new(root)
        .require_git(false)
        .ignore(!ignored)
        .parents(!ignored)
        .git_ignore(!ignored)
        .git_global(!ignored)
        .git_exclude(!ignored)
        .follow_links(false)
        .filter_entry(move |entry| match &store {
            Some(store) if entry.file_type().is_some_and(|t| t.is_dir()) => {
                entry.path().canonicalize().map_or(true, |p| p != *store)
            }
            _ => true,
        })
        .build_parallel();
    let (sender, parts) = std::sync::mpsc::channel();
    walker.run(|| {
        let mut walker = Walker { root, languages, walked: Walked::default(), sender: sender.clone() };
        Box::new(move |entry| {
            walker.entry(entry);
            WalkState::Continue
        })
    });
    drop(sender);
    let mut walked = Walked::default();
    for part in parts {
        walked.files.extend(part.files);
        walked.failures.extend(part.failures);
        walked.manifests.extend(part.manifests);
    }
    walked.manifests.sort();
    walked.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    walked.failures.sort_by(|a, b| a.path.cmp(&b.path));
    walked
}

/// What one of the threads finds, which it sends when it is done.
struct Walker<'a> {
    root: &'a Path,
    languages: &'a [&'static Language],
    walked: Walked,
    sender: Sender<Walked>,
}

impl Walker<'_> {
    fn entry(&mut self, entry: Result<DirEntry, ignore::Error>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                self.walked.failures.push(unwalkable(self.root, &e));
                return;
            }
        };
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            return;
        }
        if entry.file_name() == "Cargo.toml" {
            self.walked.manifests.push(entry.path().to_owned());
        }
        self.walked.files.extend(self.source(entry));
    }

    fn source(&self, entry: DirEntry) -> Option<SourceFile> {
        let path = store_path(self.root, entry.path());
        let language = Language::of_path(&path)?;
        let language = self.languages.iter().find(|l| std::ptr::eq(**l, language))?;
        let metadata = entry.metadata().ok();
        let all = stoa_syntax::languages::ALL.iter();
        let grammar = all.enumerate().find(|(_, l)| std::ptr::eq(**l, *language))?.0;
        Some(SourceFile {
            location: entry.into_path(),
            path,
            bytes: metadata.as_ref().map_or(0, |m| m.len()),
            modified: metadata.and_then(|m| m.modified().ok()),
            language: language.name,
            grammar,
        })
    }
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        // Whoever walks waits for it.
        let _ = self.sender.send(std::mem::take(&mut self.walked));
    }
}

fn unwalkable(root: &Path, error: &ignore::Error) -> WalkFailure {
    let path = path_of(error).map_or_else(String::new, |p| store_path(root, p));
    WalkFailure { path, status: FileStatus::Failed, reason: error.to_string() }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

/// The name of a path in the store.
pub(crate) fn store_path(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> = relative
        .components()
        .map(|part| {
            let bytes = part.as_os_str().as_encoded_bytes();
            let mut text = String::new();
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                for byte in chunk.invalid() {
                    text.push_str(&format!("\\x{byte:02X}"));
                }
            }
            text
        })
        .collect();
    parts.join("/")
}
