//! Classes of C++, whose methods may be defined elsewhere; references, which are other names for variables; and unions.

use stoa_model::{NodeKind, Operator, Symbol};

use super::{Idx, Language, NONE, Program};

impl Program {
    /// The type in which a method is declared that is defined outside of it, by the full name: `N::C::run`.
    pub(super) fn declaring_type(&self, method: Idx) -> Idx {
        let node = self.node(method);
        let separator = match node.language {
            Language::Cpp => "::",
            Language::Go => ".",
            _ => return NONE,
        };
        let full = self.str(node.full_name);
        let Some((owner, _)) = full.rsplit_once(separator) else { return NONE };
        self.text.find(owner).and_then(|name| self.types_by_name.get(&name)).copied().unwrap_or(NONE)
    }

    /// Finds what classes have that is defined elsewhere, and what references refer to.
    pub(super) fn find_classes(&mut self) {
        for number in 0..self.methods.len() {
            let (method, owner) = (self.methods[number].node, self.methods[number].owner);
            let node = self.nodes[method as usize];
            if owner == NONE || !matches!(node.language, Language::Cpp | Language::Go) {
                continue;
            }
            if node.parent != owner {
                self.members.entry((owner, node.name)).or_default().push(method);
            }
            if self.str(node.name).starts_with('~') {
                self.destructors.insert(owner, method);
            }
        }
        let mut declared: Vec<Idx> = Vec::new();
        let mut defined: rustc_hash::FxHashMap<Symbol, Idx> = Default::default();
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            if !matches!(node.language, Language::C | Language::Cpp) {
                continue;
            }
            match node.kind {
                NodeKind::Member if node.parent != NONE && self.kind(node.parent) == NodeKind::TypeDecl => {
                    self.fields.entry((node.parent, node.name)).or_insert(place);
                    if self.node(node.parent).is_union {
                        self.shared_fields.insert(node.name);
                    }
                }
                // A variable that files share is the one that is defined.
                NodeKind::Member if node.is_extern => declared.push(place),
                NodeKind::Member if !node.is_static => {
                    defined.entry(node.full_name).or_insert(place);
                }
                NodeKind::Call if node.language == Language::Cpp => self.find_references(place),
                _ => {}
            }
        }
        for member in declared {
            let of = *defined.entry(self.node(member).full_name).or_insert(member);
            if of != member {
                self.references.insert(member, of);
            }
        }
    }

    /// Notes what an assignment binds, and which variables a call hands over to be changed.
    fn find_references(&mut self, place: Idx) {
        let node = self.nodes[place as usize];
        if node.operator == Some(Operator::Assignment) {
            let (Some(target), Some(value)) = (self.argument(place, 1), self.argument(place, 2)) else {
                return;
            };
            let (name, mut of) = (self.node(target).target, self.node(value).target);
            if of == NONE
                && name != NONE
                && self.kind(value) == NodeKind::Identifier
                && let Some(&number) = self.method_of.get(&node.method)
            {
                let called = self.node(value).name;
                let variables = self.methods[number as usize].variables.iter();
                of = variables.copied().find(|&v| self.node(v).name == called).unwrap_or(NONE);
            }
            if name != NONE
                && of != NONE
                && self.kind(name) == NodeKind::Local
                && self.kind(value) == NodeKind::Identifier
                && matches!(self.kind(of), NodeKind::Local | NodeKind::MethodParameterIn)
                && self.str(self.node(name).type_name).ends_with('&')
            {
                let of = self.references.get(&of).copied().unwrap_or(of);
                self.references.entry(name).or_insert(of);
            }
        }
        if node.operator.is_some() {
            return;
        }
        for call in self.targets(place).to_vec() {
            let Some(&number) = self.method_of.get(&call.method) else { continue };
            for parameter in self.methods[number as usize].parameters.clone() {
                if self.refers(parameter.node)
                    && let Some(argument) = self.argument(place, parameter.index)
                {
                    let target = self.node(argument).target;
                    let target = self.references.get(&target).copied().unwrap_or(target);
                    if target != NONE
                        && matches!(self.kind(target), NodeKind::Local | NodeKind::MethodParameterIn)
                        && !self.refers(target)
                    {
                        self.captured.insert(target);
                    }
                }
            }
        }
    }

    /// Whether a parameter stands for a variable of the caller that holds a number or a pointer. (An object is handed over as itself.)
    pub(super) fn refers(&self, parameter: Idx) -> bool {
        let node = self.node(parameter);
        node.language == Language::Cpp
            && node.kind == NodeKind::MethodParameterIn
            && self.str(node.type_name).strip_suffix('&').is_some_and(|name| {
                let name = name.trim();
                // In capitals: HANDLE, DWORD, which systems have for numbers and pointers.
                let capitals = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
                name.ends_with('*')
                    || crate::interpret::is_number_type(name)
                    || (name.len() > 1 && name.bytes().all(capitals) && !self.declares(name))
            })
    }

    /// Whether the tree has a type of a name.
    fn declares(&self, name: &str) -> bool {
        self.text.find(name).is_some_and(|symbol| {
            self.types_by_simple_name.get(&symbol).is_some_and(|&of| {
                of == NONE || self.children(of).iter().any(|&m| self.kind(m) == NodeKind::Member)
            })
        })
    }

    /// The class that a variable or an expression of C++ names as its own, by its reference or as the only one of that name.
    pub(crate) fn class_named(&self, node: Idx) -> Idx {
        let own = self.node(node);
        if own.language != Language::Cpp {
            return NONE;
        }
        let class = |named: Idx| {
            let named = self.node(named);
            let found = if named.target == NONE {
                self.type_simply_named(named.name).unwrap_or(NONE)
            } else {
                named.target
            };
            let fits = found != NONE
                && self.kind(found) == NodeKind::TypeDecl
                && !self.node(found).external
                && self.node(found).language == Language::Cpp;
            if fits { found } else { NONE }
        };
        if own.kind == NodeKind::Call {
            // `C()`: a call of what has the name of a class.
            let plain = own.operator.is_none()
                && self.argument(node, 0).is_none()
                && self.targets(node).iter().all(|c| self.method(c.method).is_none());
            let named = if plain { class(node) } else { NONE };
            if named != NONE {
                return named;
            }
        }
        let refs = self.children(node).iter().filter(|&&c| self.kind(c) == NodeKind::TypeRef);
        refs.map(|&c| class(c)).find(|&t| t != NONE).unwrap_or(NONE)
    }

    /// The field that a name means inside of a type.
    pub(crate) fn field_named(&self, of: Idx, name: Symbol) -> Option<Idx> {
        if self.has_no_fields() {
            return None;
        }
        self.lineage(of).into_iter().find_map(|t| self.own_field_named(t, name))
    }
}
