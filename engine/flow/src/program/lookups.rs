//! What the interpreter asks of a program. Each question notes [what it reads](super::reads).

use stoa_model::{NodeId, NodeKind, Symbol};

use super::reads::{self, Table};
use super::{Call, Idx, Language, Method, NONE, Node, Program};

impl Program {
    /// Notes that something is read of a node.
    #[inline]
    pub(super) fn reads(&self, node: Idx) {
        reads::unit(self.nodes[node as usize].unit);
    }

    fn asks(&self, table: Table, file: u32, name: Symbol) {
        reads::named(table, file, name);
    }

    fn asks_text(&self, table: Table, text: &str) -> Option<Symbol> {
        let found = self.text.find(text);
        match found {
            Some(symbol) => self.asks(table, 0, symbol),
            None => reads::unnamed(table, text),
        }
        found
    }

    #[inline]
    pub(crate) fn node(&self, node: Idx) -> &Node {
        let node = &self.nodes[node as usize];
        reads::unit(node.unit);
        node
    }

    #[inline]
    pub(crate) fn kind(&self, node: Idx) -> NodeKind {
        self.node(node).kind
    }

    /// The id in the store. (Of what it says of a node itself nothing is noted but by whoever came by the node.)
    #[inline]
    pub(crate) fn id(&self, node: Idx) -> NodeId {
        self.ids[node as usize]
    }

    /// The node with an id; NONE if there is none.
    pub(crate) fn find(&self, id: NodeId) -> Idx {
        self.places.find(id)
    }

    #[inline]
    pub(crate) fn str(&self, symbol: Symbol) -> &str {
        self.text.get(symbol)
    }

    pub(crate) fn name(&self, node: Idx) -> &str {
        self.str(self.node(node).name)
    }

    /// The symbol of a text, if any node has it.
    pub(crate) fn symbol(&self, text: &str) -> Option<Symbol> {
        self.asks_text(Table::Text, text)
    }

    #[inline]
    pub(crate) fn children(&self, node: Idx) -> &[Idx] {
        self.reads(node);
        self.children.of(node)
    }

    /// The argument of a call with an index: 0 is the receiver, −1 the function that is called where it is an expression.
    pub(crate) fn argument(&self, call: Idx, index: i16) -> Option<Idx> {
        self.children(call).iter().copied().find(|&c| self.node(c).argument == index)
    }

