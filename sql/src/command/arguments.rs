//! The arguments of every command: the one list from which parsing and help are made.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

use crate::Moment;
use crate::observe::LogFormat;
use crate::output::Format;
use crate::rules::Severity;

/// Ask questions about source code in SQL.
#[derive(Parser, Debug)]
#[command(name = "stoa", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub observe: ObserveArgs,
}

/// What every command can say of its work.
#[derive(Args, Debug)]
pub struct ObserveArgs {
    /// Log to standard error; the variable STOA_LOG says what, as in info or warn,stoa_session=debug.
    #[arg(long, global = true, value_enum, value_name = "FORMAT", help_heading = "Watching")]
    pub log: Option<LogFormat>,
    /// Add spans to a file, as OpenTelemetry's collectors read them (OTLP JSON lines).
    #[arg(long, global = true, value_name = "FILE", help_heading = "Watching")]
    pub trace: Option<PathBuf>,
    /// Write metrics to a file, as Prometheus reads them, every 10 seconds and at the end.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Watching")]
    pub metrics: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Read a source tree and store its code property graph.
    Index(IndexArgs),
    /// Follow a source tree: bring its store up to date whenever files change, until Ctrl-C.
    Watch(WatchArgs),
    /// Ask questions: a shell, or statements from arguments, files or standard input.
    Sql(SqlArgs),
    /// Look for what rules describe, in a source tree or a store.
    Scan(ScanArgs),
    /// Store what another tool knows about source: tags, a SCIP index, an export of Joern's graph.
    Import(ImportArgs),
    /// Bring a store of an older version up to this one.
    Migrate(MigrateArgs),
    /// Write tables as plain Parquet, for notebooks and other tools.
    Export(ExportArgs),
    /// List the snapshots of a store, and what changed from each to the next.
    Snapshots(ListArgs),
    /// What changed from one snapshot to another: methods, types, calls.
    Diff(DiffArgs),
    /// Go back: publish a new snapshot with the content of an older one.
    Rollback(RollbackArgs),
    /// Remove snapshots beyond the retention, and files that no snapshot needs.
    Vacuum(VacuumArgs),
    /// Show or set how many snapshots a store keeps.
    Retention(RetentionArgs),
    /// Merge small segments and drop rows that no longer count; answers stay the same.
    Optimize(OptimizeArgs),
    /// Check that every file is what was written, and with --deep that rows hold together.
    Verify(VerifyArgs),
    /// Bring a damaged store back: from the source tree, or from the newest snapshot that verifies.
    Repair(RepairArgs),
    /// How a store does: status, size, cache, queries, memory, alerts.
    Health(HealthArgs),
    /// Measure a store, and say what would make it better.
    Diagnose(HealthArgs),
    /// List the answers that a store keeps, or let some go.
    Cache(CacheArgs),
    /// Show or set what a store keeps of answers, and when it is reported.
    Settings(SettingsArgs),
    /// Measure how the time of graph functions grows with the graph (a program of its own: stoa-datasets).
    #[command(disable_help_flag = true)]
    Scaling(ExternalArgs),
}

/// A store, and the shape of what is said of it.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// The store [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// The shape of the result.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct HealthArgs {
    /// The store [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct CacheArgs {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Subcommand, Debug)]
pub enum CacheCommand {
    /// List the answers, those first that were used last.
    List(ListArgs),
    /// Remove answers beyond the limits, and what has come apart.
    Clean(CleanArgs),
}

#[derive(Args, Debug)]
pub struct CleanArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Remove every answer.
    #[arg(long, conflicts_with_all = ["days", "bytes"])]
    pub all: bool,
    /// Remove answers that nobody has asked for in so many days [default: the store's setting].
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u64>,
    /// Keep at most so much, as in 512MB [default: the store's setting].
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub bytes: Option<u64>,
}

#[derive(Args, Debug)]
pub struct SettingsArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Settings to change, as in cache.bytes=2GiB.
    #[arg(value_name = "NAME=VALUE")]
    pub changes: Vec<String>,
}

#[derive(Args, Debug)]
pub struct RollbackArgs {
    /// The number of the snapshot, or a time at which readers saw it.
    #[arg(value_name = "N|TIME")]
    pub to: Moment,
    /// The store [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
}

