//! Functions of a node's id: its text, its names, its place.

use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use stoa_model::ids::file_of;
use stoa_model::{FileId, NodeId};
use stoa_session::SourceText;

use crate::lookup::{Lookup, Node};
use crate::registry::{Argument, FunctionDoc, Kind, Returns};

pub(crate) const SOURCE_TEXT: FunctionDoc = FunctionDoc {
    name: "source_text",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("id", "BIGINT")],
    returns: Returns::Value("VARCHAR"),
    description: "The whole source text of a node, however long; bytes that are not UTF-8 become U+FFFD. NULL for what \
                  has no place in the source.",
    complexity: None,
    source: None,
    example: "SELECT source_text(id) FROM methods LIMIT 1",
};

pub(crate) const SOURCE_LINE: FunctionDoc = FunctionDoc {
    name: "source_line",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("id", "BIGINT")],
    returns: Returns::Value("VARCHAR"),
    description: "The line of source on which a node starts, without the white space around it.",
    complexity: None,
    source: None,
    example: "SELECT source_line(id) FROM calls LIMIT 1",
};

pub(crate) const QUALIFIED_NAME: FunctionDoc = FunctionDoc {
    name: "qualified_name",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("id", "BIGINT")],
    returns: Returns::Value("VARCHAR"),
    description: "The full name of a declaration; of any other node, the full name of the method around it, a dot and its \
                  own name.",
    complexity: None,
    source: None,
    example: "SELECT qualified_name(id) FROM methods LIMIT 1",
};

pub(crate) const NODE_PATH: FunctionDoc = FunctionDoc {
    name: "node_path",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("id", "BIGINT")],
    returns: Returns::Value("VARCHAR"),
    description: "The way from the file down to a node, as kinds and names: src/app.py > METHOD main > BLOCK > CALL print. \
                  A CONTROL_STRUCTURE shows what it does (IF, WHILE).",
    complexity: None,
    source: None,
    example: "SELECT node_path(id) FROM calls LIMIT 1",
};

pub(crate) const NODE_LOCATION: FunctionDoc = FunctionDoc {
    name: "node_location",
    kind: Kind::Scalar,
    arguments: &[Argument::sql("id", "BIGINT")],
    returns: Returns::Value("VARCHAR"),
    description: "Where a node is, as path:line:column, the way compilers write it. NULL for what has no place in the source.",
    complexity: None,
    source: None,
    example: "SELECT node_location(id) FROM methods LIMIT 1",
};

pub(crate) fn make_source_text(doc: &'static FunctionDoc, lookup: &Arc<Lookup>) -> ScalarUDF {
    IdFunction::make(doc, lookup, |lookup, ids| source_text(lookup, ids).boxed())
}

pub(crate) fn make_source_line(doc: &'static FunctionDoc, lookup: &Arc<Lookup>) -> ScalarUDF {
    IdFunction::make(doc, lookup, |lookup, ids| source_line(lookup, ids).boxed())
}

pub(crate) fn make_qualified_name(doc: &'static FunctionDoc, lookup: &Arc<Lookup>) -> ScalarUDF {
    IdFunction::make(doc, lookup, |lookup, ids| qualified_name(lookup, ids).boxed())
}

pub(crate) fn make_node_path(doc: &'static FunctionDoc, lookup: &Arc<Lookup>) -> ScalarUDF {
    IdFunction::make(doc, lookup, |lookup, ids| node_path(lookup, ids).boxed())
}

pub(crate) fn make_node_location(doc: &'static FunctionDoc, lookup: &Arc<Lookup>) -> ScalarUDF {
    IdFunction::make(doc, lookup, |lookup, ids| node_location(lookup, ids).boxed())
}

/// What a function says of each id that it has an answer for.
type Texts = HashMap<NodeId, String>;

async fn source_text(lookup: Arc<Lookup>, ids: HashSet<NodeId>) -> Result<Texts> {
    texts(lookup, ids, |source, node| {
        let range = source.range(node.line?, node.column?, node.length?)?;
        Some(&source.bytes()[range])
    })
    .await
}

async fn source_line(lookup: Arc<Lookup>, ids: HashSet<NodeId>) -> Result<Texts> {
    texts(lookup, ids, |source, node| {
        let start = source.range(node.line?, 1, 0)?.start;
        source.bytes()[start..].split(|byte| *byte == b'\n').next().map(<[u8]>::trim_ascii)
    })
    .await
}

/// What `cut` takes of its file for each node.
async fn texts(
    lookup: Arc<Lookup>,
    ids: HashSet<NodeId>,
    cut: for<'a> fn(&'a SourceText, &Node) -> Option<&'a [u8]>,
) -> Result<Texts> {
    let nodes = lookup.nodes(&ids).await?;
    let mut of_file: HashMap<FileId, Vec<(NodeId, &Node)>> = HashMap::new();
    for (id, node) in &nodes {
        if node.line.is_some() {
            of_file.entry(file_of(*id)).or_default().push((*id, node));
        }
    }
    let files: Vec<FileId> = of_file.keys().copied().collect();
    let mut texts = Texts::with_capacity(nodes.len());
    for (file, source) in files.iter().zip(lookup.sources.load(&files).await?) {
        let Some(source) = source else { continue };
        for (id, node) in &of_file[file] {
            if let Some(bytes) = cut(&source, node) {
                texts.insert(*id, String::from_utf8_lossy(bytes).into_owned());
            }
        }
    }
    Ok(texts)
}