    /// Arguments of a call in the order of the source, the receiver and the called expression among them.
    pub(crate) fn arguments(&self, call: Idx) -> impl Iterator<Item = Idx> + '_ {
        self.children(call).iter().copied().filter(|&c| self.node(c).argument != i16::MIN)
    }

    /// Methods that a call may run.
    #[inline]
    pub(crate) fn targets(&self, call: Idx) -> &[Call] {
        self.reads(call);
        self.calls.of(call)
    }

    /// Where control goes from a node.
    #[inline]
    pub(crate) fn successors(&self, node: Idx) -> &[(Idx, Option<stoa_model::EdgeLabel>)] {
        self.reads(node);
        self.cfg.of(node)
    }

    /// Types that a variable was found to hold.
    pub(crate) fn held(&self, variable: Idx) -> &[Idx] {
        self.reads(variable);
        self.held.of(variable)
    }

    /// What a type is declared to inherit from.
    pub(super) fn supers(&self, of: Idx) -> &[Idx] {
        self.reads(of);
        self.supers.of(of)
    }

    /// The slot of a LOCAL or parameter in the frames of its method.
    pub(crate) fn slot(&self, variable: Idx) -> u32 {
        self.reads(variable);
        self.slots[variable as usize]
    }

    /// Methods with a body, in the order of the source.
    pub(crate) fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// The number of the method whose METHOD node this is, if it has a body.
    pub(crate) fn number_of(&self, method: Idx) -> Option<u32> {
        if method == NONE {
            return None;
        }
        self.reads(method);
        self.method_of.get(&method).copied()
    }

    /// The method with a number.
    pub(crate) fn numbered(&self, number: u32) -> &Method {
        let method = &self.methods[number as usize];
        self.reads(method.node);
        method
    }

    /// The method whose METHOD node this is, if it has a body.
    pub(crate) fn method(&self, node: Idx) -> Option<&Method> {
        self.number_of(node).map(|number| &self.methods[number as usize])
    }

    /// Any method of a language: its first.
    pub(crate) fn method_of_language(&self, language: Language) -> Option<&Method> {
        self.asks(Table::Languages, language as u32, Symbol::NONE);
        let found = self.methods.iter().find(|m| m.language == language);
        found.inspect(|method| self.reads(method.node))
    }

    /// Whether a LOCAL or parameter is used by a method other than its own.
    pub(crate) fn is_captured(&self, variable: Idx) -> bool {
        self.reads(variable);
        self.captured.contains(&variable)
    }

    /// Whether a parameter of C++ stands for a variable of the caller, where that is a number or a pointer.
    pub(crate) fn is_referred(&self, parameter: Idx) -> bool {
        self.reads(parameter);
        self.referred.contains(&parameter)
    }

    /// The variable for which a variable is another name.
    pub(crate) fn reference(&self, variable: Idx) -> Option<Idx> {
        if variable == NONE {
            return None;
        }
        self.reads(variable);
        self.references.get(&variable).copied()
    }

    /// Whether a variable of Go holds a value and whether it is there.
    pub(crate) fn is_pair(&self, variable: Idx) -> bool {
        if variable == NONE {
            return false;
        }
        self.reads(variable);
        self.pairs.contains(&variable)
    }

    /// The assignment that initialises a MEMBER where it is declared.
    pub(crate) fn initialiser(&self, member: Idx) -> Option<Idx> {
        if member == NONE {
            return None;
        }
        self.reads(member);
        self.initialisers.get(&member).copied()
    }

    /// Methods of a type that have a name.
    pub(crate) fn members(&self, of: Idx, name: Symbol) -> &[Idx] {
        self.reads(of);
        self.members.get(&(of, name)).map_or(&[][..], Vec::as_slice)
    }

    pub(crate) fn destructor(&self, of: Idx) -> Option<Idx> {
        self.reads(of);
        self.destructors.get(&of).copied()
    }

    /// Whether no class has a destructor.
    pub(crate) fn has_no_destructors(&self) -> bool {
        self.asks(Table::Destructors, 0, Symbol::NONE);
        self.destructors.is_empty()
    }

    /// Whether no class has fields that are found by their names.
    pub(super) fn has_no_fields(&self) -> bool {
        self.asks(Table::Fields, 0, Symbol::NONE);
        self.fields.is_empty()
    }

    /// Whether nothing is assigned to what has no declared type.
    pub(super) fn has_none_assigned(&self) -> bool {
        self.asks(Table::Assigned, 0, Symbol::NONE);
        self.assigned.is_empty() && self.assigned_fields.is_empty()
    }

    /// Static fields of classes of JavaScript by the method that the class stands in.
    pub(crate) fn static_fields(&self, method: Idx) -> &[Idx] {
        self.reads(method);
        self.static_fields.get(&method).map_or(&[][..], Vec::as_slice)
    }

    /// What a function of JavaScript that makes objects inherits from.
    pub(super) fn heir(&self, function: Idx) -> Option<&Idx> {
        self.reads(function);
        self.heirs.get(&function)
    }

    /// What is assigned to a variable without a declared type that methods share.
    pub(crate) fn assigned(&self, variable: Idx) -> Option<&[Idx]> {
        if variable == NONE {
            return None;
        }
        self.reads(variable);
        self.assigned.get(&variable).map(|values| values.as_slice())
    }

    /// What is assigned to a field of an object of a type by methods of that.
    pub(super) fn assigned_field(&self, (of, name): (Idx, Symbol)) -> Option<&[Idx]> {
        self.reads(of);
        self.assigned_fields.get(&(of, name)).map(|values| values.as_slice())
    }

    /// The field of a class of C++ itself that has a name.
    pub(super) fn own_field_named(&self, of: Idx, name: Symbol) -> Option<Idx> {
        self.reads(of);
        self.fields.get(&(of, name)).copied()
    }

    /// Whether a member is written other than where it begins.
    pub(super) fn is_written(&self, member: Idx) -> bool {
        self.reads(member);
        self.written.contains(&member)
    }

    /// The type with a full name: the first, if several have it.
    pub(crate) fn type_named(&self, name: Symbol) -> Option<Idx> {
        self.asks(Table::Types, 0, name);
        self.types_by_name.get(&name).copied()
    }

    /// The type that a name means in a file, if that is not the first of the name.
    pub(crate) fn type_of_file(&self, file: u32, name: Symbol) -> Option<Idx> {
        self.asks(Table::TypesOfFiles, file, name);
        self.types_of_files.get(&(file, name)).copied()
    }

    /// The type with a simple name; NONE if several have it.
    pub(crate) fn type_simply_named(&self, name: Symbol) -> Option<Idx> {
        self.asks(Table::TypesBySimpleName, 0, name);
        self.types_by_simple_name.get(&name).copied()
    }

    /// What a macro stands for.
    pub(crate) fn aliases(&self, name: Symbol) -> &[Symbol] {
        self.asks(Table::Aliases, 0, name);
        self.aliases.get(&name).map_or(&[][..], Vec::as_slice)
    }

    /// What a macro stands for that a file defines itself.
    pub(super) fn aliases_of_file(&self, file: u32, name: Symbol) -> Option<&[Symbol]> {
        self.asks(Table::AliasesOfFiles, file, name);
        self.aliases_of_files.get(&(file, name)).map(Vec::as_slice)
    }

    /// What the text of a macro calls that has parameters.
    pub(crate) fn called_by_macro(&self, name: Symbol) -> &[Symbol] {
        self.asks(Table::CalledByMacros, 0, name);
        self.called_by_macros.get(&name).map_or(&[][..], Vec::as_slice)
    }

    /// Whether a union has a field of a name.
    pub(crate) fn is_shared_field(&self, name: Symbol) -> bool {
        self.asks(Table::SharedFields, 0, name);
        self.shared_fields.contains(&name)
    }

    /// Whether a function is run to write a property of a name.
    pub(crate) fn is_setter(&self, name: Symbol) -> bool {
        self.asks(Table::Setters, 0, name);
        self.setters.contains(&name)
    }

    /// Whether a field of a name is written on an object of unknown type.
    pub(super) fn is_written_name(&self, name: Symbol) -> bool {
        self.asks(Table::WrittenNames, 0, name);
        self.written_names.contains(&name)
    }

    /// Where a variable of JavaScript that nothing declares is first assigned to in a file.
    pub(crate) fn undeclared(&self, file: u32, name: Symbol) -> Option<Idx> {
        self.asks(Table::Undeclared, file, name);
        self.undeclared.get(&(file, name)).copied()
    }

    /// What a module of JavaScript exports as a whole.
    pub(crate) fn export(&self, module: Symbol) -> Option<Idx> {
        self.asks(Table::Exports, 0, module);
        self.exports.get(&module).copied()
    }

    /// The values of property files: path, key, value.
    pub(crate) fn config(&self) -> &[(String, String, String)] {
        self.asks(Table::Config, 0, Symbol::NONE);
        &self.config
    }

    /// The `panic` of Go, or NONE.
    pub(crate) fn panics(&self) -> Idx {
        self.asks(Table::Panics, 0, Symbol::NONE);
        self.panics
    }

    /// Expressions that a function of Python is decorated with.
    pub(crate) fn decorators(&self, method: Idx) -> &[Idx] {
        self.reads(method);
        self.decorators.of(method)
    }

    /// Full names that a file of Python imports.
    pub(super) fn imports(&self, file: u32) -> &[Symbol] {
        self.asks(Table::Imports, file, Symbol::NONE);
        self.decorators.imports(file)
    }

    /// Whether a module of Python of the tree has a name, or a part of its name.
    pub(super) fn has_module(&self, name: &str) -> bool {
        self.asks_text(Table::Modules, name);
        self.decorators.has_module(name)
    }
}