#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The earlier snapshot: its number or a time.
    #[arg(value_name = "A")]
    pub before: Moment,
    /// The later one [default: the newest].
    #[arg(value_name = "B")]
    pub after: Option<Moment>,
    /// The store [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Only these, separated by commas: method, type, call, finding.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = ["method", "type", "call", "finding"])]
    pub kinds: Vec<String>,
    /// The shape of the result [default: table, or what the extension of -o says].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the result to a file.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct VacuumArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Keep the newest so many snapshots, this once [default: the store's setting].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub keep: Option<u64>,
}

#[derive(Args, Debug)]
pub struct OptimizeArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Rewrite a segment when more than this many percent of its rows are dead.
    #[arg(long, value_name = "PERCENT", default_value_t = 30, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub dead: u8,
    /// Merge segments smaller than this, as in 512kB.
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = parse_size)]
    pub small: u64,
    /// Merge until a segment has about this size.
    #[arg(long, value_name = "SIZE", default_value = "8MiB", value_parser = parse_size)]
    pub target: u64,
}

#[derive(Args, Debug)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Check the rows of the newest snapshot as well: ids, intervals, both ends of every edge, counts, texts.
    #[arg(long)]
    pub deep: bool,
    /// Only this snapshot, by its number or a time.
    #[arg(long, value_name = "N|TIME")]
    pub at: Option<Moment>,
}

#[derive(Args, Debug)]
pub struct RepairArgs {
    /// The source tree [default: the one that the store was made from].
    #[arg(value_name = "PATH")]
    pub tree: Option<PathBuf>,
    /// The store [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Leave the source tree alone: fall back to the newest snapshot that verifies.
    #[arg(long, conflicts_with = "tree")]
    pub no_source: bool,
    /// The shape of the result.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct RetentionArgs {
    #[command(flatten)]
    pub list: ListArgs,
    /// Keep the newest so many snapshots.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub snapshots: Option<u64>,
    /// Keep snapshots younger than so many days as well; 0 leaves it to the number.
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u64>,
    /// Object stores: spare what readers or writers may hold for so many hours.
    #[arg(long, value_name = "HOURS")]
    pub grace_hours: Option<u64>,
}
/// The arguments of a command that another program runs: all of them are that program's, `--help` too.
#[derive(Args, Debug)]
pub struct ExternalArgs {
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

#[derive(Args, Debug)]
pub struct IndexArgs {
    /// The source tree.
    pub path: PathBuf,
    /// Where to store the graph: a directory or a URL [default: PATH/.stoa].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Only these languages, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub languages: Vec<String>,
    /// Index files as well that .gitignore and its like leave out.
    #[arg(long)]
    pub no_ignore: bool,
    /// Threads [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Memory to stay within, as in 512MB or 2GB.
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = parse_size)]
    pub memory: u64,
    /// Read every file again and reuse nothing that the store holds.
    #[arg(long)]
    pub fresh: bool,
    /// Publish snapshots while the first index is still running; what is asked about most comes first.
    #[arg(long)]
    pub progressive: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct WatchArgs {
    /// The source tree.
    pub path: PathBuf,
    /// Where to store the graph: a directory or a URL [default: PATH/.stoa].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Only these languages, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub languages: Vec<String>,
    /// Index files as well that .gitignore and its like leave out.
    #[arg(long)]
    pub no_ignore: bool,
    /// Threads [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Memory to stay within, as in 512MB or 2GB.
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = parse_size)]
    pub memory: u64,
    /// Publish snapshots while the first index is still running; what is asked about most comes first.
    #[arg(long)]
    pub progressive: bool,
    /// Bring the store up to date when nothing has changed for so long, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 100)]
    pub quiet: u64,
}

