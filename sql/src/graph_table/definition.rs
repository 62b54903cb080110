//! CREATE PROPERTY GRAPH and DROP PROPERTY GRAPH: their syntax, and what they mean over the tables of a session.

use arrow::datatypes::SchemaRef;
use datafusion::common::TableReference;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, SelectItem};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::catalog::{
    EdgeTable, ElementTable, End, Property, PropertyGraph, PropertyGraphs, TableLabels, normal,
};
use super::cursor::Cursor;
use super::error::{PatternError, Result};
use super::parser::object_name;
use super::sql::quoted;

/// A statement about property graphs.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    Create { name: Ident, replace: bool, unless_there: bool, vertices: Vec<Table>, edges: Vec<Table> },
    Drop { names: Vec<Ident>, if_there: bool },
}

/// An entry of VERTEX TABLES or EDGE TABLES.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    table: ObjectName,
    at: Span,
    alias: Option<Ident>,
    key: Option<Vec<Ident>>,
    source: Option<Reference>,
    destination: Option<Reference>,
    labels: Vec<(Option<Ident>, Properties)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Reference {
    columns: Vec<Ident>,
    table: Ident,
    referenced: Option<Vec<Ident>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Properties {
    AllExcept(Vec<Ident>),
    Listed(Vec<(SelectItem, Span)>),
    None,
}

/// Parses a statement about property graphs.
pub fn parse(cursor: &mut Cursor<'_>) -> Result<Definition> {
    if cursor.take_keywords(&["DROP", "PROPERTY", "GRAPH"]) {
        let if_there = cursor.take_keywords(&["IF", "EXISTS"]);
        let mut names = vec![graph_name(cursor)?];
        while cursor.take(',') {
            names.push(graph_name(cursor)?);
        }
        if !cursor.take_keywords(&["RESTRICT"]) {
            cursor.take_keywords(&["CASCADE"]);
        }
        finish(cursor)?;
        return Ok(Definition::Drop { names, if_there });
    }
    cursor.expect_keyword("CREATE")?;
    let replace = cursor.take_keywords(&["OR", "REPLACE"]);
    cursor.expect_keyword("PROPERTY")?;
    cursor.expect_keyword("GRAPH")?;
    let unless_there = cursor.take_keywords(&["IF", "NOT", "EXISTS"]);
    let name = graph_name(cursor)?;
    if !cursor.take_keywords(&["NODE"]) && !cursor.take_keywords(&["VERTEX"]) {
        return Err(cursor.unexpected("VERTEX TABLES"));
    }
    let vertices = tables(cursor, false)?;
    let edges = match cursor.take_keywords(&["EDGE"]) || cursor.take_keywords(&["RELATIONSHIP"]) {
        true => tables(cursor, true)?,
        false => Vec::new(),
    };
    finish(cursor)?;
    Ok(Definition::Create { name, replace, unless_there, vertices, edges })
}

fn finish(cursor: &Cursor<'_>) -> Result<()> {
    if cursor.is_done() { Ok(()) } else { Err(cursor.unexpected("the end of the statement")) }
}

fn graph_name(cursor: &mut Cursor<'_>) -> Result<Ident> {
    let name = cursor.name("the name of a property graph")?;
    match cursor.symbol() {
        Some('.') => {
            Err(PatternError::new("a property graph belongs to the session, not to a schema", cursor.at()))
        }
        _ => Ok(name),
    }
}

fn tables(cursor: &mut Cursor<'_>, edges: bool) -> Result<Vec<Table>> {
    cursor.expect_keyword("TABLES")?;
    cursor.expect('(', "(")?;
    let mut tables = vec![table(cursor, edges)?];
    while cursor.take(',') {
        tables.push(table(cursor, edges)?);
    }
    let expected = if edges {
        "KEY, LABEL, PROPERTIES, a comma or )"
    } else {
        "AS, KEY, LABEL, PROPERTIES, a comma or )"
    };
    cursor.expect(')', expected)?;
    Ok(tables)
}

fn table(cursor: &mut Cursor<'_>, edge: bool) -> Result<Table> {
    let (table, at) = object_name(cursor, "the name of a table")?;
    let alias = match cursor.take_keywords(&["AS"]) {
        true => Some(cursor.name("an alias")?),
        false => None,
    };
    let key = match cursor.take_keywords(&["KEY"]) {
        true => Some(names(cursor)?),
        false => None,
    };
    let (mut source, mut destination) = (None, None);
    if edge {
        source = Some(reference(cursor, "SOURCE")?);
        destination = Some(reference(cursor, "DESTINATION")?);
    }
    let mut labels = Vec::new();
    loop {
        let label = if cursor.take_keywords(&["DEFAULT", "LABEL"]) {
            None
        } else if cursor.take_keywords(&["LABEL"]) {
            Some(cursor.name("a label")?)
        } else if labels.is_empty() && begins_properties(cursor) {
            None
        } else {
            break;
        };
        labels.push((label, properties(cursor)?));
    }
    if labels.is_empty() {
        labels.push((None, Properties::AllExcept(Vec::new())));
    }
    Ok(Table { table, at, alias, key, source, destination, labels })
}

fn names(cursor: &mut Cursor<'_>) -> Result<Vec<Ident>> {
    cursor.expect('(', "( and columns")?;
    let mut names = vec![cursor.name("a column")?];
    while cursor.take(',') {
        names.push(cursor.name("a column")?);
    }
    cursor.expect(')', ", or )")?;
    Ok(names)
}

fn reference(cursor: &mut Cursor<'_>, end: &str) -> Result<Reference> {
    cursor.expect_keyword(end)?;
    if !cursor.take_keywords(&["KEY"]) {
        return Err(cursor.unexpected(&format!("{end} KEY (column) REFERENCES table (column)")));
    }
    let columns = names(cursor)?;
    cursor.expect_keyword("REFERENCES")?;
    let table = cursor.name("a table of VERTEX TABLES")?;
    let referenced = if cursor.symbol() == Some('(') { Some(names(cursor)?) } else { None };
    Ok(Reference { columns, table, referenced })
}

fn begins_properties(cursor: &Cursor<'_>) -> bool {
    cursor.is_keyword("PROPERTIES") || cursor.is_keyword("NO") && cursor.is_keyword_at(1, "PROPERTIES")
}

fn properties(cursor: &mut Cursor<'_>) -> Result<Properties> {
    if cursor.take_keywords(&["NO", "PROPERTIES"]) {
        return Ok(Properties::None);
    }
    if !cursor.take_keywords(&["PROPERTIES"]) {
        return Ok(Properties::AllExcept(Vec::new()));
    }
    let are = cursor.take_keywords(&["ARE"]);
    if cursor.take_keywords(&["ALL", "COLUMNS"]) {
        let except = if cursor.take_keywords(&["EXCEPT"]) { names(cursor)? } else { Vec::new() };
        return Ok(Properties::AllExcept(except));
    }
    if are {
        return Err(cursor.unexpected("ALL COLUMNS"));
    }
    let end = cursor.closing();
    cursor.expect('(', "( or ALL COLUMNS")?;
    let mut listed = Vec::new();
    loop {
        let at = cursor.at();
        let comma = cursor.find(end, |here| here.symbol() == Some(','));
        let item = cursor.sql(comma, "a property", |parser| parser.parse_select_item())?;
        listed.push((item, cursor.since(at)));
        if !cursor.take(',') {
            break;
        }
    }
    cursor.expect(')', ", or )")?;
    Ok(Properties::Listed(listed))
}

/// Carries a statement about property graphs out; says what was done.
pub async fn execute(
    definition: Definition,
    graphs: &PropertyGraphs,
    state: &SessionState,
) -> Result<&'static str> {
    match definition {
        Definition::Drop { names, if_there } => {
            for name in names {
                graphs.drop(&name, if_there)?;
            }
            Ok("DROP PROPERTY GRAPH")
        }
        Definition::Create { name, replace, unless_there, vertices, edges } => {
            let mut tables: Vec<ElementTable> = Vec::new();
            for table in &vertices {
                let element = element(table, &tables, state).await?;
                if element.key.is_empty() {
                    let message = format!("the nodes of {} have no key", element.name);
                    return Err(PatternError::new(message, table.at)
                        .help("KEY (column) after the table says which column tells its rows apart"));
                }
                tables.push(element);
            }
            let mut edge_tables: Vec<EdgeTable> = Vec::new();
            for table in &edges {
                let known: Vec<ElementTable> =
                    tables.iter().chain(edge_tables.iter().map(|edge| &edge.element)).cloned().collect();
                let columns = columns(table, state).await?;
                let element = element(table, &known, state).await?;
                let (Some(source), Some(destination)) = (&table.source, &table.destination) else {
                    return Err(PatternError::new("an edge table needs SOURCE and DESTINATION", table.at));
                };
                edge_tables.push(EdgeTable {
                    element,
                    source: end(source, &tables, &columns)?,
                    destination: end(destination, &tables, &columns)?,
                    only_named: false,
                });
            }
            let graph =
                PropertyGraph { name: normal(&name), vertices: tables, edges: edge_tables, complete: false };
            graphs.create(graph, &name, replace, unless_there)?;
            Ok("CREATE PROPERTY GRAPH")
        }
    }
}

