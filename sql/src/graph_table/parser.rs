//! The parser of graph patterns: tokens in, syntax tree out.
//!
//! Recursive descent over the grammar of SQL:2023 Part 16 (and of GQL, ISO 39075, with which it shares the patterns).
//! Expressions are SQL's: their extent is known from the bracket or keyword that closes them.

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, SelectItem};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::error::{PatternError, Result};
use super::syntax::{
    Column, Direction, Edge, Element, GraphTable, Group, Labels, Mode, Path, PathPattern, Quantifier,
    Selector, Step,
};

/// How deep parentheses of paths and labels may nest.
const DEPTH: usize = 32;

/// What stands between the parentheses of `GRAPH_TABLE ( … )`.
pub fn graph_table(cursor: &mut Cursor<'_>) -> Result<GraphTable> {
    let (graph, graph_at) = object_name(cursor, "the name of a property graph")?;
    cursor.expect_keyword("MATCH")?;
    match_mode(cursor)?;
    let mut paths = vec![path_pattern(cursor)?];
    while cursor.take(',') {
        paths.push(path_pattern(cursor)?);
    }
    let filter = match cursor.take_keywords(&["WHERE"]) {
        true => {
            let end = cursor.find(cursor.last(), |here| {
                here.is_keyword("COLUMNS") && here.symbol_at(1) == Some('(')
                    || here.is_keyword("ONE") && here.is_keyword_at(1, "ROW") && here.is_keyword_at(2, "PER")
            });
            Some(cursor.expression(end)?)
        }
        false => None,
    };
    rows_clause(cursor)?;
    if !cursor.is_keyword("COLUMNS") {
        return Err(cursor.unexpected(match filter.is_some() {
            true => "COLUMNS",
            false => "an edge, a comma, WHERE or COLUMNS",
        }));
    }
    let columns = columns(cursor)?;
    match cursor.is_done() {
        true => Ok(GraphTable { graph, graph_at, paths, filter, columns }),
        false => Err(cursor.unexpected("the closing parenthesis of GRAPH_TABLE")),
    }
}

/// `REPEATABLE ELEMENTS`, which is the default.
fn match_mode(cursor: &mut Cursor<'_>) -> Result<()> {
    let at = cursor.at();
    if cursor.take_keywords(&["REPEATABLE", "ELEMENT"]) || cursor.take_keywords(&["REPEATABLE", "ELEMENTS"]) {
        cursor.take_keywords(&["BINDINGS"]);
    } else if cursor.is_keyword("DIFFERENT") && cursor.word_at(1).is_some() {
        let message = "DIFFERENT EDGES is not supported: several path patterns may match one edge";
        return Err(PatternError::new(message, at).help("TRAIL keeps edges different along one path"));
    }
    Ok(())
}

fn rows_clause(cursor: &mut Cursor<'_>) -> Result<()> {
    let at = cursor.at();
    if cursor.take_keywords(&["ONE", "ROW", "PER"]) && !cursor.take_keywords(&["MATCH"]) {
        let message = "only ONE ROW PER MATCH is supported";
        let help = "nodes(p) and edges(p) of a path variable p give lists that UNNEST takes apart";
        return Err(PatternError::new(message, cursor.since(at)).help(help));
    }
    Ok(())
}

fn columns(cursor: &mut Cursor<'_>) -> Result<Vec<Column>> {
    cursor.expect_keyword("COLUMNS")?;
    let end = cursor.closing();
    cursor.expect('(', "(")?;
    let mut columns = Vec::new();
    loop {
        let at = cursor.at();
        let comma = cursor.find(end, |here| here.symbol() == Some(','));
        let item = cursor.sql(comma, "a column", |parser| parser.parse_select_item())?;
        let at = cursor.since(at);
        if let SelectItem::Wildcard(_) = item {
            let message = "COLUMNS takes the columns of one variable: a.*";
            return Err(PatternError::new(message, at));
        }
        columns.push(Column { item, at });
        if !cursor.take(',') {
            break;
        }
    }
    cursor.expect(')', ", or )")?;
    Ok(columns)
}

fn path_pattern(cursor: &mut Cursor<'_>) -> Result<PathPattern> {
    let start = cursor.at();
    let mut variable = path_variable(cursor)?;
    let (selector, mode) = prefix(cursor)?;
    if variable.is_none() {
        // Not the standard's order, but that of its drafts and of several engines.
        variable = path_variable(cursor)?;
    }
    let path = path(cursor, DEPTH)?;
    Ok(PathPattern { variable, selector, mode, path, at: cursor.since(start) })
}

