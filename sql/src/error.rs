//! A failed statement, told to the person who wrote it: what is wrong, where, and what was meant.
//!
//! DataFusion marks most mistakes with a span; for the rest the place is the first word of the
//! statement that the message quotes. Nothing is guessed about errors of execution: they have no place.

use datafusion::catalog::CatalogProviderList;
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::execution::session_state::SessionState;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::Location;
use std::fmt;

use crate::dialect::Words;
use crate::suggest::nearest;

/// A place in SQL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Characters to mark, at least 1.
    pub width: usize,
    /// The line itself.
    pub source: String,
}

/// A statement that could not be parsed, planned or run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SqlError {
    pub message: String,
    pub place: Option<Place>,
    /// What may help, the likeliest first.
    pub help: Vec<String>,
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        let margin = self.place.as_ref().map_or(0, |p| p.line.to_string().len());
        if let Some(place) = &self.place {
            // Tabs before the mark stay tabs, so that the caret stands under its word.
            let lead: String = place
                .source
                .chars()
                .take(place.column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            write!(f, "\n{:margin$}--> line {}, column {}", "", place.line, place.column)?;
            write!(f, "\n{:margin$} |", "")?;
            write!(f, "\n{} | {}", place.line, place.source)?;
            write!(f, "\n{:margin$} | {lead}{}", "", "^".repeat(place.width))?;
        }
        for help in &self.help {
            write!(f, "\n{:margin$} = help: {help}", "")?;
        }
        Ok(())
    }
}

/// What an error is judged against: the text, the statement's words, the names that exist.
pub struct Context<'a> {
    pub text: &'a str,
    pub words: &'a Words,
    pub state: &'a SessionState,
}

