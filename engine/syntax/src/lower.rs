//! The writer of lowered trees: nodes are opened and closed in pre-order, and everything a child needs to
//! know about where it stands (argument number, slot, enclosing method, qualified name) is kept here.
//!
//! Language files call three layers: reading the syntax (`child`, `text`, `is`: `reading.rs`), writing nodes
//! (`node`, `leaf`, `call`, `operator` …, this file), and the meanings many languages share
//! (`sugar.rs`: loops, destructuring, methods, types).

use stoa_model::rows::NO_ARGUMENT;
use stoa_model::{Control, Dispatch, Interner, NodeKind, Operator, Symbol};

use crate::cst::{C, Cst, CstNode};
use crate::languages::Language;
use crate::rules::{Grammar, Role};
use crate::tree::{NOWHERE, Node, Position, Slot, Tree, flags};

/// Syntax nested deeper than this becomes one UNKNOWN node, and the file is `partial`. (Generated code
/// reaches some thousands: a sum of many terms nests once for each.)
pub const MAX_DEPTH: u32 = 10_000;

/// Below a qualified name longer than this, names are qualified as if they stood beside it. Without a bound, closures
/// nested in closures would take the square of their depth.
pub const MAX_QUALIFIED: usize = 4096;

/// Stack kept free for one level of lowering, and the size of the stacks that are added when it runs short.
pub const RED_ZONE: usize = 96 * 1024;
pub const MORE_STACK: usize = 4 * 1024 * 1024;

struct Frame {
    at: Position,
    children: u32,
    /// The number the next child gets as an argument; 0 means that children are no arguments.
    next_argument: i32,
}

/// The state of lowering one file.
pub struct Lower<'a> {
    pub cst: &'a Cst,
    pub source: &'a [u8],
    pub path: &'a str,
    pub language: &'static Language,
    pub grammar: &'static Grammar,
    pub names: &'a mut Interner,
    pub tree: &'a mut Tree,
    /// For languages whose macros hold source of their own.
    pub parser: &'a mut tree_sitter::Parser,
    /// The 0-based line in which nesting was cut, if it was.
    pub truncated_line: Option<u32>,
    /// Qualified names were cut at [`MAX_QUALIFIED`].
    pub shortened: bool,
    frames: Vec<Frame>,
    slot: Slot,
    argument: Option<i32>,
    /// The qualified name of the declaration being written.
    qualified: String,
    depth: u32,
    methods: Vec<Position>,
    temporaries: u32,
    closures: u32,
    anonymous: u32,
    modifiers: Vec<(Position, String)>,
    /// Modifiers and annotations that stand before the declaration they belong to, in a node around it or
    /// beside it (`export`, `declare`, decorators); the next declaration takes them.
    pub pending: Vec<C>,
    /// Names a language has declared in the method being written (Python's function scope).
    pub declared: Vec<rustc_hash::FxHashSet<Symbol>>,
    /// Nodes that are written already, as parts of the one before them.
    pub written: std::ops::Range<u32>,
    /// What the imports of a namespace bind, for languages that need it while lowering.
    pub imported: rustc_hash::FxHashMap<(Position, Symbol), Symbol>,
}