/// `p =`.
fn path_variable(cursor: &mut Cursor<'_>) -> Result<Option<Ident>> {
    if cursor.word_at(0).is_none() || cursor.symbol_at(1) != Some('=') {
        return Ok(None);
    }
    let name = cursor.name("a path variable")?;
    cursor.expect('=', "=")?;
    Ok(Some(name))
}

fn prefix(cursor: &mut Cursor<'_>) -> Result<(Selector, Mode)> {
    let selector = if cursor.take_keywords(&["ALL", "SHORTEST"]) {
        Selector::AllShortest
    } else if cursor.take_keywords(&["ANY", "SHORTEST"]) {
        Selector::AnyShortest
    } else if cursor.take_keywords(&["ALL"]) {
        Selector::All
    } else if cursor.take_keywords(&["ANY"]) {
        Selector::Any(count(cursor)?.unwrap_or(1))
    } else if cursor.take_keywords(&["SHORTEST"]) {
        match count(cursor)? {
            Some(count) => Selector::Shortest(count),
            None if cursor.is_keyword("GROUP") || cursor.is_keyword("GROUPS") => {
                return Err(groups(cursor).help("SHORTEST GROUP is ALL SHORTEST"));
            }
            None => return Err(cursor.unexpected("how many: SHORTEST k")),
        }
    } else {
        Selector::All
    };
    let mode = mode(cursor);
    if !cursor.take_keywords(&["PATHS"]) {
        cursor.take_keywords(&["PATH"]);
    }
    if cursor.is_keyword("GROUP") || cursor.is_keyword("GROUPS") {
        return Err(groups(cursor));
    }
    Ok((selector, mode.unwrap_or(Mode::Walk)))
}

fn groups(cursor: &Cursor<'_>) -> PatternError {
    PatternError::new("groups of shortest paths are not supported", cursor.at())
}

/// A count of paths, at least 1.
fn count(cursor: &mut Cursor<'_>) -> Result<Option<u32>> {
    let at = cursor.at();
    match cursor.number()? {
        Some(0) => Err(PatternError::new("at least one path must be asked for", at)),
        count => Ok(count),
    }
}

fn mode(cursor: &mut Cursor<'_>) -> Option<Mode> {
    let modes =
        [("WALK", Mode::Walk), ("TRAIL", Mode::Trail), ("ACYCLIC", Mode::Acyclic), ("SIMPLE", Mode::Simple)];
    modes.into_iter().find(|(keyword, _)| cursor.take_keywords(&[keyword])).map(|(_, mode)| mode)
}

/// A path while it is read: a node may still be missing after the last step.
#[derive(Default)]
struct Draft {
    nodes: Vec<Element>,
    steps: Vec<Step>,
    filters: Vec<Expr>,
}

impl Draft {
    fn node(&mut self, node: Element) -> Result<()> {
        if self.nodes.len() == self.steps.len() {
            self.nodes.push(node);
            return Ok(());
        }
        // `(a)(b)` is one node with two descriptions; one of them empty is what parentheses leave behind.
        match self.nodes.last_mut() {
            Some(last) if is_blank(last) => *last = node,
            Some(last) if is_blank(&node) => last.at = last.at.union(&node.at),
            _ => {
                let message = "two node patterns stand side by side: an edge belongs between them";
                return Err(PatternError::new(message, node.at));
            }
        }
        Ok(())
    }

    fn step(&mut self, step: Step, at: Span) {
        if self.nodes.len() == self.steps.len() {
            self.nodes.push(blank(at));
        }
        self.steps.push(step);
    }

    /// A path in parentheses that is not repeated belongs to the path around it.
    fn splice(&mut self, path: Path) -> Result<()> {
        let mut nodes = path.nodes.into_iter();
        if let Some(first) = nodes.next() {
            self.node(first)?;
        }
        for (step, node) in path.steps.into_iter().zip(nodes) {
            self.steps.push(step);
            self.nodes.push(node);
        }
        self.filters.extend(path.filters);
        Ok(())
    }

    fn finish(mut self, at: Span) -> Path {
        if self.nodes.len() == self.steps.len() {
            self.nodes.push(blank(at));
        }
        Path { nodes: self.nodes, steps: self.steps, filters: self.filters }
    }
}

fn blank(at: Span) -> Element {
    Element { variable: None, labels: None, filter: None, at }
}

fn is_blank(node: &Element) -> bool {
    node.variable.is_none() && node.labels.is_none() && node.filter.is_none()
}