impl Context<'_> {
    /// Tells an error of DataFusion.
    pub fn explain(&self, error: &DataFusionError) -> SqlError {
        let diagnostic = error.diagnostic();
        let root = root(error);
        let mut told = match root {
            DataFusionError::SQL(parser, _) => self.syntax(parser),
            DataFusionError::SchemaError(schema, _) => self.schema(schema, diagnostic),
            DataFusionError::Plan(message) => self.plan(message, diagnostic),
            DataFusionError::NotImplemented(message) => self.plan(message, diagnostic),
            other => {
                let message = plain(&other.strip_backtrace());
                // Layers of readers have each put a word before what the store says of a damaged file.
                let told = message.rsplit_once("Generic stoa error: ").map(|(_, told)| told.to_string());
                let message = sentence(&told.unwrap_or(message));
                SqlError { message, place: None, help: Vec::new() }
            }
        };
        if let Some(diagnostic) = diagnostic {
            if told.place.is_none() {
                told.place = diagnostic.span.and_then(|span| {
                    self.place(span.start.line, span.start.column, Some((span.end.line, span.end.column)))
                });
            }
            told.help.extend(diagnostic.helps.iter().map(|h| h.message.clone()));
        }
        told
    }

    fn syntax(&self, error: &ParserError) -> SqlError {
        let message = match error {
            ParserError::ParserError(m) | ParserError::TokenizerError(m) => m.clone(),
            ParserError::RecursionLimitExceeded => {
                "the statement is nested too deeply (SET datafusion.sql_parser.recursion_limit)".to_string()
            }
        };
        let (message, at) = split_location(&message);
        let at = at.or_else(|| self.words.end().map(|end| (end.line, end.column)));
        let place = at.and_then(|(line, column)| self.place(line, column, None));
        let mut help = Vec::new();
        // `SELCT 1`: the word at the place is no keyword, but almost one.
        if let Some(place) = &place {
            let word: String = word_at(&place.source, place.column);
            if let Some(keyword) = nearest(&word, crate::shell::words::KEYWORDS.iter().copied())
                && !keyword.eq_ignore_ascii_case(&word)
            {
                help.push(did_you_mean(keyword));
            }
        }
        SqlError { message: sentence(&message), place, help }
    }

    fn schema(&self, error: &SchemaError, diagnostic: Option<&Diagnostic>) -> SqlError {
        let SchemaError::FieldNotFound { field, valid_fields } = error else {
            let message = plain(&error.to_string());
            let place = quoted(&message).and_then(|name| self.find(&name));
            return SqlError { message, place, help: Vec::new() };
        };
        let mut message = match &field.relation {
            Some(relation) => format!("there is no column {} in {relation}", field.name),
            None => format!("there is no column {}", field.name),
        };
        if valid_fields.is_empty() {
            message.push_str(" (nothing is selected from)");
        }
        let mut help = Vec::new();
        let mut names: Vec<&str> = valid_fields.iter().map(|c| c.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        match nearest(&field.name, names.iter().copied()) {
            Some(name) if name.eq_ignore_ascii_case(&field.name) && name != field.name => {
                help.push(format!("names keep their case in double quotes: \"{name}\""));
            }
            Some(name) => help.push(did_you_mean(name)),
            None if names.len() <= 30 && !names.is_empty() => {
                help.push(format!("the columns are {}", names.join(", ")));
            }
            None => {}
        }
        let place = diagnostic
            .and_then(|d| d.span)
            .and_then(|s| self.place(s.start.line, s.start.column, Some((s.end.line, s.end.column))))
            .or_else(|| self.find(&field.name));
        SqlError { message, place, help }
    }

    fn plan(&self, message: &str, diagnostic: Option<&Diagnostic>) -> SqlError {
        let message = plain(message);
        if let Some(name) = between(&message, "table '", "' not found") {
            return self.missing_table(name);
        }
        if let Some(name) = between(&message, "Invalid function '", "'").or(between(
            &message,
            "able function '",
            "' not found",
        )) {
            return self.missing_function(name);
        }
        if let Some(call) = between(&message, "name and argument types '", "'") {
            return self.misfit(call, &message);
        }
        let place = match diagnostic.and_then(|d| d.span) {
            Some(_) => None,
            None => quoted(&message).and_then(|name| self.find(&name)),
        };
        SqlError { message: sentence(&message), place, help: Vec::new() }
    }

    fn missing_table(&self, name: &str) -> SqlError {
        let options = self.state.config_options();
        let prefix = format!("{}.", options.catalog.default_catalog);
        let name = name.strip_prefix(&prefix).unwrap_or(name);
        let shown = name.strip_prefix(&format!("{}.", options.catalog.default_schema)).unwrap_or(name);
        let tables = table_names(self.state.catalog_list().as_ref(), self.state);
        let help = nearest(shown, tables.iter().map(String::as_str)).map(did_you_mean).or_else(|| {
            // `functions` when only `system.functions` exists.
            tables.iter().find(|t| t.rsplit('.').next() == Some(shown)).map(|t| did_you_mean(t))
        });
        let last = shown.rsplit('.').next().unwrap_or(shown);
        let mut place = self.find(last);
        if let Some(place) = &mut place {
            place.width = place.width.max(last.chars().count());
        }
        SqlError { message: format!("there is no table {shown}"), place, help: help.into_iter().collect() }
    }

    fn missing_function(&self, name: &str) -> SqlError {
        let names = function_names(self.state);
        let help = nearest(name, names.iter().map(String::as_str)).map(did_you_mean);
        SqlError {
            message: format!("there is no function {name}"),
            place: self.find(name),
            help: help.into_iter().collect(),
        }
    }

    /// A function that exists, but not for these arguments.
    fn misfit(&self, call: &str, message: &str) -> SqlError {
        let name = call.split('(').next().unwrap_or(call);
        let candidates = message.split_once("Candidate functions:").map_or("", |(_, after)| after);
        let candidates: Vec<String> =
            candidates.lines().map(str::trim).filter(|c| !c.is_empty()).map(sql_types).collect();
        let help = match candidates.is_empty() {
            true => Vec::new(),
            false => vec![format!("there is {}", candidates.join(", "))],
        };
        let message = format!("no function fits {}", sql_types(call));
        SqlError { message, place: self.find(name), help }
    }

    fn find(&self, name: &str) -> Option<Place> {
        let last = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
        let Location { line, column } = self.words.find(last)?;
        self.place(line, column, None)
    }

    fn place(&self, line: u64, column: u64, end: Option<(u64, u64)>) -> Option<Place> {
        let (line, column) = (usize::try_from(line).ok()?, usize::try_from(column).ok()?);
        let source = self.text.lines().nth(line.checked_sub(1)?).unwrap_or_default().to_string();
        let column = column.max(1).min(source.chars().count() + 1);
        let width = match end {
            Some((end_line, end_column)) if end_line == line as u64 => {
                (end_column as usize).saturating_sub(column)
            }
            _ => word_at(&source, column).chars().count(),
        };
        Some(Place { line, column, width: width.max(1), source })
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean {name}?")
}

/// The error beneath the wrappers that only add context.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Diagnostic(_, inner) | DataFusionError::Context(_, inner) => root(inner),
        DataFusionError::Shared(inner) => root(inner),
        DataFusionError::Collection(errors) => errors.first().map_or(error, root),
        other => other,
    }
}

