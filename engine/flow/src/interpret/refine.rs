//! Conditions: which ways out of a decision can be taken, and what is known behind them.

use smallvec::SmallVec;
use stoa_model::{EdgeLabel, NodeKind, Operator};

use super::arithmetic::equal;
use super::harmless::{SIZES, is_harmless};
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, Value, ValueId};
use crate::models;
use crate::program::{Idx, NONE};

/// Operands that are looked at in one condition.
const LEAVES: usize = 32;

impl Run<'_> {
    /// Whether control may pass an edge; the state is made to hold what is known behind it.
    pub(super) fn take(
        &mut self,
        end: Idx,
        label: Option<EdgeLabel>,
        entered: Idx,
        edges: &[(u32, Option<EdgeLabel>, Idx)],
    ) -> bool {
        match label {
            Some(EdgeLabel::True | EdgeLabel::False) => {
                let truth = label == Some(EdgeLabel::True);
                let value = self.value(end);
                match self.decide(value) {
                    Some(known) if known != truth => {
                        self.leave_arm(end, truth);
                        false
                    }
                    Some(_) => true,
                    None => {
                        self.note_dependence(end);
                        self.refine(end, truth, 0);
                        true
                    }
                }
            }
            Some(EdgeLabel::Case) => {
                let value = self.value(end);
                let Some(patterns) = self.patterns(entered) else { return true };
                let fits = |run: &Self, pattern: ValueId| equal(run.get(value), run.get(pattern));
                if patterns.iter().all(|&p| fits(self, p) == Some(false)) {
                    return false;
                }
                if patterns.iter().any(|&p| fits(self, p) == Some(true)) {
                    return true;
                }
                self.depends_on(value);
                if let [pattern] = patterns[..]
                    && self.get(pattern).constant().is_some()
                    && let Some(place) = self.steady_place(end)
                {
                    self.write(&place, pattern);
                }
                true
            }
            Some(EdgeLabel::Default) => {
                let value = self.value(end);
                for &(_, label, entered) in edges {
                    if label == Some(EdgeLabel::Case)
                        && let Some(patterns) = self.patterns(entered)
                        && patterns.iter().any(|&p| equal(self.get(value), self.get(p)) == Some(true))
                    {
                        return false;
                    }
                }
                true
            }
            _ => true,
        }
    }

    /// The constants of a `case`: several where alternatives stand in it (`case 'a' | 'b'`). None if it asks for more than that.
    fn patterns(&mut self, target: Idx) -> Option<SmallVec<[ValueId; 2]>> {
        let parent = self.program.node(target).parent;
        if parent == NONE || self.program.kind(target) != NodeKind::JumpTarget {
            return None;
        }
        let siblings = self.program.children(parent);
        let place = siblings.iter().position(|&s| s == target)?;
        let mut patterns = SmallVec::new();
        let mut work = vec![*siblings.get(place + 1)?];
        while let Some(pattern) = work.pop() {
            if patterns.len() + work.len() > LEAVES {
                return None;
            }
            let own = self.program.node(pattern);
            let value = match (own.kind, own.operator) {
                (NodeKind::Literal, _) => self.literal(pattern),
                (NodeKind::Identifier, _) => {
                    if own.target == NONE || self.program.kind(own.target) != NodeKind::Member {
                        return None;
                    }
                    self.constant_member(own.target)?
                }
                // Of a pattern that is spelled out as a comparison: what is compared with, if that is a literal.
                (NodeKind::Call, Some(Operator::Equals | Operator::Is)) => {
                    let with = self.program.argument(pattern, 2)?;
                    if self.program.kind(with) != NodeKind::Literal {
                        return None;
                    }
                    self.literal(with)
                }
                (NodeKind::Call, Some(Operator::LogicalOr)) => {
                    work.extend(self.program.arguments(pattern));
                    continue;
                }
                _ => return None,
            };
            patterns.push(value);
        }
        Some(patterns)
    }

    /// The arm of a conditional expression that is not evaluated has no value.
    fn leave_arm(&mut self, end: Idx, truth: bool) {
        let parent = self.program.node(end).parent;
        if parent == NONE || self.program.node(end).argument != 1 {
            return;
        }
        if self.program.node(parent).operator == Some(Operator::Conditional)
            && let Some(arm) = self.program.argument(parent, if truth { 2 } else { 3 })
        {
            self.keep(arm, BOTTOM);
        }
    }

    /// Notes what is given to the method and decides a condition.
    fn note_dependence(&mut self, condition: Idx) {
        let mut work = vec![condition];
        let mut leaves = 0;
        while let Some(node) = work.pop() {
            leaves += 1;
            if leaves > LEAVES {
                return;
            }
            let value = self.kept(node);
            self.depends_on(value);
            if self.program.kind(node) == NodeKind::Call {
                work.extend(self.program.arguments(node));
            }
        }
    }

    /// The place of an expression, if what is written there is what the next reading finds.
    pub(super) fn steady_place(&mut self, node: Idx) -> Option<super::places::Place> {
        let node = match self.program.node(node).operator {
            Some(Operator::Assignment) => self.program.argument(node, 1)?,
            _ => node,
        };
        let place = self.place(node)?;
        match &place {
            super::places::Place::Slot(_) => Some(place),
            super::places::Place::Part(base, selector) => {
                let base = self.get(*base);
                let one =
                    base.objects.len() == 1 && !self.state.object(base.objects[0]).is_some_and(|o| o.many);
                (one && *selector != Selector::Element).then_some(place)
            }
        }
    }

    /// Makes the state hold what a condition says when it is true, or false.
    pub(super) fn refine(&mut self, condition: Idx, truth: bool, depth: usize) {
        if depth > LEAVES || self.program.kind(condition) == NodeKind::Literal {
            return;
        }
        use Operator as O;
        let (a, b) = (self.program.argument(condition, 1), self.program.argument(condition, 2));
        if self.manages_memory()
            && let (Some(operator), Some(a), Some(b)) = (self.program.node(condition).operator, a, b)
        {
            // fd < 0, fd == -1, h == INVALID_HANDLE_VALUE; and what is left where fd >= 0 does not hold.
            match operator {
                O::Equals | O::NotEquals if (operator == O::Equals) == truth => {
                    self.note_invalid(a, true);
                    self.note_invalid(b, true);
                }
                O::LessThan | O::LessEqualsThan => self.note_invalid(if truth { a } else { b }, false),
                O::GreaterThan | O::GreaterEqualsThan => self.note_invalid(if truth { b } else { a }, false),
                _ => {}
            }
        }
        match (self.program.node(condition).operator, a, b) {
            (Some(O::LogicalNot), Some(a), _) => self.refine(a, !truth, depth + 1),
            (Some(O::LogicalAnd), Some(a), Some(b)) if truth => {
                self.refine(a, true, depth + 1);
                self.refine(b, true, depth + 1);
            }
            (Some(O::LogicalOr), Some(a), Some(b)) if !truth => {
                self.refine(a, false, depth + 1);
                self.refine(b, false, depth + 1);
            }
            (Some(O::LogicalOr | O::LogicalAnd), Some(a), Some(b))
                if self.is_check(a) && self.is_check(b) =>
            {
                // One of them holds, or does not: what either says.
                let mut other = self.state.clone();
                self.refine(a, truth, depth + 1);
                std::mem::swap(&mut self.state, &mut other);
                self.refine(b, truth, depth + 1);
                let mut joined = std::mem::take(&mut self.state);
                self.join_into(&mut joined, &other, false);
                self.state = joined;
            }
            (Some(O::Equals | O::StrictEquals | O::Is), Some(a), Some(b)) => {
                self.refine_equal(a, b, truth, depth)
            }
            (Some(O::NotEquals | O::StrictNotEquals | O::IsNot), Some(a), Some(b)) => {
                self.refine_equal(a, b, !truth, depth)
            }
            (
                Some(O::LessThan | O::LessEqualsThan | O::GreaterThan | O::GreaterEqualsThan),
                Some(a),
                Some(b),
            ) => {
                if let Some(operator) = self.program.node(condition).operator {
                    self.refine_order(operator, a, b, truth);
                }
            }
            (Some(O::In | O::NotIn), Some(a), Some(b)) => {
                let is_in = truth == (self.program.node(condition).operator == Some(O::In));
                if is_in {
                    self.refine_member(a, b);
                    self.refine_listed(a, b);
                } else {
                    self.refine_absent(a, b);
                }
            }
            (Some(O::FieldAccess), ..) if !truth => self.refine_field(condition),
            (Some(O::Assignment), Some(a), _) => self.refine_null(a, !truth),
            (None, ..) if self.program.kind(condition) == NodeKind::Call => {
                self.refine_call(condition, truth)
            }
            (None, ..) if self.program.kind(condition) == NodeKind::Identifier && !truth => {
                let value = self.value(condition);
                self.note_absent(value);
            }
            (None, ..) if self.program.kind(condition) == NodeKind::Identifier && truth => {
                self.refine_null(condition, false);
                self.clean_bits(condition, &["division-by-zero"]);
            }
            _ => {}
        }
    }

    /// Whether an expression asks something of a value that may make it harmless.
    fn is_check(&self, mut node: Idx) -> bool {
        use Operator as O;
        while self.program.node(node).operator == Some(O::LogicalNot)
            && let Some(inner) = self.program.argument(node, 1)
        {
            node = inner;
        }
        let own = self.program.node(node);
        own.kind == NodeKind::Call
            && matches!(own.operator, None | Some(O::In | O::NotIn | O::LogicalOr | O::LogicalAnd))
    }

    fn refine_equal(&mut self, a: Idx, b: Idx, same: bool, depth: usize) {
        if same {
            self.refine_common(a);
            self.refine_common(b);
            self.refine_listed(a, b);
            self.refine_listed(b, a);
        }
        for (variable, other) in [(a, b), (b, a)] {
            let known = self.value(other);
            let Some(scalar) = self.get(known).constant().cloned() else { continue };
            let value = self.value(variable);
            let is_pointer = self.manages_memory()
                && scalar.exact() == Some(0)
                && !self.get(value).objects.is_empty()
                && self.declared_name(variable).is_some_and(|name| name.ends_with('*'));
            if scalar == Scalar::Null || is_pointer {
                self.refine_null(variable, same);
                continue;
            }
            if let Scalar::Bool(value) = scalar {
                self.refine(variable, value == same, depth + 1);
            }
            // Of C: a comparison that gives 0 has found its arguments equal.
            if scalar == Scalar::int(0)
                && self.program.kind(variable) == NodeKind::Call
                && matches!(
                    self.program.name(variable),
                    "strcmp" | "strncmp" | "memcmp" | "strcasecmp" | "wcscmp" | "compareTo"
                )
            {
                self.refine_same(variable, same);
                if same && self.program.name(variable) == "strncmp" {
                    self.refine_prefixed(variable);
                }
            }
            if same && let Some(place) = self.steady_place(variable) {
                self.write(&place, known);
            }
            if !same
                && let Some(not) = scalar.exact()
                && let Some(place) = self.steady_place(variable)
            {
                // What is not the end of an interval is inside of it.
                let value = self.read(&place);
                let mut known = self.get(value).clone();
                if let Scalar::Int(low, high) = known.scalar
                    && low < high
                    && (low == not || high == not)
                {
                    known.scalar = Scalar::Int(low + i64::from(low == not), high - i64::from(high == not));
                    let known = self.values.intern(known);
                    self.write(&place, known);
                }
            }
            if !same && scalar.exact() == Some(0) {
                self.clean_bits(variable, &["division-by-zero"]);
            }
        }
    }

    /// Marks what an expression means, or what a call of one argument is asked of, as harmless for some weaknesses.
    fn clean_bits(&mut self, node: Idx, names: &[&str]) {
        let bits = self.context.models.known_bits(names);
        if bits == 0 {
            return;
        }
        let mut node = node;
        for _ in 0..2 {
            let own = self.program.node(node);
            let inner = match own.operator {
                Some(Operator::Cast) => self.program.argument(node, 2),
                None if own.kind == NodeKind::Call => self.program.argument(node, 1),
                _ => None,
            };
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        self.clean(node, bits);
    }

    /// Behind a call that compares its operands: what is equal to a constant is that constant.
    fn refine_same(&mut self, call: Idx, same: bool) {
        if !same {
            return;
        }
        let operands: Vec<Idx> =
            self.program.arguments(call).filter(|&a| self.program.node(a).argument >= 0).collect();
        let [a, b, ..] = operands[..] else { return };
        for (variable, other) in [(a, b), (b, a)] {
            let known = self.value(other);
            if self.get(known).constant().is_some()
                && let Some(place) = self.steady_place(variable)
            {
                self.write(&place, known);
            }
        }
    }

    fn refine_null(&mut self, node: Idx, null: bool) {
        let Some(place) = self.steady_place(node) else {
            self.note_tested(node);
            return;
        };
        let value = self.read(&place);
        let mut known = self.get(value).clone();
        if null {
            self.note_absent(value);
            known = Value::scalar(Scalar::Null);
        } else {
            known.scalar = match known.scalar {
                Scalar::Null => Scalar::Bottom,
                Scalar::Top if known.objects.is_empty() => Scalar::Some,
                Scalar::Top => Scalar::Some,
                other => other,
            };
        }
        let known = self.values.intern(known);
        self.write(&place, known);
    }

    fn refine_order(&mut self, operator: Operator, a: Idx, b: Idx, truth: bool) {
        use Operator as O;
        let (x, y) = (self.value(a), self.value(b));
        for (variable, value, against, other, below) in [
            (a, x, b, y, matches!(operator, O::LessThan | O::LessEqualsThan) == truth),
            (b, y, a, x, matches!(operator, O::GreaterThan | O::GreaterEqualsThan) == truth),
        ] {
            if self.manages_memory() {
                let asked = self.program.node(variable);
                let absolute = asked.kind == NodeKind::Call && asked.operator.is_none();
                if self.get(other).labels.is_empty() {
                    match (absolute, below) {
                        (true, true) => self.clean_bits(variable, &["integer-overflow", "integer-underflow"]),
                        (true, false) => self.clean_bits(variable, &["division-by-zero"]),
                        (false, true) => self.clean_bits(variable, &["integer-overflow"]),
                        (false, false) => self.clean_bits(variable, &["integer-underflow"]),
                    }
                }
            }
            let Some((low, high)) = self.get(other).scalar.range() else { continue };
            let value = if self.steady_place(variable).is_some() && self.manages_memory() {
                self.place(variable).map_or(value, |p| self.read(&p))
            } else {
                value
            };
            let strict = matches!(operator, O::LessThan | O::GreaterThan) == truth;
            let Some(place) = self.steady_place(variable) else { continue };
            let mut known = self.get(value).clone();
            if !known.objects.is_empty() && !matches!(known.scalar, Scalar::Int(..)) {
                if known.objects.iter().any(|&o| !matches!(self.things[o as usize], Thing::Input(_))) {
                    continue;
                }
                // What is given and compared with a number is one.
                known.objects.clear();
            }
            let (from, to) = known.scalar.range().unwrap_or((i64::MIN, i64::MAX));
            let (from, to) = if below {
                (from, to.min(high.saturating_sub(strict as i64)))
            } else {
                (from.max(low.saturating_add(strict as i64)), to)
            };
            if from <= to {
                known.scalar = Scalar::Int(from, to);
                let mut known = self.values.intern(known);
                if self.is_bounded((from, to), variable, against) {
                    known = self.cleaned(known, self.context.models.known_bits(SIZES));
                }
                self.write(&place, known);
            }
        }
    }

    /// Behind a test for membership in a list of constants, the value is one of them.
    fn refine_member(&mut self, variable: Idx, list: Idx) {
        let list = self.value(list);
        let known = self.get(list).clone();
        if known.objects.is_empty() || known.scalar != Scalar::Bottom {
            return;
        }
        let mut any = BOTTOM;
        for &object in &known.objects {
            if !matches!(self.things[object as usize], Thing::Made { .. }) {
                return;
            }
            let Some(content) = self.heap_object(object).cloned() else { return };
            for (_, value) in &content.parts {
                any = self.values.join(any, *value);
            }
        }
        let found = self.get(any);
        if any == BOTTOM
            || !found.labels.is_empty()
            || matches!(found.scalar, Scalar::Top)
            || !found.objects.is_empty()
        {
            return;
        }
        if let Some(place) = self.steady_place(variable) {
            self.write(&place, any);
        }
    }

    fn refine_call(&mut self, call: Idx, truth: bool) {
        let name = self.program.name(call);
        let (receiver, first) = (self.program.argument(call, 0), self.program.argument(call, 1));
        if self.manages_memory() && self.rows(call).is_empty() {
            // Whatever it asks of a pointer, that is there if the answer is right.
            let given: Vec<Idx> = self.program.arguments(call).collect();
            for node in given {
                self.note_tested(node);
                let value = self.value(node);
                self.note_absent(value);
            }
        }
        match name {
            "equals" | "equalsIgnoreCase" | "Equals" | "contentEquals" | "isEqual" | "eq" => {
                self.refine_same(call, truth)
            }
            "contains" | "includes" | "has" | "containsKey" | "Contains" | "ContainsKey" | "member?"
                if truth =>
            {
                if let (Some(receiver), Some(first)) = (receiver, first) {
                    self.refine_member(first, receiver);
                    self.refine_listed(first, receiver);
                }
            }
            "contains" | "includes" | "Contains" | "contains?" | "__contains__" if !truth => {
                if let (Some(receiver), Some(first)) = (receiver, first) {
                    // A function of a package has the text before what is looked for.
                    match self.program.argument(call, 2) {
                        Some(second) => self.refine_absent(second, first),
                        None => self.refine_absent(first, receiver),
                    }
                }
            }
            _ if truth => self.refine_prefixed(call),
            _ => {}
        }
        if let (Some(subject), Some(pattern)) = match name {
            "matches" => (receiver, first),
            "fullmatch" | "match" | "search" => (self.program.argument(call, 2), first),
            "test" => (first, receiver),
            _ => (None, None),
        } && truth
        {
            let pattern = self.value(pattern);
            let whole = matches!(name, "matches" | "fullmatch");
            if self.get(pattern).scalar.text().is_some_and(|p| is_harmless(p, whole)) {
                self.clean(subject, u64::MAX);
            }
        }
        if truth {
            let validators: Vec<(models::Place, u64)> = self
                .rows(call)
                .iter()
                .filter(|m| m.role == models::Role::Validator)
                .flat_map(|m| m.inputs.iter().map(|i| (i.clone(), m.cleans)))
                .collect();
            for (input, cleans) in validators {
                for node in self.argument_nodes(call, &input.base) {
                    self.clean(node, cleans);
                }
            }
        }
    }

    /// Whether a value is in a list or a text, is of a type, or matches.
    pub(crate) fn membership(&mut self, operator: Operator, a: ValueId, b: ValueId) -> Option<bool> {
        match operator {
            Operator::Is => equal(self.get(a), self.get(b)),
            Operator::IsNot => equal(self.get(a), self.get(b)).map(|e| !e),
            Operator::In => self.holds_member(a, b),
            Operator::NotIn => self.holds_member(a, b).map(|e| !e),
            _ => None,
        }
    }

    /// Whether a constant is part of a constant text, or one of the constants of a list.
    fn holds_member(&mut self, a: ValueId, b: ValueId) -> Option<bool> {
        let member = self.get(a).constant()?.clone();
        if let Some(text) = self.get(b).constant().and_then(Scalar::text) {
            return Some(text.contains(member.text()?));
        }
        let length = self.length(b)?;
        let elements: Option<Vec<Scalar>> = (0..i64::from(length))
            .map(|place| {
                let element = self.part(b, &Selector::Index(place));
                self.get(element).constant().cloned()
            })
            .collect();
        Some(elements?.contains(&member))
    }
}