async fn qualified_name(lookup: Arc<Lookup>, ids: HashSet<NodeId>) -> Result<Texts> {
    let nodes = lookup.nodes(&ids).await?;
    let unnamed = nodes.values().filter(|n| n.full_name.is_none());
    let methods: HashSet<NodeId> = unnamed.filter_map(|n| n.method).collect();
    let methods = lookup.nodes(&methods).await?;
    let name = |node: Node| match (node.full_name, node.method.and_then(|m| methods.get(&m))) {
        (Some(full_name), _) => Some(full_name),
        (None, Some(Node { full_name: Some(method), .. })) => Some(match node.name {
            Some(name) => format!("{method}.{name}"),
            None => method.clone(),
        }),
        (None, _) => node.name,
    };
    Ok(nodes.into_iter().filter_map(|(id, node)| Some((id, name(node)?))).collect())
}

async fn node_location(lookup: Arc<Lookup>, ids: HashSet<NodeId>) -> Result<Texts> {
    let nodes = lookup.nodes(&ids).await?;
    let paths = lookup.paths(&nodes.keys().map(|id| file_of(*id)).collect()).await?;
    let location = |(id, node): (NodeId, Node)| {
        let path = paths.get(&file_of(id))?;
        Some((id, format!("{path}:{}:{}", node.line?, node.column?)))
    };
    Ok(nodes.into_iter().filter_map(location).collect())
}

async fn node_path(lookup: Arc<Lookup>, ids: HashSet<NodeId>) -> Result<Texts> {
    let mut nodes = lookup.nodes(&ids).await?;
    // One lookup a level: the nodes of a batch share their ancestors.
    let mut wanted = parents(&nodes, nodes.values());
    while !wanted.is_empty() {
        let found = lookup.nodes(&wanted).await?;
        let next = parents(&nodes, found.values()).difference(&wanted).copied().collect();
        nodes.extend(found);
        wanted = next;
    }
    let files = ids.iter().map(|id| file_of(*id)).collect();
    let paths = lookup.paths(&files).await?;
    let path = |id: NodeId| {
        let mut steps = Vec::new();
        let mut at = nodes.get(&id);
        while let Some(node) = at {
            if node.kind != "FILE" {
                steps.push(step(node));
            }
            // A parent comes before its child in the file, so this ends.
            at = node.parent.and_then(|parent| nodes.get(&parent));
        }
        steps.extend(paths.get(&file_of(id)).cloned());
        steps.reverse();
        (!steps.is_empty() && nodes.contains_key(&id)).then(|| (id, steps.join(" > ")))
    };
    Ok(ids.into_iter().filter_map(path).collect())
}

fn parents<'a>(known: &HashMap<NodeId, Node>, nodes: impl Iterator<Item = &'a Node>) -> HashSet<NodeId> {
    nodes.filter_map(|n| n.parent).filter(|id| !known.contains_key(id)).collect()
}

fn step(node: &Node) -> String {
    let kind = node.control.as_deref().unwrap_or(&node.kind);
    match node.name.as_deref().filter(|name| !name.is_empty() && node.control.is_none()) {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_string(),
    }
}

/// A function from ids to text.
#[derive(Debug)]
struct IdFunction {
    name: &'static str,
    signature: Signature,
    lookup: Arc<Lookup>,
    evaluate: fn(Arc<Lookup>, HashSet<NodeId>) -> BoxFuture<'static, Result<Texts>>,
}

impl IdFunction {
    fn make(
        doc: &'static FunctionDoc,
        lookup: &Arc<Lookup>,
        evaluate: fn(Arc<Lookup>, HashSet<NodeId>) -> BoxFuture<'static, Result<Texts>>,
    ) -> ScalarUDF {
        // Stable: the same over one snapshot, not over two.
        let signature = Signature::exact(vec![DataType::Int64], Volatility::Stable);
        ScalarUDF::new_from_impl(IdFunction {
            name: doc.name,
            signature,
            lookup: Arc::clone(lookup),
            evaluate,
        })
    }

    fn texts(&self, ids: &Int64Array) -> Result<StringViewArray> {
        let wanted: HashSet<NodeId> = ids.iter().flatten().collect();
        let texts = match wanted.is_empty() {
            true => Texts::new(),
            false => Lookup::wait((self.evaluate)(Arc::clone(&self.lookup), wanted))?,
        };
        Ok(ids.iter().map(|id| texts.get(&id?).map(String::as_str)).collect())
    }
}

impl PartialEq for IdFunction {
    fn eq(&self, other: &IdFunction) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.lookup, &other.lookup)
    }
}

impl Eq for IdFunction {}

impl Hash for IdFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        Arc::as_ptr(&self.lookup).hash(state);
    }
}

impl ScalarUDFImpl for IdFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match &args.args[0] {
            ColumnarValue::Array(ids) => {
                let texts: ArrayRef = Arc::new(self.texts(ids.as_primitive::<Int64Type>())?);
                Ok(ColumnarValue::Array(texts))
            }
            ColumnarValue::Scalar(id) => {
                let ids = id.to_array()?;
                let texts: ArrayRef = Arc::new(self.texts(ids.as_primitive::<Int64Type>())?);
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?))
            }
        }
    }
}
