//! The shell's own commands, which begin with a backslash.

/// A command, what it takes, and what it does: one list for parsing, completion and help.
pub struct Command {
    pub name: &'static str,
    pub argument: &'static str,
    pub does: &'static str,
}

/// Every command, in the order of the help.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "\\at",
        argument: "[N|TIME]",
        does: "ask a snapshot of the past; without one, the newest",
    },
    Command { name: "\\d", argument: "[TABLE]", does: "list tables, or describe one" },
    Command { name: "\\df", argument: "[PATTERN]", does: "list functions; * stands for anything" },
    Command { name: "\\format", argument: "[FORMAT]", does: "table, csv, json, ndjson, markdown" },
    Command { name: "\\i", argument: "FILE", does: "run the statements of a file" },
    Command { name: "\\o", argument: "[FILE]", does: "send results to a file; without one, back here" },
    Command { name: "\\timing", argument: "[on|off]", does: "print how long each statement takes" },
    Command { name: "\\q", argument: "", does: "quit" },
    Command { name: "\\?", argument: "", does: "this help" },
];

/// What a line asks of the shell.
#[derive(Debug, PartialEq, Eq)]
pub enum Request<'a> {
    At(Option<&'a str>),
    Tables,
    Describe(&'a str),
    Functions(Option<&'a str>),
    Format(Option<&'a str>),
    Include(&'a str),
    Output(Option<&'a str>),
    Timing(Option<bool>),
    Help,
    Quit,
    /// Not a command: SQL.
    Sql,
    /// A command that does not exist, or lacks what it needs.
    Unknown(String),
}

/// Reads a line.
pub fn parse(line: &str) -> Request<'_> {
    let line = line.trim();
    let bare = line.trim_end_matches(';').trim_end();
    match bare.to_ascii_lowercase().as_str() {
        "help" => return Request::Help,
        "quit" | "exit" => return Request::Quit,
        _ => {}
    }
    if !line.starts_with('\\') {
        return Request::Sql;
    }
    let (name, argument) = bare.split_once(char::is_whitespace).unwrap_or((bare, ""));
    let argument = unquoted(argument.trim());
    let optional = (!argument.is_empty()).then_some(argument);
    match (name, optional) {
        ("\\at", moment) => Request::At(moment),
        ("\\d" | "\\dt" | "\\dv", None) => Request::Tables,
        ("\\d", Some(table)) => Request::Describe(table),
        ("\\df", pattern) => Request::Functions(pattern),
        ("\\format", format) => Request::Format(format),
        ("\\i", Some(file)) => Request::Include(file),
        ("\\i", None) => Request::Unknown("\\i needs a file".to_string()),
        ("\\o", file) => Request::Output(file),
        ("\\timing", None) => Request::Timing(None),
        ("\\timing", Some("on")) => Request::Timing(Some(true)),
        ("\\timing", Some("off")) => Request::Timing(Some(false)),
        ("\\timing", Some(other)) => Request::Unknown(format!("\\timing is on or off, not {other}")),
        ("\\q", _) => Request::Quit,
        ("\\?" | "\\h" | "\\help", _) => Request::Help,
        _ => {
            let begun = COMMANDS.iter().map(|c| c.name).find(|known| known.starts_with(name));
            let known = begun.or_else(|| crate::suggest::nearest(name, COMMANDS.iter().map(|c| c.name)));
            let hint = known.map_or("\\? lists the commands".to_string(), |k| format!("did you mean {k}?"));
            Request::Unknown(format!("there is no command {name}; {hint}"))
        }
    }
}

/// A path may be quoted, as other shells would have it.
fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"')).unwrap_or(text)
}

/// The help.
pub fn help() -> String {
    let mut out = String::from(
        "Statements are SQL and end with a semicolon; they may span lines. Tab completes.\n\
         Ctrl-C clears the line or cancels the query, Ctrl-D quits.\n\n",
    );
    for command in COMMANDS {
        let usage = format!("{} {}", command.name, command.argument);
        out.push_str(&format!("  {usage:<20} {}\n", command.does));
    }
    out.push_str(
        "\nTry   SELECT kind, count(*) AS n FROM nodes GROUP BY kind ORDER BY n DESC;\n\
         \n      \\d methods\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        assert_eq!(parse("\\d"), Request::Tables);
        assert_eq!(parse(" \\d system.failures ;"), Request::Describe("system.failures"));
        assert_eq!(parse("\\df path*"), Request::Functions(Some("path*")));
        assert_eq!(parse("\\o 'my file.csv'"), Request::Output(Some("my file.csv")));
        assert_eq!(parse("\\o"), Request::Output(None));
        assert_eq!(parse("\\timing on"), Request::Timing(Some(true)));
        assert_eq!(parse("HELP;"), Request::Help);
        assert_eq!(parse("quit"), Request::Quit);
        assert_eq!(parse("SELECT 1;"), Request::Sql);
        assert_eq!(
            parse("\\timming"),
            Request::Unknown("there is no command \\timming; did you mean \\timing?".to_string())
        );
    }
}
