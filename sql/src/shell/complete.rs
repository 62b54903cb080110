//! Completion: which words can stand where the cursor is.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::BTreeMap;

use super::meta::COMMANDS;
use super::words::KEYWORDS;
use crate::Engine;
use crate::error::{function_names, table_names};
use crate::output::Format;

/// The names that exist: what completion offers besides keywords.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Columns of each table; tables outside the default schema are named with their schema.
    pub tables: BTreeMap<String, Vec<String>>,
    pub functions: Vec<String>,
}

impl Names {
    /// The names of an engine as they are now.
    pub async fn of(engine: &Engine) -> Names {
        let context = engine.context();
        let state = context.state();
        let mut tables = BTreeMap::new();
        for name in table_names(state.catalog_list().as_ref(), &state) {
            // A table that cannot be opened still has a name.
            let columns = match context.table_provider(name.as_str()).await {
                Ok(table) => table.schema().fields().iter().map(|f| f.name().clone()).collect(),
                Err(_) => Vec::new(),
            };
            tables.insert(name, columns);
        }
        Names { tables, functions: function_names(&state) }
    }

    /// Where the word at the cursor starts, and what it can become.
    pub fn complete(&self, line: &str, cursor: usize) -> (usize, Vec<String>) {
        let before = line.get(..cursor).unwrap_or(line);
        if let Some(command) = before.trim_start().strip_prefix('\\') {
            return self.complete_command(before, command);
        }
        let start = before.rfind(|c: char| !is_word(c)).map_or(0, |i| i + char_len(before, i));
        let word = &before[start..];
        let found = match word.rsplit_once('.') {
            Some((owner, _)) => self.owned_by(owner, line),
            None if expects_table(&before[..start]) => self.table_words(),
            None => self.all(word),
        };
        (start, matching(found, word))
    }

    fn complete_command(&self, before: &str, command: &str) -> (usize, Vec<String>) {
        let Some((name, argument)) = command.split_once(' ') else {
            let start = before.len() - command.len() - 1;
            let names = COMMANDS.iter().map(|c| c.name.to_string());
            return (start, matching(names.collect(), &before[start..]));
        };
        let argument = argument.trim_start();
        let start = before.len() - argument.len();
        let words = match name {
            "d" => match argument.rsplit_once('.') {
                Some((schema, _)) => self.owned_by(schema, ""),
                None => self.table_words(),
            },
            "df" => self.functions.clone(),
            "timing" => vec!["off".to_string(), "on".to_string()],
            "format" => {
                let formats = <Format as clap::ValueEnum>::value_variants();
                formats
                    .iter()
                    .filter_map(|f| Some(clap::ValueEnum::to_possible_value(f)?.get_name().into()))
                    .collect()
            }
            _ => Vec::new(),
        };
        (start, matching(words, argument))
    }

