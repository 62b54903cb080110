//! Findings against labelled sets of weaknesses.
//!
//! In: the checkout of a set, as its authors publish it, and findings: those of `stoa scan`, or of any tool that writes SARIF.
//! Out: how many of the labelled weaknesses were found, and how much of what is labelled sound was reported, by category.
//! Labels are read from the checkout each time. Never here: anything that a scan could look at.
//!
//! | set | a case | labelled by |
//! |---|---|---|
//! | `owasp-java`, `owasp-python` | a file | `expectedresults-*.csv` |
//! | `securibench` | a line | comments, and the count that each class states |
//! | `juliet-c`, `juliet-java` | the bad functions of a test, and its good ones | the names of functions and files |

mod findings;
mod juliet;
mod owasp;
mod rename;
mod score;
mod securibench;

use anyhow::Context;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use findings::Finding;
pub use score::{Case, Label, Place, Row, table};

/// The sets that can be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Set {
    /// OWASP BenchmarkJava 1.2 (<https://owasp.org/www-project-benchmark/>).
    OwaspJava,
    /// OWASP BenchmarkPython 0.1.
    OwaspPython,
    /// NIST's Juliet 1.3 for C and C++ (<https://samate.nist.gov/SARD/test-suites>).
    JulietC,
    /// NIST's Juliet 1.3 for Java.
    JulietJava,
    /// Livshits' SecuriBench Micro 1.08 (<https://github.com/too4words/securibench-micro>).
    Securibench,
}

impl Set {
    fn as_str(self) -> &'static str {
        match self {
            Set::OwaspJava => "owasp-java",
            Set::OwaspPython => "owasp-python",
            Set::JulietC => "juliet-c",
            Set::JulietJava => "juliet-java",
            Set::Securibench => "securibench",
        }
    }

    fn languages(self) -> &'static [&'static str] {
        match self {
            Set::JulietC => &["c", "cpp"],
            Set::OwaspPython => &["python"],
            Set::OwaspJava | Set::JulietJava | Set::Securibench => &["java"],
        }
    }

    /// The part of the checkout that is scanned; the rest is libraries, documentation and what builds the set.
    fn sources(self, checkout: &Path) -> PathBuf {
        match self {
            Set::OwaspJava => checkout.join("src").join("main"),
            Set::JulietC | Set::OwaspPython => checkout.to_owned(),
            Set::JulietJava | Set::Securibench => checkout.join("src"),
        }
    }

    fn cases(self, checkout: &Path) -> anyhow::Result<Vec<Case>> {
        match self {
            Set::OwaspJava => {
                owasp::cases(&checkout.join("expectedresults-1.2.csv"), &self.sources(checkout), "java")
            }
            Set::OwaspPython => {
                owasp::cases(&checkout.join("expectedresults-0.1.csv"), &self.sources(checkout), "py")
            }
            Set::JulietC | Set::JulietJava => juliet::cases(&self.sources(checkout).join("testcases")),
            Set::Securibench => securibench::cases(&self.sources(checkout)),
        }
    }
}

/// Score findings against the labels of a set.
#[derive(clap::Args)]
pub struct Options {
    /// The set.
    #[arg(value_enum)]
    pub set: Set,
    /// A checkout of the set.
    #[arg(long, value_name = "DIR")]
    pub checkout: PathBuf,
    /// Score these: a file of SARIF, paths relative to the part that is scanned, or a store [default: scan now].
    #[arg(long, value_name = "FILE|STORE", conflicts_with = "rename")]
    pub findings: Option<PathBuf>,
    /// The program that scans [default: the `stoa` beside this one].
    #[arg(long, value_name = "FILE")]
    pub stoa: Option<PathBuf>,
    /// Write a copy with all names of the set's own changed, and score that: nothing may depend on spelling.
    #[arg(long, value_name = "DIR")]
    pub rename: Option<PathBuf>,
    /// Only the categories of these weaknesses [default: those that the rules which ran are about].
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub cwe: Vec<u32>,
    /// Write the figures, a row for each category, to a file of Parquet.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write each case that was judged wrongly to a file.
    #[arg(long, value_name = "FILE")]
    pub mismatches: Option<PathBuf>,
}

/// Scores, prints the table, and writes what was asked for.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let set = options.set;
    let cases = set.cases(&options.checkout)?;
    let sources = set.sources(&options.checkout);
    let report = match (&options.findings, &options.rename) {
        (Some(file), _) => findings::of(file, options.stoa.as_deref())?,
        (None, None) => findings::scan(&sources, options.stoa.as_deref())?,
        (None, Some(target)) => {
            let paths = rename::copy(&sources, target)?;
            findings::scan(target, options.stoa.as_deref())?.at_home(&paths)
        }
    };
    // A set without categories by weakness is scored as a whole.
    let about: BTreeSet<u32> = match options.cwe.is_empty() {
        true => report.about(set.languages()),
        false => options.cwe.iter().copied().collect(),
    };
    let cases: Vec<Case> =
        cases.into_iter().filter(|case| case.cwe.iter().any(|cwe| about.contains(cwe))).collect();
    anyhow::ensure!(!cases.is_empty(), "no rule that ran is about a weakness of this set");
    let judged = score::judge(&cases, &report.findings);
    let rows = score::rows(&judged);
    print!("{}", table(&rows));
    if let Some(path) = &options.output {
        score::write(set.as_str(), &rows, path).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &options.mismatches {
        std::fs::write(path, score::list(&judged)).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Every file below a folder with one of these endings, sorted; paths relative to it, with `/`.
fn files(root: &Path, endings: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
                let relative = path.strip_prefix(root).unwrap_or(&path);
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file; what is not UTF-8 in it is of no matter here.
fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
