//! Tests of what stands in a text, and what they are worth: names of files without `..` below a folder, values without quotes inside of
//! quotes, addresses of which the machine is known.

use smallvec::SmallVec;
use stoa_model::{NodeKind, Operator};

use super::{Run, Thing};
use crate::domain::{Label, Scalar, Value, ValueId};
use crate::models::{APOSTROPHES, QUOTES, Role};
use crate::program::{Idx, Language, NONE};

/// Operands of a chain of decisions that are looked at.
const OPERANDS: usize = 16;

impl Run<'_> {
    /// Behind a test that a text is not in another.
    pub(super) fn refine_absent(&mut self, what: Idx, text: Idx) {
        let value = self.value(what);
        let Some(letters) = self.get(value).constant().and_then(Scalar::text).map(str::to_owned) else {
            return;
        };
        let names: &[&str] = match letters.as_str() {
            ".." | "../" | "..\\" => &["path-dots"],
            "'" => &[APOSTROPHES],
            "\"" => &[QUOTES],
            _ => return,
        };
        let bits = self.context.models.known_bits(names);
        if bits != 0 {
            self.clean(text, bits);
        }
        if names != ["path-dots"] {
            self.refine_quoted(text, &letters);
        }
    }

    /// Behind tests that a text begins with a quote, ends with it and has none between (`s[1:-1]`), it is the literal of a text: as code
    /// it does nothing.
    fn refine_quoted(&mut self, inner: Idx, quote: &str) {
        let cut = |place: i16| {
            let end = self.program.argument(inner, place)?;
            self.get(self.kept_value(end)).scalar.exact()
        };
        let code = self.context.models.known_bits(&["code"]);
        if self.program.node(inner).operator != Some(Operator::Slice)
            || (cut(2), cut(3)) != (Some(1), Some(-1))
            || code == 0
        {
            return;
        }
        let Some(whole) = self.program.argument(inner, 1) else { return };
        let mut top = inner;
        for _ in 0..OPERANDS {
            let parent = self.program.node(top).parent;
            use Operator as O;
            if parent == NONE
                || !matches!(
                    self.program.node(parent).operator,
                    Some(O::LogicalOr | O::LogicalAnd | O::LogicalNot | O::In | O::NotIn)
                )
            {
                break;
            }
            top = parent;
        }
        let (mut begins, mut ends) = (false, false);
        let mut work = vec![top];
        let mut looked = 0;
        while let Some(node) = work.pop() {
            looked += 1;
            if looked > OPERANDS * 4 {
                return;
            }
            let own = self.program.node(node);
            if own.operator.is_some() {
                work.extend(self.program.arguments(node));
            } else if own.kind == NodeKind::Call && self.asks_for(node, whole, quote) {
                match self.program.name(node) {
                    "startswith" | "startsWith" => begins = true,
                    "endswith" | "endsWith" => ends = true,
                    _ => {}
                }
            }
        }
        if begins && ends {
            self.clean(whole, code);
        }
    }

    /// Whether a call asks a variable for a constant text.
    fn asks_for(&self, call: Idx, variable: Idx, text: &str) -> bool {
        let (receiver, first) = (self.program.argument(call, 0), self.program.argument(call, 1));
        receiver.is_some_and(|r| {
            self.program.kind(r) == NodeKind::Identifier
                && self.program.node(r).name == self.program.node(variable).name
        }) && first.is_some_and(|f| {
            let value = self.get(self.kept_value(f));
            value.constant().and_then(Scalar::text) == Some(text)
        })
    }

    /// Behind a test that an expression is what is known, or among it: what the part of a parsed address is, is settled by that.
    pub(super) fn refine_listed(&mut self, part: Idx, among: Idx) {
        let known = self.value(among);
        let among = self.get(known);
        let empty = among.scalar == Scalar::Null;
        if !empty && self.deep(known).iter().all(|l| self.is_given(l)) {
            self.refine_field(part);
        }
    }

    /// Whether a label is of something that the method is given, rather than of a source.
    fn is_given(&self, label: &Label) -> bool {
        matches!(self.origins[label.origin as usize], crate::domain::Origin::Input(..))
    }

    /// Behind a test that a part of a thing is known: by rows, what the thing was made from does no harm then.
    pub(super) fn refine_field(&mut self, part: Idx) {
        let own = self.program.node(part);
        let (name, base) = match own.operator {
            Some(Operator::FieldAccess) => {
                let (Some(base), Some(field)) =
                    (self.program.argument(part, 1), self.program.argument(part, 2))
                else {
                    return;
                };
                (format!(".{}", self.program.name(field)), base)
            }
            None if own.kind == NodeKind::Call => {
                let Some(base) = self.program.argument(part, 0) else { return };
                (self.program.name(part).to_owned(), base)
            }
            _ => return,
        };
        let models = self.context.models;
        if !models.named(own.language, &name).any(|m| m.role == Role::Validator) {
            return;
        }
        let types = self.types_of(base);
        let cleans = models
            .named(own.language, &name)
            .filter(|m| m.role == Role::Validator && m.type_name != "*")
            .filter(|m| types.iter().any(|t| super::fits(t, &m.type_name)))
            .fold(0, |bits, m| bits | m.cleans);
        if cleans == 0 {
            return;
        }
        self.clean(base, cleans);
        let value = self.value(base);
        let sites: SmallVec<[Idx; 2]> = self
            .get(value)
            .objects
            .iter()
            .filter_map(|&o| match self.things[o as usize] {
                Thing::Typed { site, .. } | Thing::Made { site, via: NONE, .. } => Some(site),
                _ => None,
            })
            .collect();
        for site in sites {
            let Some(from) = self.program.arguments(site).find(|&a| self.program.node(a).argument > 0) else {
                continue;
            };
            // Only if it is still what was parsed then.
            let then = self.value(from);
            if let Some(place) = self.steady_place(from)
                && self.alike(then, &place)
            {
                self.clean(from, cleans);
            }
        }
    }

    /// Whether what is at a place comes from where a value comes from.
    fn alike(&mut self, then: ValueId, place: &super::places::Place) -> bool {
        let now = self.read(place);
        let origins =
            |value: &Value| -> SmallVec<[u32; 4]> { value.labels.iter().map(|l| l.origin).collect() };
        origins(self.get(then)) == origins(self.get(now))
    }

    /// A text in which something is replaced wherever it stands: without quotes, without `..`.
    pub(super) fn replaced(
        &mut self,
        node: Idx,
        receiver: ValueId,
        arguments: &[ValueId],
    ) -> Option<ValueId> {
        let [what, by, ..] = arguments else { return None };
        let everywhere = match self.program.name(node) {
            "replaceAll" | "ReplaceAll" => true,
            "replace" | "Replace" => self.program.node(node).language != Language::JavaScript,
            _ => false,
        };
        let text = |value: ValueId| self.get(value).constant().and_then(Scalar::printed);
        let (what, by) = (text(*what)?, text(*by)?);
        let name = match what.as_str() {
            "'" if !by.contains('\'') => APOSTROPHES,
            "\"" if !by.contains('"') => QUOTES,
            ".." if !by.contains('.') => "path-dots",
            _ => return None,
        };
        let bits = self.context.models.known_bits(&[name]);
        if !everywhere || bits == 0 {
            return None;
        }
        let value = self.derived(&[receiver], node, Scalar::Some);
        Some(self.cleaned(value, bits))
    }

    /// Labels of texts that are put together: what has no `..` stays below the folder that is named before it, and what has no quotes
    /// stays between those around it.
    pub(super) fn put_together(&mut self, pieces: &[ValueId]) -> Vec<Label> {
        let models = self.context.models;
        let dots = models.known_bits(&["path-dots"]);
        let path = models.known_bits(&["path"]);
        let xpath = models.known_bits(&["xpath"]);
        let (single, double) = (models.known_bits(&[APOSTROPHES]), models.known_bits(&[QUOTES]));
        let mut all = Value::default();
        // The quote that is open, and whether a folder of somebody's choice stands before.
        let (mut open, mut folder, mut begun) = (None, false, false);
        for &piece in pieces {
            let mut labels = self.deep(piece);
            for label in &mut labels {
                if folder && dots != 0 && label.clean & dots == dots {
                    label.clean |= path;
                }
                let free = match open {
                    Some('\'') => single,
                    Some('"') => double,
                    _ => 0,
                };
                if free != 0 && label.clean & free == free {
                    label.clean |= xpath;
                }
            }
            let text = self.get(piece).constant().and_then(Scalar::printed);
            let chosen = labels.iter().any(|l| !self.is_given(l));
            match &text {
                Some(text) => {
                    for letter in text.chars() {
                        match open {
                            Some(quote) if quote == letter => open = None,
                            None if matches!(letter, '\'' | '"') => open = Some(letter),
                            _ => {}
                        }
                    }
                    folder |= text.trim_start_matches(['/', '\\', '.']).contains(['/', '\\'])
                        || (begun && text.starts_with(['/', '\\']));
                }
                None if !begun => folder = false,
                None => {}
            }
            begun |= !chosen && text.as_deref() != Some("");
            all.add_labels(&labels);
        }
        self.limit(&mut all);
        all.labels.into_vec()
    }
}