    /// `owner.` names a schema, a table or an alias of one.
    fn owned_by(&self, owner: &str, line: &str) -> Vec<String> {
        let prefix = format!("{}.", owner.to_lowercase());
        let mut found: Vec<String> =
            self.tables.keys().filter(|t| t.to_lowercase().starts_with(&prefix)).cloned().collect();
        let tables = aliases(line);
        let table = tables
            .iter()
            .find(|(alias, _)| alias.eq_ignore_ascii_case(owner))
            .map_or(owner, |(_, table)| table.as_str());
        if let Some((_, columns)) = self.tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(table)) {
            found.extend(columns.iter().map(|column| format!("{owner}.{column}")));
        }
        found
    }

    /// Tables, and schemas with their dot.
    fn table_words(&self) -> Vec<String> {
        let schemas = self.tables.keys().filter_map(|t| Some(format!("{}.", t.rsplit_once('.')?.0)));
        let mut words: Vec<String> =
            self.tables.keys().filter(|t| !t.contains('.')).cloned().chain(schemas).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    fn all(&self, word: &str) -> Vec<String> {
        let shout = word.chars().next().is_some_and(char::is_uppercase);
        let keywords = KEYWORDS.iter().map(|k| if shout { (*k).to_string() } else { k.to_lowercase() });
        let columns =
            self.tables.iter().filter(|(t, _)| !t.contains('.')).flat_map(|(_, c)| c.iter().cloned());
        let functions = self.functions.iter().map(|f| format!("{f}("));
        keywords.chain(columns).chain(functions).chain(self.table_words()).collect()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// The words that continue what was typed, in any letter case, in order.
fn matching(mut words: Vec<String>, typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    words.retain(|word| word.to_lowercase().starts_with(&typed));
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether the text ends where a table is named.
fn expects_table(before: &str) -> bool {
    let mut words = before.split(|c: char| !is_word(c) && c != ',').rev().filter(|w| !w.is_empty());
    let Some(last) = words.next() else { return false };
    ["from", "join", "into", "table", "describe", "update", "copy"]
        .iter()
        .any(|k| last.eq_ignore_ascii_case(k))
}

/// The aliases of a text: `FROM methods m` and `JOIN calls AS c`.
fn aliases(text: &str) -> Vec<(String, String)> {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize() else { return Vec::new() };
    let solid: Vec<&Token> = tokens.iter().filter(|t| !matches!(t, Token::Whitespace(_))).collect();
    let word = |i: usize| match solid.get(i) {
        Some(Token::Word(word)) => Some(word.value.as_str()),
        _ => None,
    };
    let is_keyword = |w: &str| KEYWORDS.binary_search(&w.to_uppercase().as_str()).is_ok();
    let mut found = Vec::new();
    for i in 0..solid.len() {
        let starts = solid[i] == &Token::Comma
            || word(i).is_some_and(|w| w.eq_ignore_ascii_case("from") || w.eq_ignore_ascii_case("join"));
        let Some(mut table) = word(i + 1).filter(|_| starts).map(str::to_string) else { continue };
        let mut next = i + 2;
        while solid.get(next) == Some(&&Token::Period) {
            let Some(part) = word(next + 1) else { break };
            table = format!("{table}.{part}");
            next += 2;
        }
        if word(next).is_some_and(|w| w.eq_ignore_ascii_case("as")) {
            next += 1;
        }
        if let Some(alias) = word(next).filter(|w| !is_keyword(w)) {
            found.push((alias.to_string(), table));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let tables = [
            ("methods", vec!["id", "name", "full_name"]),
            ("members", vec!["id"]),
            ("system.failures", vec!["path", "error"]),
            ("system.functions", vec!["name"]),
        ];
        Names {
            tables: tables
                .into_iter()
                .map(|(t, c)| (t.to_string(), c.into_iter().map(str::to_string).collect()))
                .collect(),
            functions: vec!["source_text".to_string(), "substr".to_string()],
        }
    }

    fn complete(line: &str) -> Vec<String> {
        names().complete(line, line.len()).1
    }

    #[test]
    fn tables_come_after_from() {
        assert_eq!(complete("SELECT * FROM me"), ["members", "methods"]);
        assert_eq!(complete("select * from ME"), ["members", "methods"]);
        assert_eq!(complete("SELECT * FROM sys"), ["system."]);
        assert_eq!(complete("SELECT * FROM system.f"), ["system.failures", "system.functions"]);
    }

    #[test]
    fn columns_come_after_a_table_or_its_alias() {
        assert_eq!(complete("SELECT methods.f"), ["methods.full_name"]);
        assert_eq!(names().complete("SELECT m.f FROM methods AS m", 10).1, ["m.full_name"]);
        assert_eq!(complete("SELECT * FROM methods m JOIN system.failures f ON f.p"), ["f.path"]);
    }

    #[test]
    fn keywords_keep_the_case_that_is_typed() {
        assert_eq!(complete("sel"), ["select"]);
        assert_eq!(complete("SEL"), ["SELECT"]);
        assert_eq!(complete("SELECT full"), ["full", "full_name"]);
        assert_eq!(complete("SELECT sou"), ["source_text("]);
    }

    #[test]
    fn commands_complete() {
        assert_eq!(complete("\\ti"), ["\\timing"]);
        assert_eq!(complete("\\d me"), ["members", "methods"]);
        assert_eq!(complete("\\d system.fu"), ["system.functions"]);
        assert_eq!(complete("\\format c"), ["csv"]);
        assert_eq!(names().complete("SELECT é, na", 13).0, 11);
    }
}
