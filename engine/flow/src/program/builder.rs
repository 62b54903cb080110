//! From record batches to a [`Program`]: nodes in the order of the source, edges as compressed rows.

use arrow::array::{Array, RecordBatch};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use stoa_model::ids::{file_of, is_declaration, local_of};
use stoa_model::{Control, EdgeKind, EdgeLabel, FIRST_BODY, Interner, NodeId, NodeKind, Operator, Symbol};

use super::columns::{Columns, at};
use super::{Call, Language, NONE, Node, Program, Rows};
use crate::FlowError;

/// Columns of `nodes` that are read. `declaration_position` (as stored) or `position` (as SQL shows it) is read besides.
pub const NODE_COLUMNS: &[&str] = &[
    "id",
    "kind",
    "name",
    "full_name",
    "language",
    "parent_id",
    "argument_index",
    "argument_name",
    "method_id",
    "type_full_name",
    "control",
    "modifiers",
    "is_external",
];

/// Columns of `edges` that are read.
pub const EDGE_COLUMNS: &[&str] = &["src", "dst", "kind", "label", "confidence"];

/// Kinds of edges that are read; others may be given and are passed over.
pub const EDGE_KINDS: &[EdgeKind] =
    &[EdgeKind::Call, EdgeKind::Cfg, EdgeKind::EvalType, EdgeKind::InheritsFrom, EdgeKind::Ref];

/// Names of types that values are known by although the tree need not spell them: of what literals and loops make, and of what
/// languages have.
const KNOWN: &[&str] =
    &["Array", "Generator", "Iterator", "List", "Promise", "chan", "dict", "list", "map", "set", "tuple"];

/// Kinds of nodes that say nothing about values.
const LEFT_OUT: &[NodeKind] = &[NodeKind::Comment, NodeKind::Modifier];

struct Edge {
    src: NodeId,
    dst: NodeId,
    label: Option<EdgeLabel>,
    confidence: f32,
}

/// Collects the batches of a snapshot. They may come in any order; a node must be given once.
#[derive(Default)]
pub struct ProgramBuilder {
    text: Interner,
    ids: Vec<NodeId>,
    positions: Vec<u32>,
    nodes: Vec<Node>,
    parents: Vec<NodeId>,
    methods: Vec<NodeId>,
    edges: [Vec<Edge>; 5],
    config: Vec<(String, String, String)>,
}

impl ProgramBuilder {
    pub fn new() -> ProgramBuilder {
        ProgramBuilder::default()
    }

    /// Adds rows of `nodes`.
    pub fn nodes(&mut self, batch: &RecordBatch) -> Result<(), FlowError> {
        let c = Columns { table: "nodes", batch };
        let (id, kind, name, full_name) =
            (c.long("id")?, c.text("kind")?, c.text("name")?, c.text("full_name")?);
        let language = c.text("language")?;
        let (parent, argument, keyword) =
            (c.long("parent_id")?, c.int("argument_index")?, c.text("argument_name")?);
        let (method, type_name, control) =
            (c.long("method_id")?, c.text("type_full_name")?, c.text("control")?);
        let (modifiers, external, position) = (c.text("modifiers")?, c.flag("is_external")?, c.position()?);
        for row in 0..batch.num_rows() {
            let Some(kind) = at(&kind, row).and_then(NodeKind::parse) else { continue };
            if LEFT_OUT.contains(&kind) {
                continue;
            }
            let number = id.value(row);
            let place = if !is_declaration(number) {
                local_of(number) - FIRST_BODY
            } else if position.is_valid(row) {
                position.value(row) as u32
            } else {
                local_of(number)
            };
            let name = self.symbol(at(&name, row));
            self.ids.push(number);
            self.positions.push(place);
            self.parents.push(if parent.is_valid(row) { parent.value(row) } else { -1 });
            self.methods.push(if method.is_valid(row) { method.value(row) } else { -1 });
            let has = |word: &str| at(&modifiers, row).is_some_and(|m| m.split(' ').any(|w| w == word));
            let node = Node {
                kind,
                operator: if kind == NodeKind::Call { Operator::of(name) } else { None },
                control: at(&control, row).and_then(Control::parse),
                language: Language::parse(at(&language, row).unwrap_or_default()),
                external: external.is_valid(row) && external.value(row),
                is_extern: has("extern"),
                is_union: has("union"),
                is_static: has("static"),
                variadic: has("variadic"),
                is_lambda: has("lambda"),
                is_getter: has("get"),
                is_setter: has("set"),
                argument: if argument.is_valid(row) { argument.value(row) as i16 } else { i16::MIN },
                name,
                full_name: self.symbol(at(&full_name, row)),
                keyword: self.symbol(at(&keyword, row)),
                type_name: self.symbol(at(&type_name, row)),
                parent: NONE,
                method: NONE,
                target: NONE,
                unit: NONE,
            };
            self.nodes.push(node);
        }
        Ok(())
    }