/// A message of one paragraph, without backtrace and without the name of the layer that made it.
fn plain(message: &str) -> String {
    let message = message.split(DataFusionError::BACK_TRACE_SEP).next().unwrap_or_default().trim();
    const LAYERS: &[&str] =
        &["Error during planning: ", "Execution error: ", "External error: ", "Arrow error: "];
    let mut message = message;
    while let Some(rest) = LAYERS.iter().find_map(|layer| message.strip_prefix(layer)) {
        message = rest;
    }
    message.to_string()
}

/// A signature with the types as SQL spells them.
fn sql_types(signature: &str) -> String {
    const TYPES: &[(&str, &str)] = &[
        ("Utf8View", "VARCHAR"),
        ("LargeUtf8", "VARCHAR"),
        ("Utf8", "VARCHAR"),
        ("UInt64", "BIGINT UNSIGNED"),
        ("UInt32", "INT UNSIGNED"),
        ("Int64", "BIGINT"),
        ("Int32", "INT"),
        ("Float64", "DOUBLE"),
        ("Float32", "REAL"),
        ("Boolean", "BOOLEAN"),
    ];
    TYPES.iter().fold(signature.to_string(), |text, (arrow, sql)| text.replace(arrow, sql))
}

/// A message as it reads after `error: `.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    match (chars.next(), message.chars().nth(1)) {
        // Not an acronym, not a name.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_string(),
    }
}

/// `… at Line: 1, Column: 8` to the message and the place.
pub fn split_location(message: &str) -> (String, Option<(u64, u64)>) {
    let Some((before, after)) = message.rsplit_once(" at Line: ") else {
        return (message.to_string(), None);
    };
    let mut numbers = after.splitn(2, ", Column: ").map(|n| {
        let digits: String = n.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    });
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(line), Some(column)) => (before.to_string(), Some((line, column))),
        _ => (message.to_string(), None),
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

/// The first name a message quotes, without arguments: `'abs(Utf8)'` gives `abs`.
fn quoted(message: &str) -> Option<String> {
    let name = ['\'', '"', '`'].iter().filter_map(|&quote| {
        let (before, rest) = message.split_once(quote)?;
        Some((before.len(), rest.split_once(quote)?.0))
    });
    let (_, name) = name.min()?;
    let name = name.split('(').next().unwrap_or(name);
    (!name.is_empty()).then(|| name.to_string())
}

