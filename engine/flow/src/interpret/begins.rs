//! Types that begin to be: the static initialisers of a type run before it is first made, asked or loaded by its name.
//!
//! Whether that happened before is not known of a single call, so what an initialiser writes may or may not be so behind it.

use smallvec::SmallVec;
use stoa_model::{NodeKind, Symbol};

use super::Run;
use crate::domain::ValueId;
use crate::models::{Model, Models, Role};
use crate::program::{Idx, NONE, Program};

/// The name of a static initialiser.
const INITIALISER: &str = "<clinit>";

pub(crate) type Types = SmallVec<[Idx; 1]>;

/// Types with static initialisers that a call makes begin to be, as far as its edges tell.
pub(crate) fn begun_by(program: &Program, call: Idx) -> Types {
    let own = program.node(call);
    let mut types = Types::new();
    let mut add = |of: Idx| {
        let around = if own.method == NONE { NONE } else { program.node(own.method).parent };
        if of != around && !initialisers(program, of).is_empty() && !types.contains(&of) {
            types.push(of);
        }
    };
    let constructs = program.str(own.name) == "<init>" && program.argument(call, 0).is_none();
    for target in program.targets(call) {
        let method = program.node(target.method);
        if (constructs || method.is_static)
            && method.parent != NONE
            && program.kind(method.parent) == NodeKind::TypeDecl
        {
            add(method.parent);
        }
    }
    if constructs && let Some(of) = program.type_named(own.type_name) {
        add(of);
    }
    types
}

/// The type that a text names: nested ones behind a `$` or a dot.
fn named(program: &Program, text: &str) -> Option<Idx> {
    let name = program.symbol(&text.replace('$', "."))?;
    program.type_named(name)
}

/// Types that a call loads by their names, where these are literals.
pub(crate) fn loaded_by(program: &Program, models: &Models, call: Idx) -> Types {
    let own = program.node(call);
    if own.name == Symbol::NONE {
        return Types::new();
    }
    let mut rows = models.called(own.language, program.str(own.name));
    if !rows.any(|r| r.role == Role::Loads) {
        return Types::new();
    }
    let literal = |&a: &Idx| program.kind(a) == NodeKind::Literal;
    let text = |a: Idx| named(program, program.name(a).trim_matches(['"', '\'']));
    program.arguments(call).filter(literal).filter_map(text).collect()
}

/// Static initialisers of a type.
pub(crate) fn initialisers(program: &Program, of: Idx) -> &[Idx] {
    program.symbol(INITIALISER).map_or(&[][..], |name| program.members(of, name))
}

impl Run<'_> {
    /// Runs the static initialisers of what a call makes begin to be.
    pub(super) fn begin_types(&mut self, call: Idx) {
        for of in begun_by(self.program, call) {
            self.begin_type(call, of);
        }
    }

    /// The same of what a call loads by its name.
    pub(super) fn load_types(&mut self, call: Idx, rows: &[&Model]) {
        for row in rows.iter().filter(|r| r.role == Role::Loads) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    let value: ValueId = self.value(node);
                    let text = self.get(value).constant().and_then(|s| s.text().map(str::to_owned));
                    match text {
                        Some(text) => {
                            if let Some(of) = named(self.program, &text) {
                                self.begin_type(call, of);
                            }
                        }
                        None => self.depends_on(value),
                    }
                }
            }
        }
    }

    fn begin_type(&mut self, call: Idx, of: Idx) {
        let program = self.program;
        for method in initialisers(program, of) {
            let Some(number) = program.number_of(*method) else { continue };
            self.perhaps(|run| run.apply(call, number, &[], 1.0));
        }
    }
}