    /// Adds rows of `edges`.
    pub fn edges(&mut self, batch: &RecordBatch) -> Result<(), FlowError> {
        let c = Columns { table: "edges", batch };
        let (src, dst, kind, label) = (c.long("src")?, c.long("dst")?, c.text("kind")?, c.text("label")?);
        let confidence = batch.column_by_name("confidence").cloned();
        let confidence = confidence
            .as_ref()
            .and_then(|c| arrow::compute::cast(c, &arrow::datatypes::DataType::Float32).ok());
        let confidence = confidence
            .as_ref()
            .map(|c| arrow::array::AsArray::as_primitive::<arrow::datatypes::Float32Type>(c.as_ref()));
        for row in 0..batch.num_rows() {
            let Some(place) =
                at(&kind, row).and_then(|k| EDGE_KINDS.iter().position(|known| known.as_str() == k))
            else {
                continue;
            };
            self.edges[place].push(Edge {
                src: src.value(row),
                dst: dst.value(row),
                label: at(&label, row).and_then(EdgeLabel::parse),
                confidence: confidence.filter(|c| c.is_valid(row)).map_or(1.0, |c| c.value(row)),
            });
        }
        Ok(())
    }

    /// Adds a value of a property file: what asks for `key` may get `value`.
    pub fn config(&mut self, path: &str, key: &str, value: &str) {
        self.config.push((path.to_owned(), key.to_owned(), value.to_owned()));
    }