/// The columns of a table.
async fn columns(table: &Table, state: &SessionState) -> Result<SchemaRef> {
    let reference = reference_of(table, state)?;
    let missing = || {
        let names = crate::error::table_names(state.catalog_list().as_ref(), state);
        PatternError::new(format!("there is no table {}", table.table), table.at).suggest(
            &table.table.to_string(),
            names.iter().map(String::as_str),
            "tables",
        )
    };
    let schema = state.schema_for_ref(reference.clone()).map_err(|_| missing())?;
    match schema.table(reference.table()).await {
        Ok(Some(found)) => Ok(found.schema()),
        Ok(None) => Err(missing()),
        Err(error) => Err(PatternError::new(
            format!("{} cannot be read: {}", table.table, error.strip_backtrace()),
            table.at,
        )),
    }
}

/// The full name of a table, which means the same wherever it is written.
fn reference_of(table: &Table, state: &SessionState) -> Result<TableReference> {
    let parts: Vec<String> = table.table.0.iter().filter_map(|part| part.as_ident()).map(normal).collect();
    let defaults = &state.config_options().catalog;
    match parts.as_slice() {
        [name] => Ok(TableReference::full(
            defaults.default_catalog.clone(),
            defaults.default_schema.clone(),
            name.clone(),
        )),
        [schema, name] => {
            Ok(TableReference::full(defaults.default_catalog.clone(), schema.clone(), name.clone()))
        }
        [catalog, schema, name] => Ok(TableReference::full(catalog.clone(), schema.clone(), name.clone())),
        _ => Err(PatternError::new(format!("{} is not the name of a table", table.table), table.at)),
    }
}

