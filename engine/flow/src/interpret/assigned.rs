//! Types of variables by what is assigned to them: `const db = mysql.createConnection(…)` at the top of a module, `this.db = …` in a constructor.
//!
//! Rows say what library calls give; the variables are those that outlive a method, of languages whose variables have no types. Only what
//! stands in the source counts and no value of a run, so that it does not matter which run asks first.

use stoa_model::{NodeKind, Operator, Symbol};

use super::Run;
use super::naming::fits;
use crate::models::{Base, Model, Part, Role};
use crate::program::{Idx, Language, NONE};

/// Variables that are looked through: `pool = a(); db = pool.b()` is two.
const CHAIN: usize = 4;

/// Operands of decisions that are looked at.
const OPERANDS: usize = 8;

impl Run<'_> {
    /// Types of what is assigned to the variable that an expression means.
    pub(super) fn assigned_types(&self, node: Idx, depth: usize) -> Vec<String> {
        let mut names = Vec::new();
        if depth >= CHAIN {
            return names;
        }
        for &value in self.program.assigned_to(node) {
            // Deeper down less is looked through: only what is found from the top is kept.
            if depth == 0 {
                names.extend_from_slice(&self.context.assigned(value, || self.given_types(value, 1)));
            } else {
                names.extend(self.given_types(value, depth + 1));
            }
        }
        names
    }

    /// Types of what a module exports as a whole.
    pub(super) fn exported_types(&self, module: Symbol, depth: usize) -> Vec<String> {
        let full = self.program.str(module);
        let whole = full.strip_suffix("#*").or_else(|| full.strip_suffix("#default")).unwrap_or(full);
        match self.program.symbol(whole).and_then(|name| self.program.export(name)) {
            Some(value) if depth == 0 => self.context.assigned(value, || self.given_types(value, 1)).to_vec(),
            Some(value) if depth < CHAIN => self.given_types(value, depth + 1),
            _ => Vec::new(),
        }
    }

    /// Types of what an expression gives, by rows.
    fn given_types(&self, value: Idx, depth: usize) -> Vec<String> {
        let mut names = Vec::new();
        let mut work = vec![value];
        let mut count = 0;
        while let Some(node) = work.pop() {
            count += 1;
            if count > OPERANDS {
                break;
            }
            let own = self.program.node(node);
            match (own.kind, own.operator) {
                (NodeKind::Identifier, _) => names.extend(self.declared_types(node, depth)),
                (NodeKind::Call, None) => names.extend(self.result_types(node, depth)),
                (_, Some(Operator::FieldAccess)) => {
                    let (Some(base), Some(field)) =
                        (self.program.argument(node, 1), self.program.argument(node, 2))
                    else {
                        continue;
                    };
                    names.extend(self.declared_types(node, depth));
                    let types = self.path_types(base, self.declared_types(base, depth));
                    let name = format!(".{}", self.program.name(field));
                    names.extend(self.row_types(node, &name, &types));
                }
                (
                    _,
                    Some(
                        Operator::Await
                        | Operator::Cast
                        | Operator::Conditional
                        | Operator::LogicalOr
                        | Operator::LogicalAnd
                        | Operator::NullCoalesce
                        | Operator::Elvis,
                    ),
                ) => work.extend(self.program.arguments(node)),
                _ => {}
            }
        }
        names
    }

    /// Types that may declare what a call runs, by what stands in the source.
    fn receiver_types(&self, call: Idx, depth: usize) -> Vec<String> {
        let mut types = self.owners(call);
        if let Some(receiver) = self.program.argument(call, 0) {
            types.extend(self.declared_types(receiver, depth));
            if self.program.kind(receiver) == NodeKind::Call && depth < CHAIN {
                types.extend(self.given_types(receiver, depth + 1));
            }
        }
        types
    }

    /// Types of a parameter of a function that is handed to a library, by rows: `app.get('/', (ctx) => …)`.
    pub(super) fn callback_types(&self, parameter: Idx, depth: usize) -> Vec<String> {
        let own = self.program.node(parameter);
        if own.method == NONE || depth >= CHAIN {
            return Vec::new();
        }
        let reference = self.program.node(own.method).parent;
        if reference == NONE || self.program.kind(reference) != NodeKind::MethodRef {
            return Vec::new();
        }
        let call = self.program.node(reference).parent;
        if call == NONE
            || self.program.kind(call) != NodeKind::Call
            || self.program.node(call).operator.is_some()
        {
            return Vec::new();
        }
        let (Ok(argument), Ok(place)) =
            (usize::try_from(self.program.node(reference).argument - 1), usize::try_from(own.argument - 1))
        else {
            return Vec::new();
        };
        let models = self.context.models;
        let given = |m: &&Model| {
            m.role == Role::Type
                && m.output.parts == [Part::Parameter(place)]
                && match m.output.base {
                    Base::Argument(at) => at == argument,
                    Base::Arguments(from, to) => (from..=to).contains(&argument),
                    _ => false,
                }
        };
        let mut rows = models.called(own.language, self.program.name(call)).filter(given).peekable();
        if rows.peek().is_none() {
            return Vec::new();
        }
        let types = self.receiver_types(call, depth + 1);
        rows.filter(|m| m.type_name == "*" || types.iter().any(|t| fits(t, &m.type_name)))
            .map(|m| models.kind_name(m.kind).to_owned())
            .collect()
    }

    /// The module and the name of what a variable calls that was made of a function that takes a callback: `util.promisify(cp.exec)`.
    pub(super) fn promisified(&self, call: Idx) -> Option<(String, &str)> {
        let own = self.program.node(call);
        if own.language != Language::JavaScript
            || own.target == NONE
            || self.program.argument(call, 0).is_some()
        {
            return None;
        }
        let assigned = self.program.initialiser(own.target).and_then(|a| self.program.argument(a, 2));
        let kept = self.program.assigned(own.target).and_then(|values| values.first().copied());
        let made = assigned.or(kept)?;
        if self.program.name(made) != "promisify" {
            return None;
        }
        let function = self.program.argument(made, 1)?;
        let field = self.program.argument(function, 2);
        if let (Some(Operator::FieldAccess), Some(field)) = (self.program.node(function).operator, field) {
            let base = self.program.argument(function, 1)?;
            let types = self.path_types(base, self.declared_types(base, 1));
            let module = match self.program.name(base) {
                "require" => {
                    let name = self.program.argument(base, 1)?;
                    self.program.name(name).trim_matches(['\'', '"', '`']).to_owned()
                }
                _ => types.last()?.trim_end_matches("#*").to_owned(),
            };
            return Some((module, self.program.name(field)));
        }
        let import = self.program.node(function).target;
        if import == NONE {
            return None;
        }
        let (module, name) = self.program.str(self.program.node(import).full_name).rsplit_once(['#', '.'])?;
        Some((module.to_owned(), name))
    }

    /// Types of what a call gives, by rows.
    fn result_types(&self, call: Idx, depth: usize) -> Vec<String> {
        let types = self.receiver_types(call, depth);
        let name = self.program.name(call);
        let mut names = self.row_types(call, name, &types);
        let target = self.program.targets(call).first().map_or("", |t| self.program.name(t.method));
        if target != name {
            names.extend(self.row_types(call, target, &types));
        }
        if let Some(module) = self.called_module(call) {
            names.extend(self.row_types(call, "<call>", &[module.to_owned()]));
        }
        if name == "<init>" {
            // `new Sequelize()` of what is the module itself.
            if let Some(module) = self.called_module(call) {
                names.extend(self.row_types(call, name, &[module.to_owned()]));
            }
            names.extend(types);
        }
        names
    }

    fn row_types(&self, node: Idx, name: &str, types: &[String]) -> Vec<String> {
        let models = self.context.models;
        models
            .called(self.program.node(node).language, name)
            .filter(|m| m.role == Role::Type && m.output.base == Base::Return && m.output.parts.is_empty())
            .filter(|m| m.type_name == "*" || types.iter().any(|t| fits(t, &m.type_name)))
            .map(|m| models.kind_name(m.kind).to_owned())
            .collect()
    }
}