impl<'a> Lower<'a> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        language: &'static Language,
        grammar: &'static Grammar,
        path: &'a str,
        source: &'a [u8],
        cst: &'a Cst,
        tree: &'a mut Tree,
        names: &'a mut Interner,
        parser: &'a mut tree_sitter::Parser,
    ) -> Self {
        Lower {
            cst,
            source,
            path,
            language,
            grammar,
            names,
            tree,
            parser,
            truncated_line: None,
            shortened: false,
            frames: Vec::new(),
            slot: Slot::None,
            argument: None,
            qualified: String::new(),
            depth: 0,
            methods: Vec::new(),
            temporaries: 0,
            closures: 0,
            anonymous: 0,
            modifiers: Vec::new(),
            pending: Vec::new(),
            declared: Vec::new(),
            written: 0..0,
            imported: Default::default(),
        }
    }

    /// Writes the whole file: FILE, its NAMESPACE_BLOCK, what the language makes of the root, comments.
    pub(crate) fn file(&mut self) {
        let root = C(0);
        let module = (self.language.module)(self);
        self.qualified = module;
        self.tree.module = self.names.intern(&self.qualified);
        let path = self.names.intern(self.path);
        let file = self.open(NodeKind::File, root, path);
        // The root of the syntax tree starts at the first token; the file starts at its first byte.
        let node = &mut self.tree.nodes[file as usize];
        (node.start, node.line, node.column) = (0, 0, 0);
        node.end = self.source.len() as u32;
        let module = self.tree.module;
        let namespace = self.open(NodeKind::NamespaceBlock, root, module);
        self.tree.nodes[namespace as usize].full_name = module;
        (self.language.root)(self, root);
        self.close();
        for comment in &self.cst.comments {
            let at = self.push(NodeKind::Comment, comment, Symbol::NONE);
            self.tree.nodes[at as usize].last = at;
        }
        self.close();
        for (at, words) in std::mem::take(&mut self.modifiers) {
            self.tree.nodes[at as usize].modifiers = self.names.intern(&words);
        }
    }

    // ── Writing nodes ──────────────────────────────────────────────────────────────────────────────

    fn push(&mut self, kind: NodeKind, from: &CstNode, name: Symbol) -> Position {
        let at = self.tree.nodes.len() as Position;
        let slot = std::mem::take(&mut self.slot);
        let forced = self.argument.take();
        let (parent, child_index, argument_index) = match self.frames.last_mut() {
            Some(frame) => {
                frame.children += 1;
                let argument = match forced {
                    Some(number) => number,
                    None if frame.next_argument > 0 => {
                        frame.next_argument += 1;
                        frame.next_argument - 1
                    }
                    None => NO_ARGUMENT,
                };
                (frame.at, frame.children, argument)
            }
            None => (NOWHERE, 0, NO_ARGUMENT),
        };
        self.tree.nodes.push(Node {
            kind,
            control: None,
            dispatch: None,
            slot,
            flags: 0,
            name,
            full_name: Symbol::NONE,
            signature: Symbol::NONE,
            type_full_name: Symbol::NONE,
            modifiers: Symbol::NONE,
            parent,
            last: at,
            child_index,
            argument_index,
            argument_name: Symbol::NONE,
            method: self.methods.last().copied().unwrap_or(NOWHERE),
            start: from.start,
            end: from.end,
            line: from.line,
            column: from.column,
            end_line: from.end_line,
        });
        at
    }

    /// Opens a node; what is written until [`Lower::close`] is below it.
    pub fn open(&mut self, kind: NodeKind, n: C, name: Symbol) -> Position {
        let at = self.push(kind, self.cst.get(n), name);
        let next_argument = i32::from(kind == NodeKind::Call || kind == NodeKind::Return);
        self.frames.push(Frame { at, children: 0, next_argument });
        if kind == NodeKind::Method {
            self.methods.push(at);
        }
        at
    }

    /// Closes the node opened last.
    pub fn close(&mut self) {
        if let Some(frame) = self.frames.pop() {
            let last = self.tree.nodes.len() as Position - 1;
            self.tree.nodes[frame.at as usize].last = last;
            if self.methods.last() == Some(&frame.at) {
                self.methods.pop();
            }
        }
        self.slot = Slot::None;
        self.argument = None;
    }

    /// Names the argument written at `at`, if one was.
    pub fn name_argument(&mut self, at: Position, name: Symbol) {
        if let Some(node) = self.tree.nodes.get_mut(at as usize) {
            node.argument_name = name;
        }
    }

    /// A node with what `inside` writes below it.
    pub fn node(&mut self, kind: NodeKind, n: C, name: Symbol, inside: impl FnOnce(&mut Self)) -> Position {
        let at = self.open(kind, n, name);
        inside(self);
        self.close();
        at
    }

    /// A node without children.
    pub fn leaf(&mut self, kind: NodeKind, n: C, name: Symbol) -> Position {
        self.push(kind, self.cst.get(n), name)
    }

    /// The node at a position, to fill in what is known later.
    #[inline]
    pub fn at(&mut self, position: Position) -> &mut Node {
        &mut self.tree.nodes[position as usize]
    }

    /// The position the next node will have.
    pub fn here(&self) -> Position {
        self.tree.len()
    }

    /// A CALL of a named method: what `inside` writes are its arguments, numbered from 1.
    /// Use [`Lower::receiver`] first for the object it is called on.
    pub fn call(&mut self, n: C, name: Symbol, inside: impl FnOnce(&mut Self)) -> Position {
        self.node(NodeKind::Call, n, name, inside)
    }

    /// A CALL of an operator over what `inside` writes.
    pub fn operator(&mut self, operator: Operator, n: C, inside: impl FnOnce(&mut Self)) -> Position {
        let at = self.node(NodeKind::Call, n, operator.symbol(), inside);
        self.at(at).dispatch = Some(Dispatch::Inlined);
        at
    }

    /// A CONTROL_STRUCTURE over what `inside` writes.
    pub fn control(&mut self, control: Control, n: C, inside: impl FnOnce(&mut Self)) -> Position {
        let at = self.open(NodeKind::ControlStructure, n, Symbol::NONE);
        self.at(at).control = Some(control);
        inside(self);
        self.close();
        at
    }

    /// A BLOCK over what `inside` writes.
    pub fn block(&mut self, n: C, inside: impl FnOnce(&mut Self)) -> Position {
        self.node(NodeKind::Block, n, Symbol::NONE, inside)
    }

    /// A BLOCK that does not stand in the source.
    pub fn synthetic_block(&mut self, n: C, inside: impl FnOnce(&mut Self)) -> Position {
        let at = self.block(n, inside);
        self.at(at).flags |= flags::SYNTHETIC;
        at
    }

    /// An IDENTIFIER of a node's text.
    pub fn identifier(&mut self, n: C) -> Position {
        let name = self.symbol(n);
        self.leaf(NodeKind::Identifier, n, name)
    }

    /// An IDENTIFIER of another name.
    pub fn identifier_named(&mut self, n: C, name: Symbol) -> Position {
        self.leaf(NodeKind::Identifier, n, name)
    }

    /// A FIELD_IDENTIFIER of a node's text.
    pub fn field_identifier(&mut self, n: C) -> Position {
        let name = self.symbol(n);
        self.leaf(NodeKind::FieldIdentifier, n, name)
    }

    /// A LITERAL named by its text (cut at 100 bytes), of the given type.
    pub fn literal(&mut self, n: C, type_name: &str) -> Position {
        let text = self.text(n);
        let name = self.names.intern_bytes(&text[..text.len().min(100)]);
        self.literal_named(n, name, type_name)
    }

    /// A LITERAL with a name of its own.
    pub fn literal_named(&mut self, n: C, name: Symbol, type_name: &str) -> Position {
        let at = self.leaf(NodeKind::Literal, n, name);
        if !type_name.is_empty() {
            let type_name = self.intern(type_name);
            self.at(at).type_full_name = type_name;
        }
        at
    }

    /// A JUMP_TARGET.
    pub fn jump_target(&mut self, n: C, name: &str) -> Position {
        let name = self.intern(name);
        self.leaf(NodeKind::JumpTarget, n, name)
    }

    /// A TYPE_REF: `name` is the outermost type's name as written, without its path; `path` the whole path
    /// when there is one.
    pub fn type_ref(&mut self, n: C, name: Symbol, path: Symbol, inside: impl FnOnce(&mut Self)) -> Position {
        let at = self.node(NodeKind::TypeRef, n, name, inside);
        self.at(at).full_name = path;
        at
    }

    /// An IMPORT that binds `alias` to what `path` names.
    pub fn import(&mut self, n: C, alias: &str, path: &str) -> Position {
        let (alias, path) = (self.intern(alias), self.intern(path));
        let at = self.leaf(NodeKind::Import, n, alias);
        self.at(at).full_name = path;
        at
    }

    /// An IMPORT of everything that `path` offers.
    pub fn import_all(&mut self, n: C, path: &str) -> Position {
        let at = self.import(n, "*", path);
        self.at(at).flags |= flags::WILDCARD;
        at
    }

    /// A MODIFIER below the declaration being written, added to its `modifiers` too.
    pub fn modifier(&mut self, n: C, word: &str) {
        let name = self.intern(word);
        self.leaf(NodeKind::Modifier, n, name);
        self.modifier_word(word);
    }

    /// A word among the `modifiers` of the declaration being written that its text does not spell.
    pub fn modifier_word(&mut self, word: &str) {
        let Some(owner) = self.frames.last().map(|f| f.at) else { return };
        match self.modifiers.last_mut() {
            Some((at, words)) if *at == owner => {
                words.push(' ');
                words.push_str(word);
            }
            _ => self.modifiers.push((owner, word.to_owned())),
        }
    }

    /// A LOCAL of the method being written.
    pub fn local(&mut self, n: C, name: Symbol, type_name: Symbol) -> Position {
        let at = self.leaf(NodeKind::Local, n, name);
        self.at(at).type_full_name = type_name;
        at
    }

    /// A name for a value that has none in the source.
    pub fn temporary_name(&mut self) -> Symbol {
        let name = format!("<tmp>{}", self.temporaries);
        self.temporaries += 1;
        self.intern(&name)
    }

    /// A LOCAL for a value that has no name in the source, and its name.
    pub fn temporary(&mut self, n: C) -> Symbol {
        let name = self.temporary_name();
        let at = self.local(n, name, Symbol::NONE);
        self.at(at).flags |= flags::SYNTHETIC;
        name
    }

    /// The kind of the node being written into.
    pub fn parent_kind(&self) -> Option<NodeKind> {
        self.frames.last().map(|f| self.tree.get(f.at).kind)
    }

    /// The position of the node being written into.
    pub fn parent_position(&self) -> Option<Position> {
        self.frames.last().map(|f| f.at)
    }

    /// Whether a METHOD is being written.
    pub fn in_method(&self) -> bool {
        !self.methods.is_empty()
    }

    /// The innermost METHOD being written.
    pub fn method(&self) -> Option<Position> {
        self.methods.last().copied()
    }

    // ── Where the next child stands ────────────────────────────────────────────────────────────────

    /// Gives the next node written a slot.
    pub fn next_slot(&mut self, slot: Slot) -> &mut Self {
        self.slot = slot;
        self
    }

    /// Makes the next node written the receiver of the call: its argument 0.
    pub fn next_receiver(&mut self) -> &mut Self {
        self.argument = Some(0);
        self
    }

    /// Makes the next node written the callee of a call that has no name: its argument -1.
    pub fn next_callee(&mut self) -> &mut Self {
        self.argument = Some(-1);
        self
    }

    /// Makes the next node written no argument, though its parent is a call.
    pub fn next_no_argument(&mut self) -> &mut Self {
        self.argument = Some(NO_ARGUMENT);
        self
    }

    /// Writes nodes in front of the one that the slot and the argument number set before are meant for.
    pub fn in_front(&mut self, inside: impl FnOnce(&mut Self)) {
        let (slot, argument) = (std::mem::take(&mut self.slot), self.argument.take());
        self.aside(inside);
        (self.slot, self.argument) = (slot, argument);
    }

    /// What `inside` writes directly below the call being written is no argument of it.
    pub fn aside<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> R {
        let next = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.next_argument));
        let result = inside(self);
        self.argument = None;
        if let (Some(next), Some(frame)) = (next, self.frames.last_mut()) {
            frame.next_argument = next;
        }
        result
    }

    /// Lowers a node as the receiver of the call being written.
    pub fn receiver(&mut self, n: C) {
        self.next_receiver();
        self.lower(n);
        self.argument = None;
    }

    /// Lowers a node into a slot.
    pub fn slot(&mut self, slot: Slot, n: C) {
        self.slot = slot;
        self.lower(n);
        self.slot = Slot::None;
    }

    /// Lowers a node into a slot as a BLOCK: one is put around it unless it is one already.
    pub fn slot_block(&mut self, slot: Slot, n: C) {
        if matches!(self.role(n), Role::Block) {
            self.slot(slot, n);
        } else {
            self.slot = slot;
            self.synthetic_block(n, |l| l.lower(n));
        }
    }

    // ── Qualified names ────────────────────────────────────────────────────────────────────────────

    /// The qualified name of what is being written.
    pub fn qualified_name(&self) -> &str {
        &self.qualified
    }

    /// The qualified name of a declaration called `name` here.
    pub fn qualify(&self, name: &str) -> String {
        if self.qualified.is_empty() {
            name.to_owned()
        } else {
            format!("{}{}{}", self.qualified, self.language.separator, name)
        }
    }

    /// Writes what `inside` writes below `name` in qualified names.
    pub fn within<R>(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> R) -> R {
        let qualified = self.qualify(name);
        self.within_qualified(qualified, inside)
    }

    /// Writes what `inside` writes with another qualified name altogether.
    pub fn within_qualified<R>(&mut self, qualified: String, inside: impl FnOnce(&mut Self) -> R) -> R {
        if qualified.len() > MAX_QUALIFIED {
            self.shortened = true;
            return inside(self);
        }
        let outer = std::mem::replace(&mut self.qualified, qualified);
        let result = inside(self);
        self.qualified = outer;
        result
    }

    /// Sets the module's qualified name from inside of the root (Java's package, Go's).
    pub fn set_module(&mut self, module: &str) {
        self.qualified = module.to_owned();
        let symbol = self.intern(module);
        self.tree.module = symbol;
        let namespace = self.at(1);
        namespace.name = symbol;
        namespace.full_name = symbol;
    }

    /// A name for a closure, numbered through the file.
    pub fn closure_name(&mut self) -> String {
        self.closures += 1;
        format!("<lambda>{}", self.closures - 1)
    }

    /// A name for a type that has none, numbered through the file.
    pub fn anonymous_name(&mut self) -> String {
        self.anonymous += 1;
        format!("<anonymous>{}", self.anonymous - 1)
    }

    // ── Lowering by rule ───────────────────────────────────────────────────────────────────────────

    #[inline]
    pub fn role(&self, n: C) -> Role {
        self.grammar.role(self.cst.get(n).kind)
    }

    /// Lowers a node by its rule.
    pub fn lower(&mut self, n: C) {
        self.deeper(n, |l| l.apply(l.role(n), n));
    }

    /// Writes what `inside` writes of a node one level deeper; beyond [`MAX_DEPTH`] it is UNKNOWN. For functions
    /// that call themselves other than through [`Lower::lower`].
    pub fn deeper(&mut self, n: C, inside: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            self.truncated_line.get_or_insert(self.cst.get(n).line);
            self.leaf(NodeKind::Unknown, n, Symbol::NONE);
            return;
        }
        if self.written.contains(&n.0) {
            return;
        }
        self.depth += 1;
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || inside(self));
        self.depth -= 1;
    }

    /// Lowers a node, if there is one.
    pub fn lower_opt(&mut self, n: Option<C>) {
        if let Some(n) = n {
            self.lower(n);
        }
    }

    /// Lowers the syntax errors among the children, for functions that otherwise pick the children they know.
    pub fn lower_errors(&mut self, n: C) {
        let cst = self.cst;
        if cst.errors > 0 {
            for child in cst.named(n) {
                if self.is_error(child) {
                    self.lower(child);
                }
            }
        }
    }

    /// Lowers all named children, in order.
    pub fn lower_children(&mut self, n: C) {
        let cst = self.cst;
        for child in cst.named(n) {
            self.lower(child);
        }
    }
}