async fn element(table: &Table, known: &[ElementTable], state: &SessionState) -> Result<ElementTable> {
    let schema = columns(table, state).await?;
    let reference = reference_of(table, state)?;
    let name = table.alias.as_ref().map_or_else(|| reference.table().to_string(), normal);
    if known.iter().any(|other| other.name == name) {
        return Err(PatternError::new(format!("the graph has two tables called {name}"), table.at)
            .help("AS gives one of them another name"));
    }
    let key =
        table.key.iter().flatten().map(|column| column_of(column, &schema)).collect::<Result<Vec<_>>>()?;
    let type_of =
        |column: &String| schema.field_with_name(column).map(|field| field.data_type().clone()).ok();
    let key_types = key.iter().filter_map(type_of).collect();
    let mut labels = Vec::new();
    let mut properties: Vec<Property> = Vec::new();
    for (label, of_label) in &table.labels {
        let label_name = label.as_ref().map_or_else(|| name.clone(), normal);
        if labels.contains(&label_name) {
            let at = label.as_ref().map_or(table.at, |label| label.span);
            return Err(PatternError::new(format!("{name} has the label {label_name} already"), at));
        }
        labels.push(label_name);
        for (property, at) in properties_of(of_label, &schema, table.at)? {
            match properties.iter().find(|known| known.name == property.name) {
                None => properties.push(property),
                Some(known) if *known == property => {}
                Some(known) => {
                    let message = format!("the property {} of {name} has two values", known.name);
                    return Err(PatternError::new(message, at));
                }
            }
        }
    }
    let relation = quoted_reference(&reference);
    Ok(ElementTable { name, relation, key, key_types, labels: TableLabels::All(labels), properties })
}

