//! Where a framework calls a method, and what it gives it: by the method's name, by annotations of the method and of its parameters.

use stoa_model::NodeKind;

use super::Context;
use crate::models::{Base, Role};
use crate::program::{Idx, Language, Method, NONE};

impl Context<'_> {
    /// [`Context::find_entry_rows`], found once.
    pub(crate) fn entry_rows(&self, method: &Method) -> &[(Base, u32)] {
        match self.program.number_of(method.node) {
            Some(number) => self.entries[number as usize].get_or_find(|| self.find_entry_rows(method)),
            None => &[],
        }
    }

    /// What a framework puts into the parameters of a method, by entry rows: places and kinds.
    fn find_entry_rows(&self, method: &Method) -> Vec<(Base, u32)> {
        let program = self.program;
        let own = program.node(method.node);
        let mut rows = Vec::new();
        let owners: Vec<Idx> = if method.owner == NONE { Vec::new() } else { program.lineage(method.owner) };
        let language = method.language;
        for row in self.models.named(language, program.str(own.name)).filter(|r| r.role == Role::Entry) {
            let fits = row.type_name == "*"
                || (row.type_name.is_empty() && method.owner == NONE)
                || owners
                    .iter()
                    .any(|&o| crate::interpret::fits(program.str(program.node(o).full_name), &row.type_name));
            let count = method.parameters.iter().filter(|p| p.index != 0).count();
            if fits && row.arity.is_none_or(|a| a == count) {
                rows.push((row.output.base.clone(), row.kind));
            }
        }
        // Annotations of the method, and of each parameter.
        for &child in program.children(method.node) {
            if program.kind(child) == NodeKind::Annotation {
                rows.extend(self.annotated(language, child));
            }
        }
        for parameter in &method.parameters {
            for &child in program.children(parameter.node) {
                if program.kind(child) == NodeKind::Annotation {
                    let place = Base::Argument(parameter.index.saturating_sub(1).max(0) as usize);
                    rows.extend(
                        self.annotated(language, child)
                            .into_iter()
                            .filter(|(base, _)| *base == Base::Parameter)
                            .map(|(_, kind)| (place.clone(), kind)),
                    );
                }
            }
        }
        rows
    }

    fn annotated(&self, language: Language, annotation: Idx) -> Vec<(Base, u32)> {
        let program = self.program;
        let name = format!("@{}", program.name(annotation));
        let full = program.str(program.node(annotation).full_name);
        self.models
            .named(language, &name)
            .filter(|r| {
                r.role == Role::Entry
                    && !(language == Language::Python && program.is_foreign(annotation, full, &r.type_name))
                    && (r.type_name == "*"
                        || r.type_name.is_empty()
                        || full.is_empty()
                        || full.contains(r.type_name.as_str())
                        || full.ends_with(&name[1..]))
            })
            .map(|r| (r.output.base.clone(), r.kind))
            .collect()
    }
}