/// The word that begins at a column, empty where none does.
fn word_at(line: &str, column: usize) -> String {
    line.chars().skip(column - 1).take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Every table a query can name, as short as it can be named.
pub fn table_names(catalogs: &dyn CatalogProviderList, state: &SessionState) -> Vec<String> {
    let defaults = &state.config_options().catalog;
    let mut names = Vec::new();
    for catalog_name in catalogs.catalog_names() {
        let Some(catalog) = catalogs.catalog(&catalog_name) else { continue };
        for schema_name in catalog.schema_names() {
            let Some(schema) = catalog.schema(&schema_name) else { continue };
            for table in schema.table_names() {
                names.push(match (catalog_name == defaults.default_catalog, &schema_name) {
                    (true, schema) if *schema == defaults.default_schema => table,
                    (true, schema) => format!("{schema}.{table}"),
                    (false, schema) => format!("{catalog_name}.{schema}.{table}"),
                });
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Every function a query can call.
pub fn function_names(state: &SessionState) -> Vec<String> {
    let mut names: Vec<String> = (state.scalar_functions().keys())
        .chain(state.higher_order_functions().keys())
        .chain(state.aggregate_functions().keys())
        .chain(state.window_functions().keys())
        .chain(state.table_functions().keys())
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use crate::Engine;
    use datafusion::prelude::SessionContext;

    async fn told(text: &str) -> String {
        let engine = Engine::over(SessionContext::new());
        let setup = "CREATE TABLE methods AS SELECT 1 AS id, 'main' AS name, 'a.main' AS full_name";
        engine.run_all(setup).await.unwrap();
        engine.run_all(text).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_missing_column_is_marked_and_the_nearest_named() {
        assert_eq!(
            told("SELECT id,\n\tnmae\nFROM methods").await,
            "error: there is no column nmae\n --> line 2, column 2\n  |\n2 | \tnmae\n  | \t^^^^\n  \
             = help: did you mean name?"
        );
    }

    #[tokio::test]
    async fn a_missing_table_is_marked() {
        assert_eq!(
            told("SELECT 1;\nSELECT * FROM method").await,
            "error: there is no table method\n --> line 2, column 15\n  |\n2 | SELECT * FROM method\n  \
             |               ^^^^^^\n  = help: did you mean methods?"
        );
    }

    #[tokio::test]
    async fn a_missing_function_is_marked() {
        let told = told("SELECT uppper(name) FROM methods").await;
        assert!(told.contains("there is no function uppper"), "{told}");
        assert!(told.contains("| SELECT uppper(name)"), "{told}");
        assert!(told.contains("^^^^^^"), "{told}");
        assert!(told.contains("did you mean upper?"), "{told}");
    }

    #[tokio::test]
    async fn syntax_is_marked_at_the_word_that_is_wrong() {
        let told = told("SELECT name FORM methods").await;
        assert!(told.contains("line 1, column 18") || told.contains("line 1, column 13"), "{told}");
        let told = self::told("SELECT name FROM").await;
        assert!(told.contains("line 1, column 17"), "{told}");
        let told = self::told("SELCT 1").await;
        assert!(told.contains("did you mean SELECT?"), "{told}");
        let told = self::told("SELECT 'open").await;
        assert!(told.contains("line 1, column 8"), "{told}");
    }

    #[tokio::test]
    async fn a_type_error_is_marked_at_the_function() {
        let told = told("SELECT id,\n       strpos(name, id, 2) FROM methods").await;
        assert!(told.contains("line 2, column 8"), "{told}");
        assert!(told.starts_with("error: no function fits strpos(VARCHAR, BIGINT, BIGINT)\n"), "{told}");
        assert!(told.contains("= help: there is strpos("), "{told}");
    }

    #[tokio::test]
    async fn errors_of_execution_name_no_layer() {
        assert_eq!(told("SELECT 1 / (id - 1) FROM methods").await, "error: divide by zero error");
    }

    #[tokio::test]
    async fn a_missing_table_function_is_marked() {
        let told = told("SELECT * FROM generate_serie(1, 2)").await;
        assert!(told.contains("column 15") && told.contains("did you mean generate_series?"), "{told}");
    }
}