/// A full name as SQL reads it back, whatever letters are in it.
fn quoted_reference(reference: &TableReference) -> String {
    let parts = [reference.catalog(), reference.schema(), Some(reference.table())];
    parts.into_iter().flatten().map(quoted).collect::<Vec<_>>().join(".")
}

fn properties_of(properties: &Properties, schema: &SchemaRef, at: Span) -> Result<Vec<(Property, Span)>> {
    match properties {
        Properties::None => Ok(Vec::new()),
        Properties::AllExcept(except) => {
            let except = except.iter().map(|column| column_of(column, schema)).collect::<Result<Vec<_>>>()?;
            let kept = schema.fields().iter().filter(|field| !except.contains(field.name()));
            Ok(kept.map(|field| (Property { name: field.name().clone(), value: None }, at)).collect())
        }
        Properties::Listed(items) => {
            items.iter().map(|(item, at)| Ok((property(item, *at, schema)?, *at))).collect()
        }
    }
}

fn property(item: &SelectItem, at: Span, schema: &SchemaRef) -> Result<Property> {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(column)) => {
            Ok(Property { name: column_of(column, schema)?, value: None })
        }
        SelectItem::ExprWithAlias { expr: Expr::Identifier(column), alias } => {
            let column_name = column_of(column, schema)?;
            let name = normal(alias);
            let value = (name != column_name).then(|| Expr::Identifier(column.clone()));
            Ok(Property { name, value })
        }
        SelectItem::ExprWithAlias { expr, alias } => {
            Ok(Property { name: normal(alias), value: Some(expr.clone()) })
        }
        _ => Err(PatternError::new("a property that is not a column needs a name: expression AS name", at)),
    }
}

/// The column that a name means, as the table spells it.
fn column_of(column: &Ident, schema: &SchemaRef) -> Result<String> {
    let name = normal(column);
    match schema.field_with_name(&name) {
        Ok(field) => Ok(field.name().clone()),
        Err(_) => Err(PatternError::new(format!("there is no column {name}"), column.span).suggest(
            &name,
            schema.fields().iter().map(|field| field.name().as_str()),
            "columns",
        )),
    }
}

fn end(reference: &Reference, vertices: &[ElementTable], schema: &SchemaRef) -> Result<End> {
    let name = normal(&reference.table);
    let Some(vertex) = vertices.iter().position(|table| table.name == name) else {
        let message = format!("{name} is none of the VERTEX TABLES");
        return Err(PatternError::new(message, reference.table.span).suggest(
            &name,
            vertices.iter().map(|table| table.name.as_str()),
            "tables of nodes",
        ));
    };
    let columns =
        reference.columns.iter().map(|column| column_of(column, schema)).collect::<Result<Vec<_>>>()?;
    let key = &vertices[vertex].key;
    let referenced = match &reference.referenced {
        None => key.clone(),
        Some(referenced) => referenced.iter().map(normal).collect(),
    };
    let at = reference.table.span;
    if columns.len() != referenced.len() {
        let message = format!("{} columns cannot refer to {}", columns.len(), referenced.len());
        return Err(PatternError::new(message, at));
    }
    // In the order of the key, whatever the order they are written in.
    let ordered: Option<Vec<String>> = key
        .iter()
        .map(|column| Some(columns[referenced.iter().position(|other| other == column)?].clone()))
        .collect();
    match ordered.filter(|ordered| ordered.len() == columns.len()) {
        Some(columns) => Ok(End { columns, vertex, labels: Vec::new() }),
        None => Err(PatternError::new(
            format!("an edge refers to the KEY of {name}, which is ({})", key.join(", ")),
            at,
        )),
    }
}
