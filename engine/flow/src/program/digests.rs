//! Digests of what can be read of a program: of units, and of answers by names.
//!
//! They do not depend on the numbers that nodes and symbols have: in another snapshot they are the same as long as what they are of says the same.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use stoa_model::{NodeId, Symbol};

use super::reads::Table;
use super::{Idx, Language, NONE, Program};

/// A digest in the making.
#[derive(Default)]
pub(crate) struct Digest(FxHasher);

impl Digest {
    pub(crate) fn add(&mut self, what: impl Hash) {
        what.hash(&mut self.0);
    }

    /// The digest, its bits mixed (Steele, Lea and Flood, 2014): sums of digests say which ones there are.
    pub(crate) fn finish(&self) -> u64 {
        let mut bits = self.0.finish();
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// The digest of one thing.
pub(crate) fn digest(what: impl Hash) -> u64 {
    let mut digest = Digest::default();
    digest.add(what);
    digest.finish()
}

impl Program {
    /// A node, in terms that outlive the program: the id of its unit, and its rank in there.
    pub(crate) fn lasting(&self, node: Idx) -> (NodeId, u32) {
        match node {
            NONE => (-1, 0),
            _ => (self.ids[self.head_of(node) as usize], self.units.rank(node)),
        }
    }

    /// The same, seen from a unit: a node of that is known by its rank alone.
    fn known_from(&self, unit: u32, node: Idx) -> (NodeId, u32) {
        match node {
            NONE => (-1, 0),
            _ if self.nodes[node as usize].unit == unit => (-2, self.units.rank(node)),
            _ => self.lasting(node),
        }
    }

    fn head_of(&self, node: Idx) -> Idx {
        self.units.nodes(self.nodes[node as usize].unit)[0]
    }

    /// The unit that a node is part of, and its rank in there.
    pub(crate) fn ranked(&self, node: Idx) -> (u32, u32) {
        (self.nodes[node as usize].unit, self.units.rank(node))
    }

    /// The node of a unit with a rank.
    pub(crate) fn at_rank(&self, unit: u32, rank: u32) -> Option<Idx> {
        self.units.nodes(unit).get(rank as usize).copied()
    }

    /// The ids by which units are known, by their numbers.
    pub(crate) fn unit_ids(&self) -> impl ExactSizeIterator<Item = NodeId> + '_ {
        (0..self.units.len() as u32).map(|unit| self.ids[self.units.nodes(unit)[0] as usize])
    }

    /// The number of the unit with an id.
    pub(crate) fn unit_with(&self, id: NodeId) -> Option<u32> {
        let head = self.places.find(id);
        (head != NONE)
            .then(|| &self.nodes[head as usize])
            .filter(|n| self.units.nodes(n.unit)[0] == head)
            .map(|n| n.unit)
    }

    /// How many symbols there are, and each one's text by its number.
    pub(crate) fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.text.len() as u32).map(|symbol| self.text.get(Symbol(symbol)))
    }

    /// The symbol of a text. Nothing is noted.
    pub(crate) fn known_symbol(&self, text: &str) -> Option<Symbol> {
        self.text.find(text)
    }

    /// A digest of each unit: of all that is kept of its nodes, and of what `beside` says of nodes.
    pub(crate) fn unit_digests(&self, beside: impl Iterator<Item = (Idx, u64)>) -> Vec<u64> {
        let texts: Vec<u64> = self.texts().map(digest).collect();
        let rows: Vec<AtomicU64> = (0..self.units.len()).map(|_| AtomicU64::new(0)).collect();
        let row = |node: Idx, what: u64| {
            let digest = digest((self.units.rank(node), what));
            rows[self.nodes[node as usize].unit as usize].fetch_add(digest, Ordering::Relaxed);
        };
        self.rows_of_nodes(&texts, row);
        beside.for_each(|(node, what)| row(node, what));
        self.units.map(|unit| {
            let mut digest = Digest::default();
            for &node in self.units.nodes(unit) {
                self.digest_node(node, &texts, &mut digest);
            }
            digest.add(rows[unit as usize].load(Ordering::Relaxed));
            digest.finish()
        })
    }

    fn digest_node(&self, node: Idx, texts: &[u64], digest: &mut Digest) {
        let own = &self.nodes[node as usize];
        let text = |symbol: Symbol| texts[symbol.0 as usize];
        digest.add((own.kind, own.operator, own.control, own.language, own.argument));
        let flags = [
            own.external,
            own.is_static,
            own.is_union,
            own.is_extern,
            own.variadic,
            own.is_lambda,
            own.is_getter,
            own.is_setter,
            self.method_of.contains_key(&node),
        ];
        digest.add(flags.iter().fold(0u64, |bits, &flag| bits << 1 | u64::from(flag)));
        digest.add((text(own.name), text(own.full_name), text(own.keyword), text(own.type_name)));
        let known = |other: Idx| self.known_from(own.unit, other);
        digest.add((known(own.parent), known(own.method), known(own.target)));
        digest.add(self.slots[node as usize]);
        // Children of the unit itself say whose they are.
        let children = self.children.of(node).iter().enumerate();
        let apart = children.filter(|&(_, &child)| self.nodes[child as usize].unit != own.unit);
        apart.for_each(|(place, &child)| digest.add((place, known(child))));
        for list in [&self.held, &self.supers] {
            let list = list.of(node);
            digest.add(list.len());
            list.iter().for_each(|&other| digest.add(known(other)));
        }
        for &(to, label) in self.cfg.of(node) {
            digest.add((known(to), label));
        }
        for call in self.calls.of(node) {
            digest.add((known(call.method), call.label, call.confidence.to_bits()));
        }
    }

    /// What tables have of nodes that few have.
    fn rows_of_nodes(&self, texts: &[u64], row: impl Fn(Idx, u64)) {
        let text = |symbol: Symbol| texts[symbol.0 as usize];
        let one = |node: &Idx| self.lasting(*node);
        let all = |nodes: &[Idx]| nodes.iter().map(one).collect::<Vec<_>>();
        for (table, nodes) in
            [&self.captured, &self.referred, &self.pairs, &self.written].into_iter().enumerate()
        {
            nodes.iter().for_each(|&node| row(node, digest(table)));
        }
        let tables = [&self.references, &self.initialisers, &self.destructors, &self.heirs];
        for (table, pairs) in tables.into_iter().enumerate() {
            pairs.iter().for_each(|(&node, other)| row(node, digest((table, one(other)))));
        }
        self.assigned.iter().for_each(|(&node, values)| row(node, digest(("assigned", all(values)))));
        self.static_fields.iter().for_each(|(&node, fields)| row(node, digest(("fields", all(fields)))));
        self.decorators.all().for_each(|(node, of)| row(node, digest(("decorators", all(of)))));
        for (&(of, name), methods) in &self.members {
            row(of, digest(("members", text(name), all(methods))));
        }
        for (&(of, name), field) in &self.fields {
            row(of, digest(("field", text(name), one(field))));
        }
        for (&(of, name), values) in &self.assigned_fields {
            row(of, digest(("assigned", text(name), all(values))));
        }
        for method in &self.methods {
            let mut digest = Digest::default();
            digest.add(self.lasting(method.owner));
            for parameter in &method.parameters {
                let is = (parameter.index, text(parameter.name), parameter.variadic);
                digest.add((self.lasting(parameter.node), is));
            }
            digest.add(all(&method.variables));
            row(method.node, digest.finish());
        }
    }

    /// The digest of what a table has under a name, for a file.
    pub(crate) fn answer_digest(&self, table: Table, file: u32, name: &str) -> u64 {
        let one = |node: Option<&Idx>| digest(node.map(|&node| self.lasting(node)));
        let names = |names: Option<&Vec<Symbol>>| {
            digest(names.map(|names| names.iter().map(|&name| self.str(name)).collect::<Vec<_>>()))
        };
        let symbol = self.text.find(name);
        let is = |known: &dyn Fn(Symbol) -> bool| digest(symbol.is_some_and(known));
        let by_name = symbol.unwrap_or(Symbol::NONE);
        match table {
            Table::Text => digest(symbol.is_some()),
            Table::Types => one(self.types_by_name.get(&by_name)),
            Table::TypesOfFiles => one(self.types_of_files.get(&(file, by_name))),
            Table::TypesBySimpleName => one(self.types_by_simple_name.get(&by_name)),
            Table::Aliases => names(self.aliases.get(&by_name)),
            Table::AliasesOfFiles => names(self.aliases_of_files.get(&(file, by_name))),
            Table::CalledByMacros => names(self.called_by_macros.get(&by_name)),
            Table::SharedFields => is(&|name| self.shared_fields.contains(&name)),
            Table::Setters => is(&|name| self.setters.contains(&name)),
            Table::WrittenNames => is(&|name| self.written_names.contains(&name)),
            Table::Undeclared => one(self.undeclared.get(&(file, by_name))),
            Table::Exports => one(self.exports.get(&by_name)),
            Table::Imports => {
                digest(self.decorators.imports(file).iter().map(|&name| self.str(name)).collect::<Vec<_>>())
            }
            Table::Modules => digest(self.decorators.has_module(name)),
            Table::Config => digest(&self.config),
            Table::Panics => digest(self.lasting(self.panics)),
            Table::Destructors => digest(self.destructors.is_empty()),
            Table::Fields => digest(self.fields.is_empty()),
            Table::Assigned => digest(self.assigned.is_empty() && self.assigned_fields.is_empty()),
            Table::Languages => {
                let is_it = |language: Language| language as u32 == file;
                one(self.methods.iter().find(|m| is_it(m.language)).map(|m| &m.node))
            }
        }
    }
}