    fn symbol(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |t| self.text.intern(t))
    }

    /// Numbers texts in their order, so that of two the same comes first in every program that has them.
    fn sort_texts(&mut self) {
        let known = Interner::new().len();
        let mut order: Vec<u32> = (known as u32..self.text.len() as u32).collect();
        order.par_sort_unstable_by_key(|&symbol| self.text.get(Symbol(symbol)));
        let mut sorted = Interner::new();
        let mut numbers: Vec<Symbol> = (0..self.text.len() as u32).map(Symbol).collect();
        for symbol in order {
            numbers[symbol as usize] = sorted.intern(self.text.get(Symbol(symbol)));
        }
        self.text = sorted;
        self.nodes.par_iter_mut().for_each(|node| {
            for symbol in [&mut node.name, &mut node.full_name, &mut node.keyword, &mut node.type_name] {
                *symbol = numbers[symbol.0 as usize];
            }
        });
    }

    /// Puts everything in its place.
    pub fn finish(mut self) -> Result<Program, FlowError> {
        KNOWN.iter().for_each(|name| {
            self.text.intern(name);
        });
        self.sort_texts();
        let count = self.nodes.len();
        if count >= NONE as usize {
            return Err(FlowError::TooLarge { nodes: count });
        }
        let mut order: Vec<(u64, u32)> = (self.ids.iter().zip(&self.positions).zip(0..))
            .map(|((&id, &position), number)| (u64::from(file_of(id)) << 32 | u64::from(position), number))
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.ids[a.1 as usize].cmp(&self.ids[b.1 as usize]))
        });
        let order: Vec<u32> = order.into_iter().map(|(_, number)| number).collect();
        let ids: Vec<NodeId> = order.iter().map(|&i| self.ids[i as usize]).collect();
        let mut nodes: Vec<Node> = order.iter().map(|&i| self.nodes[i as usize]).collect();
        let places = Places::new(&ids);
        for (new, &old) in order.iter().enumerate() {
            nodes[new].parent = places.find(self.parents[old as usize]);
            nodes[new].method = places.find(self.methods[old as usize]);
        }
        drop((std::mem::take(&mut self.ids), std::mem::take(&mut self.nodes), order));

        let [calls, cfg, eval, inherits, refs] = std::mem::take(&mut self.edges);
        for edge in &refs {
            let (src, dst) = (places.find(edge.src), places.find(edge.dst));
            if src != NONE && dst != NONE && nodes[src as usize].target == NONE {
                nodes[src as usize].target = dst;
            }
        }
        let rows = |edges: &[Edge]| -> Vec<(u32, u32, Option<EdgeLabel>, f32)> {
            let mut rows: Vec<_> = edges
                .iter()
                .map(|e| (places.find(e.src), places.find(e.dst), e.label, e.confidence))
                .filter(|e| e.0 != NONE && e.1 != NONE)
                .collect();
            rows.sort_unstable_by_key(|e| (e.0, e.1, e.2));
            rows.dedup_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2));
            rows
        };
        let cfg = Rows::new(count, rows(&cfg).into_iter().map(|e| (e.0, (e.1, e.2))));
        let calls = Rows::new(
            count,
            rows(&calls).into_iter().map(|e| (e.0, Call { method: e.1, label: e.2, confidence: e.3 })),
        );
        let mut types = rows(&eval);
        types.retain(|e| nodes[e.1 as usize].kind == NodeKind::TypeDecl);
        let types = Rows::new(count, types.into_iter().map(|e| (e.0, e.1)));
        let supers = Rows::new(count, rows(&inherits).into_iter().map(|e| (e.0, e.1)));
        let children = Rows::new(count, {
            let mut pairs: Vec<(u32, u32)> = (0..count as u32)
                .filter(|&i| nodes[i as usize].parent != NONE)
                .map(|i| (nodes[i as usize].parent, i))
                .collect();
            pairs.sort_unstable();
            pairs
        });
        Ok(Program::assemble(
            self.text,
            ids,
            places,
            nodes,
            [children, types, supers],
            cfg,
            calls,
            self.config,
        ))
    }
}

/// From ids to places in the order of nodes: an array a file, for body nodes and for declarations.
pub(crate) struct Places {
    files: FxHashMap<u32, usize>,
    tables: Vec<[Vec<u32>; 2]>,
}

impl Places {
    fn new(ids: &[NodeId]) -> Places {
        let mut places = Places { files: FxHashMap::default(), tables: Vec::new() };
        let mut current = None;
        for (place, &id) in ids.iter().enumerate() {
            let file = file_of(id);
            if current != Some(file) {
                current = Some(file);
                places.files.insert(file, places.tables.len());
                places.tables.push([Vec::new(), Vec::new()]);
            }
            let Some(tables) = places.tables.last_mut() else { continue };
            let (table, slot) = Places::slot(id);
            if tables[table].len() <= slot {
                tables[table].resize(slot + 1, NONE);
            }
            tables[table][slot] = place as u32;
        }
        places
    }

    fn slot(id: NodeId) -> (usize, usize) {
        let local = local_of(id);
        if local < FIRST_BODY { (0, local as usize) } else { (1, (local - FIRST_BODY) as usize) }
    }

    /// The place of a node; [`NONE`] if it was not given.
    pub(crate) fn find(&self, id: NodeId) -> u32 {
        if id < 0 {
            return NONE;
        }
        let Some(&file) = self.files.get(&file_of(id)) else { return NONE };
        let (table, slot) = Places::slot(id);
        self.tables[file][table].get(slot).copied().unwrap_or(NONE)
    }
}