#[derive(Args, Debug)]
pub struct SqlArgs {
    /// The store to ask [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR", conflicts_with = "source")]
    pub store: Option<String>,
    /// The source tree to ask; it is indexed first if it has no store yet.
    #[arg(long, value_name = "PATH")]
    pub source: Option<PathBuf>,
    /// Ask a snapshot of the past: its number, or a time such as '2026-11-21 09:30' (UTC).
    #[arg(long, value_name = "N|TIME")]
    pub at: Option<Moment>,
    /// Memory to stay within, caches and all, as in 512MB [default: three quarters of what the machine has left].
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub memory: Option<u64>,
    /// A folder of models of libraries beside the built-in ones; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub models: Vec<PathBuf>,
    /// Statements to run; may be given several times.
    #[arg(short = 'c', long = "command", value_name = "SQL")]
    pub commands: Vec<String>,
    /// A file of statements to run; may be given several times.
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The shape of results [default: table, or what the extension of -o says].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write results to a file.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What `stoa import` reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ImportFormat {
    /// Universal Ctags' JSON lines: ctags --output-format=json --fields=*.
    Ctags,
    /// A directory of Joern's CSV for Neo4j: joern-export --repr=all --format=neo4jcsv.
    JoernCsv,
    /// Joern's GraphML, one file or a directory of them: joern-export --format=graphml.
    JoernGraphml,
    /// A SCIP index, such as index.scip.
    Scip,
}

#[derive(Args, Debug)]
pub struct ImportArgs {
    /// What the other tool wrote.
    #[arg(value_enum)]
    pub format: ImportFormat,
    /// Its file or directory.
    pub path: PathBuf,
    /// Where to store the graph: a directory or a URL.
    #[arg(long, value_name = "DIR")]
    pub store: String,
    /// The source tree that it tells of, for the text of its files.
    #[arg(long, value_name = "PATH")]
    pub source: Option<PathBuf>,
    /// Publish over a snapshot that was made from something else.
    #[arg(long)]
    pub replace: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct MigrateArgs {
    /// The store to bring up [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Only tell what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ScanArgs {
    /// The source tree; it is indexed first [default: the current directory, or the store as it is with --store].
    pub path: Option<PathBuf>,
    /// The store [default: PATH/.stoa if it is there, or else one for this scan alone].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// Only these rules: ids, patterns, files or folders of files, separated by commas [default: all built-in ones].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub rules: Vec<String>,
    /// Only rules at least so severe.
    #[arg(long, value_enum)]
    pub severity: Option<Severity>,
    /// A folder of models of libraries beside the built-in ones; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub models: Vec<PathBuf>,
    /// A file of findings that are known: they do not fail the scan.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline, instead of reading it.
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Exit with 1 if there is a new finding at least so severe.
    #[arg(long, value_enum, default_value = "low")]
    pub fail_on: FailOn,
    /// The shape of the result [default: table, or what the extension of -o says].
    #[arg(long, value_enum)]
    pub format: Option<ScanFormat>,
    /// Write the result to a file.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Scan files as well that .gitignore and its like leave out.
    #[arg(long)]
    pub no_ignore: bool,
    /// Threads that index [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Memory for the index to stay within, as in 512MB or 2GB.
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = parse_size)]
    pub memory: u64,
}

/// What a scan prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScanFormat {
    /// The source of each finding with carets, for people.
    Table,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
    /// One JSON object.
    Json,
    /// Markdown, for comments and summaries.
    Markdown,
}

/// From which severity on a finding fails a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    /// Findings never fail it.
    Never,
}

#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The store to export [default: the nearest .stoa in this directory or above it].
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// The directory to write to; each table becomes a directory in it.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Tables and views to write, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub tables: Vec<String>,
}

/// Bytes from `1024`, `512MB`, `1.5 GiB`: units of 1000 as in MB, of 1024 as in MiB.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 =
        number.parse().map_err(|_| format!("{text} is not a size; write it as 512MB or 2GB"))?;
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "t" | "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        other => {
            return Err(format!("{other} is not a unit; there are KB, MB, GB, TB and KiB, MiB, GiB, TiB"));
        }
    };
    let bytes = number * unit as f64;
    // Exact in an f64, and far beyond any machine.
    if bytes < 1.0 || bytes > (1_u64 << 53) as f64 {
        return Err(format!("{text} is not a size of memory"));
    }
    Ok(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_size("2GB"), Ok(2_000_000_000));
        assert_eq!(parse_size("1.5 GiB"), Ok(3 << 29));
        assert_eq!(parse_size("4096"), Ok(4096));
        assert!(parse_size("2 apples").is_err());
        assert!(parse_size("GB").is_err());
        assert!(parse_size("0").is_err());
    }

    #[test]
    fn arguments_are_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_of_other_programs_are_theirs() {
        let cli = Cli::parse_from(["stoa", "scaling", "--help", "--sizes", "3k", "-o", "x"]);
        let Command::Scaling(scaling) = cli.command else { panic!("{cli:?}") };
        assert_eq!(scaling.arguments, ["--help", "--sizes", "3k", "-o", "x"]);
    }

    #[test]
    fn statements_come_in_any_number() {
        let cli = Cli::parse_from(["stoa", "sql", "-c", "SELECT 1", "-c", "SELECT 2", "--format", "csv"]);
        let Command::Sql(sql) = cli.command else { panic!("{cli:?}") };
        assert_eq!((sql.commands.len(), sql.format), (2, Some(Format::Csv)));
        assert!(Cli::try_parse_from(["stoa", "sql", "--store", "a", "--source", "b"]).is_err());
    }
}
