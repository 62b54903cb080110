//! The graph of a snapshot in the shape that interpreting asks for.
//!
//! In: nodes and edges as record batches. Out: nodes numbered in the order of the source ([`Idx`]), with their columns in one
//! row each, children, control flow and callees as compressed rows; methods and types with what is asked of them.
//! Built once a snapshot and never changed; shared by all threads.

mod builder;
mod classes;
mod columns;
mod decorators;
pub(crate) mod digests;
mod language;
mod lookups;
mod methods;
pub(crate) mod reads;
mod rows;
mod types;
pub(crate) mod units;

use builder::Places;
pub use builder::{EDGE_COLUMNS, EDGE_KINDS, NODE_COLUMNS, ProgramBuilder};
use decorators::Decorators;
pub(crate) use language::Language;
pub(crate) use methods::{Method, Parameter};
use rows::Rows;
use units::Units;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::{Control, EdgeLabel, Interner, NodeId, NodeKind, Operator, Symbol};

/// A node by its place in the order of files and positions.
pub(crate) type Idx = u32;

/// No node.
pub(crate) const NONE: Idx = u32::MAX;

/// What the analysis keeps of a node.
#[derive(Clone, Copy)]
pub(crate) struct Node {
    pub kind: NodeKind,
    pub operator: Option<Operator>,
    pub control: Option<Control>,
    pub language: Language,
    pub external: bool,
    pub is_static: bool,
    pub is_union: bool,
    pub is_extern: bool,
    pub variadic: bool,
    /// A function whose `this` is that of the function around it.
    pub is_lambda: bool,
    /// What reading or writing a property runs.
    pub is_getter: bool,
    pub is_setter: bool,
    /// `argument_index`, or [`i16::MIN`].
    pub argument: i16,
    pub name: Symbol,
    pub full_name: Symbol,
    pub keyword: Symbol,
    pub type_name: Symbol,
    pub parent: Idx,
    pub method: Idx,
    /// What the node refers to (REF).
    pub target: Idx,
    /// The [unit](units) it is part of.
    pub unit: u32,
}

/// A method that a call may run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Call {
    pub method: Idx,
    pub label: Option<EdgeLabel>,
    pub confidence: f32,
}

/// A whole program, ready to be analysed.
pub struct Program {
    text: Interner,
    ids: Vec<NodeId>,
    places: Places,
    units: Units,
    nodes: Vec<Node>,
    children: Rows<Idx>,
    /// Types that a variable was found to hold.
    held: Rows<Idx>,
    supers: Rows<Idx>,
    cfg: Rows<(Idx, Option<EdgeLabel>)>,
    calls: Rows<Call>,
    config: Vec<(String, String, String)>,
    /// The slot of a LOCAL or parameter in the frames of its method.
    slots: Vec<u32>,
    /// Methods with a body, in the order of the source.
    methods: Vec<Method>,
    /// A METHOD node's place in `methods`, or NONE.
    method_of: FxHashMap<Idx, u32>,
    /// Whether a LOCAL or parameter is used by a method other than its own.
    captured: rustc_hash::FxHashSet<Idx>,
    /// Methods by the type around them and their name.
    members: FxHashMap<(Idx, Symbol), Vec<Idx>>,
    /// Types by their full name.
    types_by_name: FxHashMap<Symbol, Idx>,
    /// Of types that share their full name, those after the first, by file: what a file declares itself is what it means. Of
    /// JavaScript all types, by their name as well.
    types_of_files: FxHashMap<(u32, Symbol), Idx>,
    /// Types by their simple name; NONE where several have it.
    types_by_simple_name: FxHashMap<Symbol, Idx>,
    /// Assignments that initialise a MEMBER where it is declared.
    initialisers: FxHashMap<Idx, Idx>,
    /// Members that are written other than where they begin.
    written: rustc_hash::FxHashSet<Idx>,
    /// What is assigned to variables without a declared type that methods share, and to fields of the object itself by type and name.
    assigned: FxHashMap<Idx, SmallVec<[Idx; 1]>>,
    assigned_fields: FxHashMap<(Idx, Symbol), SmallVec<[Idx; 1]>>,
    /// Macros that stand for a name: of functions, mostly.
    aliases: FxHashMap<Symbol, Vec<Symbol>>,
    /// The same by file: what a file defines itself is what it means.
    aliases_of_files: FxHashMap<(u32, Symbol), Vec<Symbol>>,
    /// What the text of a macro calls that has parameters, by its name.
    called_by_macros: FxHashMap<Symbol, Vec<Symbol>>,
    /// What classes of C++ have: fields by type and name, destructors by type.
    fields: FxHashMap<(Idx, Symbol), Idx>,
    destructors: FxHashMap<Idx, Idx>,
    /// Parameters of C++ that stand for a variable of the caller, where that is a number or a pointer.
    referred: rustc_hash::FxHashSet<Idx>,
    /// Other names for variables: references of C++, and declarations of what another file defines.
    references: FxHashMap<Idx, Idx>,
    /// Names of fields of unions.
    shared_fields: rustc_hash::FxHashSet<Symbol>,
    /// Variables of JavaScript that nothing declares, by file and name: where they are first assigned to.
    undeclared: FxHashMap<(u32, Symbol), Idx>,
    /// Static fields of classes of JavaScript by the method that the class stands in.
    static_fields: FxHashMap<Idx, Vec<Idx>>,
    /// What modules of JavaScript export as a whole, by their names: `module.exports = …`.
    exports: FxHashMap<Symbol, Idx>,
    /// What functions of JavaScript that make objects inherit from.
    heirs: FxHashMap<Idx, Idx>,
    /// Names of properties that functions are run to write.
    setters: rustc_hash::FxHashSet<Symbol>,
    /// Variables of Go that hold a value and whether it is there.
    pairs: rustc_hash::FxHashSet<Idx>,
    /// The `panic` of Go, or NONE.
    panics: Idx,
    decorators: Decorators,
    /// Names of fields that are written on an object of unknown type.
    written_names: rustc_hash::FxHashSet<Symbol>,
}