fn path(cursor: &mut Cursor<'_>, depth: usize) -> Result<Path> {
    let mut draft = Draft::default();
    let start = cursor.place();
    loop {
        match cursor.symbol() {
            Some('(') if !is_group(cursor) => {
                let node = node(cursor, depth)?;
                if let Some('{' | '*' | '+' | '?') = cursor.symbol() {
                    return Err(cursor.unexpected("an edge: a node cannot be repeated").help(
                        "to repeat nodes with the edges between them, put both into parentheses: ((a)-[e]->(b)){1,3}",
                    ));
                }
                draft.node(node)?;
            }
            Some('(' | '[') => group(cursor, depth, &mut draft)?,
            Some('-' | '<') => {
                let at = cursor.at();
                let edge = edge(cursor, depth)?;
                draft.step(Step::Edge(Box::new(edge)), at);
            }
            Some('~') => {
                let message = "edges are directed here: there are no undirected ones to match";
                return Err(
                    PatternError::new(message, cursor.at()).help("-[e]- matches edges in either direction")
                );
            }
            Some('|') => {
                let message = "alternatives of paths are not supported";
                return Err(PatternError::new(message, cursor.at())
                    .help("labels can be alternatives: -[:A|B]->")
                    .help("whole patterns can: one GRAPH_TABLE UNION another"));
            }
            _ if cursor.place() == start => return Err(cursor.unexpected("a node pattern: (")),
            _ => break,
        }
    }
    let at = cursor.at();
    Ok(draft.finish(at))
}

/// Whether the parenthesis that comes next holds a path and not a node.
fn is_group(cursor: &Cursor<'_>) -> bool {
    match cursor.symbol_at(1) {
        Some(symbol) => matches!(symbol, '(' | '[' | '-' | '<' | '~'),
        None => {
            let opens = |ahead| matches!(cursor.symbol_at(ahead), Some('(' | '[' | '-' | '<' | '='));
            cursor.word_at(1).is_some() && opens(2)
        }
    }
}

fn group(cursor: &mut Cursor<'_>, depth: usize, draft: &mut Draft) -> Result<()> {
    let start = cursor.at();
    let Some(depth) = depth.checked_sub(1) else {
        return Err(PatternError::new("the path is nested too deeply", start));
    };
    let end = cursor.closing();
    let close = if cursor.symbol() == Some('(') { ')' } else { ']' };
    cursor.go_to(cursor.place() + 1);
    if let Some(word) = cursor.word_at(0) {
        let message = match cursor.symbol_at(1) {
            Some('=') => "a path in parentheses has no variable of its own".to_string(),
            _ => format!("{word} stands before a whole path pattern, not in parentheses"),
        };
        return Err(PatternError::new(message, cursor.at()));
    }
    let mut path = path(cursor, depth)?;
    if cursor.take_keywords(&["WHERE"]) {
        path.filters.push(cursor.expression(end)?);
    }
    cursor.expect(close, "an edge, a node, WHERE or the end of the parentheses")?;
    match quantifier(cursor)? {
        None => draft.splice(path),
        Some(quantifier) => {
            let at = cursor.since(start);
            if path.steps.is_empty() {
                return Err(PatternError::new("what is repeated holds no edge", at));
            }
            draft.step(Step::Group(Group { path, quantifier, at }), at);
            Ok(())
        }
    }
}

fn node(cursor: &mut Cursor<'_>, depth: usize) -> Result<Element> {
    let start = cursor.at();
    let end = cursor.closing();
    cursor.expect('(', "a node pattern: (")?;
    let mut element = element(cursor, end, depth)?;
    cursor.expect(')', element_end(&element))?;
    element.at = cursor.since(start);
    Ok(element)
}

fn element_end(element: &Element) -> &'static str {
    match (&element.filter, &element.labels, &element.variable) {
        (Some(_), ..) => "the closing bracket",
        (None, Some(_), _) => "|, &, WHERE or the closing bracket",
        (None, None, Some(_)) => "a label (:), WHERE or the closing bracket",
        (None, None, None) => "a variable, a label (:), WHERE or the closing bracket",
    }
}

/// `a:LABEL WHERE …`.
fn element(cursor: &mut Cursor<'_>, end: usize, depth: usize) -> Result<Element> {
    let start = cursor.at();
    let variable = match cursor.word_at(0) {
        Some(_) if !cursor.is_keyword("WHERE") && !cursor.is_keyword("IS") => {
            Some(cursor.name("a variable")?)
        }
        _ => None,
    };
    let labels = match cursor.take(':') || cursor.take_keywords(&["IS"]) {
        true => Some(labels(cursor, depth)?),
        false => None,
    };
    let filter = match cursor.take_keywords(&["WHERE"]) {
        true => Some(cursor.expression(end)?),
        false => None,
    };
    if filter.is_none() && cursor.symbol() == Some('{') {
        let message = "properties are compared in a WHERE: (a WHERE a.name = 'main')";
        return Err(PatternError::new(message, cursor.at()));
    }
    Ok(Element { variable, labels, filter, at: cursor.since(start) })
}

