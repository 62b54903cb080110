//! Rows of a model from the text of its file (RFC 4180: quotes around a field, doubled inside of one).

use super::ModelRow;
use crate::FlowError;

const HEADER: &[&str] = &["role", "type", "name", "arity", "input", "output", "kind", "note"];

/// Reads the rows of a CSV file. Empty lines and lines that begin with `#` are passed over; columns may come in any order.
pub fn parse_models(language: &str, file: &str, text: &str) -> Result<Vec<ModelRow>, FlowError> {
    let error = |line: usize, why: String| FlowError::Model { file: file.to_owned(), line, why };
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let Some((first, header)) = lines.next() else { return Ok(Vec::new()) };
    let header = fields(header).ok_or_else(|| error(first + 1, "a quote is not closed".to_owned()))?;
    let mut columns = Vec::new();
    for name in &header {
        match HEADER.iter().position(|h| h == &name.trim()) {
            Some(column) => columns.push(column),
            None => return Err(error(first + 1, format!("`{name}` is no column; the columns are {}", HEADER.join(", ")))),
        }
    }
    let mut rows = Vec::new();
    for (number, line) in lines {
        let fields = fields(line).ok_or_else(|| error(number + 1, "a quote is not closed".to_owned()))?;
        if fields.len() > columns.len() {
            return Err(error(number + 1, format!("{} fields for {} columns", fields.len(), columns.len())));
        }
        let mut row = ModelRow { language: language.to_owned(), file: file.to_owned(), line: number + 1, ..Default::default() };
        for (&column, field) in columns.iter().zip(fields) {
            let field = field.trim().to_owned();
            match column {
                0 => row.role = field,
                1 => row.type_name = field,
                2 => row.name = field,
                3 => row.arity = field,
                4 => row.input = field,
                5 => row.output = field,
                6 => row.kind = field,
                _ => row.note = field,
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut()?;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_quotes_and_errors() {
        let text = "role,type,name,arity,input,output,kind,note\n# a comment\n\nsink,a.B,run,1,arg[0],,sql,\"x, \"\"y\"\"\"\n";
        let rows = parse_models("java", "a.csv", text).unwrap();
        assert_eq!((rows.len(), rows[0].line, rows[0].name.as_str()), (1, 4, "run"));
        let error = parse_models("java", "a.csv", "role,what\n").unwrap_err();
        assert_eq!(error.to_string(), "a.csv:1: `what` is no column; the columns are role, type, name, arity, input, output, kind, note");
    }
}