impl Program {
    /// Nodes of the program.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing to analyse.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What the program takes of the heap, in bytes, roughly.
    pub fn bytes(&self) -> usize {
        // Of a node: its row and id, its place, its slot.
        let node = size_of::<Node>() + size_of::<NodeId>() + size_of::<[Idx; 2]>();
        let method = size_of::<Method>() + 64;
        let lists = self.children.bytes() + self.held.bytes() + self.supers.bytes();
        let edges = self.cfg.bytes() + self.calls.bytes();
        let text: usize = self.text.heap_bytes();
        let units = self.units.bytes();
        self.nodes.len() * node + self.methods.len() * method + lists + edges + text + units
    }

    #[allow(clippy::too_many_arguments)]
    fn assemble(
        text: Interner,
        ids: Vec<NodeId>,
        places: Places,
        nodes: Vec<Node>,
        [children, held, supers]: [Rows<Idx>; 3],
        cfg: Rows<(Idx, Option<EdgeLabel>)>,
        calls: Rows<Call>,
        config: Vec<(String, String, String)>,
    ) -> Program {
        let mut program = Program {
            text,
            ids,
            places,
            units: Units::default(),
            nodes,
            children,
            held,
            supers,
            cfg,
            calls,
            config,
            slots: Vec::new(),
            methods: Vec::new(),
            method_of: FxHashMap::default(),
            captured: Default::default(),
            members: FxHashMap::default(),
            types_by_name: FxHashMap::default(),
            types_of_files: FxHashMap::default(),
            types_by_simple_name: FxHashMap::default(),
            initialisers: FxHashMap::default(),
            written: Default::default(),
            assigned: FxHashMap::default(),
            assigned_fields: FxHashMap::default(),
            aliases: FxHashMap::default(),
            aliases_of_files: FxHashMap::default(),
            called_by_macros: FxHashMap::default(),
            undeclared: FxHashMap::default(),
            static_fields: FxHashMap::default(),
            exports: FxHashMap::default(),
            heirs: FxHashMap::default(),
            setters: Default::default(),
            pairs: Default::default(),
            panics: NONE,
            decorators: Decorators::default(),
            written_names: Default::default(),
            fields: FxHashMap::default(),
            destructors: FxHashMap::default(),
            referred: Default::default(),
            references: FxHashMap::default(),
            shared_fields: Default::default(),
        };
        program.find_types();
        program.find_methods();
        program.find_classes();
        program.find_writes();
        program.find_decorators();
        program.units = Units::of(&mut program.nodes);
        program
    }
}
