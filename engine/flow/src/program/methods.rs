//! Methods with a body: their parameters, the variables they own, the type around them.

use stoa_model::{NodeKind, Operator, Symbol};

use super::{Idx, Language, NONE, Program};

/// A formal parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub node: Idx,
    /// 0 the receiver, 1 the first.
    pub index: i16,
    pub name: Symbol,
    pub variadic: bool,
}

/// A method with a body.
pub(crate) struct Method {
    pub node: Idx,
    pub language: Language,
    pub parameters: Vec<Parameter>,
    /// Parameters and locals, which have the slots 0, 1, … of this method's frames.
    pub variables: Vec<Idx>,
    /// The type in which it stands, or NONE.
    pub owner: Idx,
}

impl Program {
    /// Finds methods, the variables they own, and what closures share with the methods around them.
    pub(super) fn find_methods(&mut self) {
        self.slots = vec![NONE; self.nodes.len()];
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            match node.kind {
                NodeKind::Method if !node.external && !self.cfg.of(place).is_empty() => {
                    let owner = if node.parent != NONE && self.kind(node.parent) == NodeKind::TypeDecl {
                        node.parent
                    } else {
                        self.declaring_type(place)
                    };
                    let language = node.language;
                    self.method_of.insert(place, self.methods.len() as u32);
                    self.methods.push(Method {
                        node: place,
                        language,
                        parameters: Vec::new(),
                        variables: Vec::new(),
                        owner,
                    });
                }
                NodeKind::MethodParameterIn | NodeKind::Local => {
                    let Some(&number) = self.method_of.get(&node.method) else { continue };
                    let method = &mut self.methods[number as usize];
                    self.slots[place as usize] = method.variables.len() as u32;
                    method.variables.push(place);
                    if node.kind == NodeKind::MethodParameterIn && self.refers(place) {
                        self.referred.insert(place);
                    }
                    let method = &mut self.methods[number as usize];
                    if node.kind == NodeKind::MethodParameterIn && node.parent == node.method {
                        method.parameters.push(Parameter {
                            node: place,
                            index: node.argument,
                            name: node.name,
                            variadic: node.variadic,
                        });
                    }
                }
                _ => {}
            }
        }
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            if node.is_setter && node.kind == NodeKind::Method {
                self.setters.insert(node.name);
            }
            if node.kind == NodeKind::Method && node.external && self.str(node.full_name) == "panic" {
                self.panics = place;
            }
        }
        self.add_receivers();
        self.find_functions_of_functions();
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            // What a pointer leads to is kept where the pointer finds it.
            if node.operator == Some(Operator::AddressOf)
                && node.language.has_addresses()
                && let Some(operand) = self.argument(place, 1)
                && let target = self.node(operand).target
                && target != NONE
                && matches!(self.kind(target), NodeKind::Local | NodeKind::MethodParameterIn)
            {
                self.captured.insert(target);
            }
            // A variable that is called is used as one that is named.
            if node.kind == NodeKind::Call && node.operator.is_none() && node.target != NONE {
                let target = self.nodes[node.target as usize];
                if matches!(target.kind, NodeKind::Local | NodeKind::MethodParameterIn)
                    && target.method != node.method
                {
                    self.captured.insert(node.target);
                }
            }
            if node.kind != NodeKind::Identifier {
                continue;
            }
            if node.target == NONE {
                if matches!(self.str(node.name), "this" | "super")
                    && let Some(this) = self.receiver_around(node.method)
                    && self.method_around(this) != node.method
                {
                    self.captured.insert(this);
                }
                continue;
            }
            let target = self.nodes[node.target as usize];
            match target.kind {
                NodeKind::Local | NodeKind::MethodParameterIn if target.method != node.method => {
                    self.captured.insert(node.target);
                }
                NodeKind::Member if !target.is_static => {
                    if let Some(this) = self.receiver_around(node.method)
                        && self.method_around(this) != node.method
                    {
                        self.captured.insert(this);
                    }
                }
                _ => {}
            }
        }
    }

    /// Methods of types whose language does not declare the receiver get one: the METHOD node stands for it.
    fn add_receivers(&mut self) {
        for number in 0..self.methods.len() {
            let method = &self.methods[number];
            let node = self.nodes[method.node as usize];
            let lacks = match method.language {
                // Any function of JavaScript has a `this`, but for arrows, which see that of what is around them.
                Language::JavaScript => {
                    (!node.is_lambda || method.owner != NONE) && self.str(node.name) != "<module>"
                }
                Language::Cpp => method.owner != NONE,
                _ => false,
            } && !node.is_static
                && method.parameters.iter().all(|p| p.index != 0);
            if lacks {
                let method = &mut self.methods[number];
                self.slots[method.node as usize] = method.variables.len() as u32;
                method.variables.push(method.node);
                let this = Parameter { node: method.node, index: 0, name: Symbol::NONE, variadic: false };
                method.parameters.insert(0, this);
            }
        }
    }

    /// What a function of JavaScript gives the objects that it makes, `this.m = function` and `F.prototype.m = function`, counts as a member
    /// of it: such functions are named by it.
    fn find_functions_of_functions(&mut self) {
        let own =
            |n: &super::Node| n.kind == NodeKind::Method && n.language == Language::JavaScript && !n.external;
        let functions: rustc_hash::FxHashMap<Symbol, Idx> = (0..self.nodes.len() as Idx)
            .filter(|&p| own(self.node(p)))
            .map(|p| (self.node(p).full_name, p))
            .collect();
        for place in 0..self.nodes.len() as Idx {
            let node = self.nodes[place as usize];
            if !own(&node) || node.parent == NONE || self.kind(node.parent) != NodeKind::MethodRef {
                continue;
            }
            let assigned = self.nodes[node.parent as usize].parent;
            if assigned == NONE || self.node(assigned).operator != Some(Operator::Assignment) {
                continue;
            }
            let above =
                self.str(node.full_name).rsplit_once('.').and_then(|(above, _)| self.text.find(above));
            if let Some(&of) = above.and_then(|above| functions.get(&above)) {
                self.members.entry((of, node.name)).or_default().push(place);
            }
        }
    }

    /// What an assignment says beyond itself: of variables that nothing declares, of prototypes, and of results of Go that come with another.
    pub(super) fn note_script(&mut self, assignment: Idx, target: Idx) {
        let own = self.nodes[target as usize];
        let Some(value) = self.argument(assignment, 2) else { return };
        match own.language {
            Language::JavaScript if own.kind == NodeKind::Identifier && own.target == NONE => {
                let file = (self.id(target) >> 32) as u32;
                self.undeclared.entry((file, own.name)).or_insert(target);
            }
            Language::JavaScript if own.operator == Some(Operator::FieldAccess) => {
                let around = self.nodes[assignment as usize].method;
                let named = |n: Option<Idx>, name: &str| n.is_some_and(|n| self.name(n) == name);
                if around != NONE
                    && named(self.argument(target, 1), "module")
                    && named(self.argument(target, 2), "exports")
                {
                    let module = self.node(around).parent;
                    if module != NONE {
                        self.exports.insert(self.node(module).full_name, value);
                    }
                    return;
                }
                let function = |run: &Program, node: Idx| {
                    let target = run.node(node).target;
                    (target != NONE && run.kind(target) == NodeKind::Method).then_some(target)
                };
                let is_prototype = |run: &Program, access: Idx| {
                    let named = run.argument(access, 2).is_some_and(|f| run.name(f) == "prototype");
                    named.then(|| run.argument(access, 1)).flatten().and_then(|base| function(run, base))
                };
                let Some(heir) = is_prototype(self, target) else { return };
                // `new G()`, or `Object.create(G.prototype)`.
                let above = match self.name(value) {
                    "<init>" => self.targets(value).first().map(|c| c.method),
                    "create" => self.argument(value, 1).and_then(|access| is_prototype(self, access)),
                    _ => None,
                };
                if let Some(above) = above.filter(|&a| a != heir) {
                    self.heirs.entry(heir).or_insert(above);
                }
            }
            Language::Go
                if own.kind == NodeKind::Identifier
                    && own.target != NONE
                    && self.str(own.name).starts_with("<tmp>")
                    && matches!(
                        self.node(value).operator,
                        Some(Operator::IndexAccess | Operator::Receive | Operator::Cast)
                    ) =>
            {
                self.pairs.insert(own.target);
            }
            _ => {}
        }
    }

    /// The method that has a parameter or variable.
    pub(crate) fn method_around(&self, declaration: Idx) -> Idx {
        match self.kind(declaration) {
            NodeKind::Method => declaration,
            _ => self.node(declaration).method,
        }
    }

    /// The receiver that is seen in a method: its own, or that of the methods around a closure.
    pub(crate) fn receiver_around(&self, mut method: Idx) -> Option<Idx> {
        while method != NONE {
            if let Some(own) = self.method(method)
                && let Some(this) = own.parameters.iter().find(|p| p.index == 0)
            {
                return Some(this.node);
            }
            let parent = self.node(method).parent;
            if parent == NONE || self.kind(parent) == NodeKind::TypeDecl {
                return None;
            }
            method = self.node(method).method;
            if method != NONE && self.kind(method) != NodeKind::Method {
                return None;
            }
        }
        None
    }
}