fn labels(cursor: &mut Cursor<'_>, depth: usize) -> Result<Labels> {
    let mut parts = vec![label_term(cursor, depth)?];
    while cursor.take('|') {
        parts.push(label_term(cursor, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Labels::Or(parts) })
}

fn label_term(cursor: &mut Cursor<'_>, depth: usize) -> Result<Labels> {
    let mut parts = vec![label(cursor, depth)?];
    while cursor.take('&') {
        parts.push(label(cursor, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Labels::And(parts) })
}

fn label(cursor: &mut Cursor<'_>, depth: usize) -> Result<Labels> {
    let at = cursor.at();
    let deeper =
        || depth.checked_sub(1).ok_or_else(|| PatternError::new("the labels are nested too deeply", at));
    if cursor.take('%') {
        return Ok(Labels::Any);
    }
    if cursor.take('!') {
        return Ok(Labels::Not(Box::new(label(cursor, deeper()?)?)));
    }
    if cursor.take('(') {
        let inner = labels(cursor, deeper()?)?;
        cursor.expect(')', "|, & or )")?;
        return Ok(inner);
    }
    if cursor.is_keyword("WHERE") {
        return Err(cursor.unexpected("a label"));
    }
    Ok(Labels::Named(cursor.name("a label")?))
}

fn edge(cursor: &mut Cursor<'_>, depth: usize) -> Result<Edge> {
    let start = cursor.at();
    let left = cursor.take('<');
    if cursor.symbol() == Some('~') {
        let message = "edges are directed here: there are no undirected ones to match";
        return Err(PatternError::new(message, cursor.at()).help("-[e]- matches edges in either direction"));
    }
    cursor.expect('-', "an edge: <-")?;
    let mut inner: Option<Element> = None;
    if cursor.symbol() == Some('[') {
        let end = cursor.closing();
        cursor.take('[');
        let found = element(cursor, end, depth)?;
        cursor.expect(']', element_end(&found))?;
        cursor.expect('-', "the end of the edge: - or ->")?;
        inner = Some(found);
    } else if cursor.symbol() == Some('/') {
        return Err(PatternError::new("simplified path patterns -/ /- are not supported", cursor.at()));
    }
    let right = cursor.take('>');
    let direction = match (left, right) {
        (false, true) => Direction::Right,
        (true, false) => Direction::Left,
        _ => Direction::Either,
    };
    let at = cursor.since(start);
    let mut element = inner.unwrap_or_else(|| blank(at));
    element.at = at;
    Ok(Edge { element, direction, quantifier: quantifier(cursor)? })
}

fn quantifier(cursor: &mut Cursor<'_>) -> Result<Option<Quantifier>> {
    let start = cursor.at();
    let (min, max) = if cursor.take('*') {
        (0, None)
    } else if cursor.take('+') {
        (1, None)
    } else if cursor.take('?') {
        (0, Some(1))
    } else if cursor.take('{') {
        let min = cursor.number()?;
        let bounds = match (min, cursor.take(',')) {
            (Some(exact), false) => (exact, Some(exact)),
            (None, false) => return Err(cursor.unexpected("how often: {n}, {n,m}, {n,} or {,m}")),
            (min, true) => (min.unwrap_or(0), cursor.number()?),
        };
        cursor.expect('}', "}")?;
        bounds
    } else {
        return Ok(None);
    };
    let at = cursor.since(start);
    if max.is_some_and(|max| max < min) {
        let message = format!("{min} is more than {}", max.unwrap_or_default());
        return Err(PatternError::new(message, at));
    }
    if max == Some(0) {
        return Err(PatternError::new("what is repeated must be allowed at least once", at));
    }
    Ok(Some(Quantifier { min, max, at }))
}

/// A name with dots.
pub fn object_name(cursor: &mut Cursor<'_>, expected: &str) -> Result<(ObjectName, Span)> {
    let at = cursor.at();
    let mut parts: Vec<Ident> = vec![cursor.name(expected)?];
    while cursor.take('.') {
        parts.push(cursor.name("a name")?);
    }
    Ok((ObjectName::from(parts), cursor.since(at)))
}
