//! Operators.

use smallvec::SmallVec;
use stoa_model::{Operator, Symbol};

use super::arithmetic::{arithmetic, compare, equal};
use super::{Run, Thing};
use crate::domain::{BOTTOM, Label, Scalar, Selector, Value, ValueId};
use crate::program::{Idx, Language, NONE};

impl Run<'_> {
    /// The values of an operator's operands, in order.
    fn operands(&mut self, node: Idx) -> SmallVec<[ValueId; 4]> {
        let nodes: SmallVec<[Idx; 4]> = self.program.arguments(node).collect();
        nodes.into_iter().map(|n| self.value(n)).collect()
    }

    /// Labels of several values, with a step at a node.
    pub(crate) fn union(&mut self, values: &[ValueId], node: Idx) -> Vec<Label> {
        let mut all = Value::default();
        for &value in values {
            all.add_labels(&self.get(value).labels.clone());
        }
        self.passed(&all.labels, node)
    }

    /// A value that is made from others.
    pub(crate) fn derived(&mut self, values: &[ValueId], node: Idx, scalar: Scalar) -> ValueId {
        let labels = self.union(values, node);
        self.labelled(&labels, scalar)
    }

    fn truth(&mut self, known: Option<bool>) -> ValueId {
        self.values.intern(Value::scalar(known.map_or(Scalar::Some, Scalar::Bool)))
    }

    /// The value of an operator's call.
    pub(crate) fn operator(&mut self, node: Idx, operator: Operator) -> ValueId {
        use Operator as O;
        let operands = self.operands(node);
        let first = operands.first().copied().unwrap_or(BOTTOM);
        let second = operands.get(1).copied().unwrap_or(BOTTOM);
        if self.manages_memory() {
            self.demand_operands(node, operator, first, second);
        }
        match operator {
            O::Assignment => {
                let Some(target) = self.program.argument(node, 1) else { return second };
                let value = self.stored_as(target, second);
                self.assign(node, target, value)
            }
            _ if operator.assigns() => {
                let Some(target) = self.program.argument(node, 1) else { return first };
                let one = self.values.intern(Value::scalar(Scalar::int(1)));
                let (value, shown) = match operator {
                    O::PreIncrement | O::PostIncrement | O::PreDecrement | O::PostDecrement => {
                        let by = if matches!(operator, O::PreIncrement | O::PostIncrement) {
                            O::Addition
                        } else {
                            O::Subtraction
                        };
                        let next = if self.manages_memory() && !self.get(first).objects.is_empty() {
                            self.moved(node, first, one, by == O::Subtraction, true)
                        } else {
                            self.binary(node, by, first, one)
                        };
                        (
                            next,
                            if matches!(operator, O::PostIncrement | O::PostDecrement) {
                                first
                            } else {
                                next
                            },
                        )
                    }
                    O::AssignmentLogicalAnd | O::AssignmentLogicalOr | O::AssignmentNullCoalesce => {
                        let either = self.values.join(first, second);
                        (either, either)
                    }
                    O::AssignmentPlus | O::AssignmentMinus
                        if self.manages_memory()
                            && !self.get(first).objects.is_empty()
                            && self.get(second).objects.is_empty() =>
                    {
                        let value = self.moved(node, first, second, operator == O::AssignmentMinus, true);
                        (value, value)
                    }
                    _ => {
                        let value = self.binary(node, plain(operator), first, second);
                        (value, value)
                    }
                };
                self.assign(node, target, value);
                shown
            }
            O::Conditional => {
                let third = operands.get(2).copied().unwrap_or(BOTTOM);
                let value = self.values.join(second, third);
                if value == BOTTOM { self.top() } else { value }
            }
            O::LogicalAnd | O::LogicalOr => self.short_circuit(node, operator, first, second),
            O::Elvis | O::NullCoalesce => {
                let mut known = self.get(first).clone();
                match known.scalar {
                    Scalar::Null => known.scalar = Scalar::Bottom,
                    Scalar::Top => known.scalar = Scalar::Some,
                    _ => return first,
                }
                let known = self.values.intern(known);
                self.values.join(known, second)
            }
            O::LogicalNot => {
                let known = self.decide(first).map(|b| !b);
                self.truth(known)
            }
            O::FieldAccess | O::IndirectFieldAccess | O::IndexAccess => {
                self.access(node, operator, first, second)
            }
            O::Indirection => match self.place(node) {
                Some(place) => self.read(&place),
                None => first,
            },
            O::AddressOf => self.address(node, first),
            O::Alloc => {
                let name = self.program.node(node).type_name;
                let made = self.make(node, NONE, name);
                let length = self.get(first).scalar.exact().and_then(|n| u32::try_from(n).ok());
                if let Some(length) = length.filter(|_| operands.len() == 1) {
                    self.set_length(made, Some(length));
                }
                if self.manages_memory() {
                    let element = self.program.str(name).strip_suffix("[]").and_then(|n| self.type_bytes(n));
                    let count = self.get(first).scalar.range().filter(|_| operands.len() == 1);
                    let size = element.zip(count).and_then(|(bytes, (a, b))| {
                        if a < 0 { None } else { a.checked_mul(bytes).zip(b.checked_mul(bytes)) }
                    });
                    self.begin_memory(made, size);
                    let place = self.placed(node, made);
                    if place != made {
                        return place;
                    }
                }
                // Of several dimensions, an array holds arrays.
                let mut outer = made;
                let dimensions: SmallVec<[Idx; 4]> = self.program.arguments(node).skip(1).take(4).collect();
                if self.manages_memory()
                    && let Some(weakness) = self.context.models.known_weakness("allocation-size")
                    && let Some(count) = self.program.arguments(node).next()
                {
                    let labels = self.get(first).labels.to_vec();
                    self.reach((node, self.program.node(count).argument, weakness), &labels, node);
                }
                for at in dimensions {
                    let inner = self.make(at, NONE, name);
                    self.set_part(outer, &Selector::Element, inner, false);
                    outer = inner;
                }
                made
            }
            O::ArrayInitializer | O::ListLiteral | O::TupleLiteral | O::SetLiteral | O::ExpressionList => {
                self.sequence(node, operator, &operands)
            }
            O::DictLiteral => self.dictionary(node, &operands),
            O::StructLiteral => self.structure(node),
            O::Cast => {
                let given = *operands.last().unwrap_or(&BOTTOM);
                self.cast(node, given)
            }
            O::Await if operands.len() == 1 => {
                let reason = self.rejected(first);
                self.state.thrown = self.values.join(self.state.thrown, reason);
                self.awaited(first)
            }
            O::Send if operands.len() == 2 => self.send(node, first, second),
            O::Receive if operands.len() == 1 && self.program.node(node).language == Language::Go => {
                self.receive(node, first)
            }
            O::Go if operands.len() == 1 => {
                self.spawn(node);
                first
            }
            O::Slice if self.method.language != Language::Python && !self.get(first).objects.is_empty() => {
                let bound = |at: usize| operands.get(at).map(|&o| self.get(o).scalar.exact());
                let (from, to) = (bound(1).unwrap_or(Some(0)), bound(2));
                self.sliced(node, first, from, to)
            }
            O::Delete if self.program.node(node).language == Language::JavaScript => {
                if let Some(operand) = self.program.argument(node, 1)
                    && let Some(place @ super::places::Place::Part(_, Selector::Key(_) | Selector::Index(_))) =
                        self.place(operand)
                {
                    self.write(&place, BOTTOM);
                }
                self.truth(None)
            }
            O::Yield if operands.len() == 1 => {
                self.yielded(node, first);
                first
            }
            O::Spread | O::Try | O::Void | O::Receive if operands.len() == 1 => first,
            O::Iterator => self.iterate(node, first),
            O::HasNext => self.has_next(first),
            O::Next => self.next(node, first),
            O::FormatString | O::StringConcat | O::Concat => {
                let text: Option<String> =
                    operands.iter().map(|&o| self.get(o).constant().and_then(Scalar::printed)).collect();
                let labels = self.put_together(&operands);
                let labels = self.passed(&labels, node);
                self.labelled(&labels, text.map_or(Scalar::Some, Scalar::text_of))
            }
            O::InstanceOf | O::In | O::NotIn | O::Is | O::IsNot | O::Matches | O::RegexMatch => {
                let known = self.membership(operator, first, second);
                self.truth(known)
            }
            // Whatever it is, it is there and fits into memory.
            O::SizeOf => {
                let known = if self.manages_memory() { self.size_of(node) } else { None };
                let size = known.map_or(Scalar::Int(1, i64::from(i32::MAX)), Scalar::int);
                self.values.intern(Value::scalar(size))
            }
            O::LengthOf | O::TypeOf | O::Compare => self.truth(None),
            O::Delete => {
                self.deleted(node);
                BOTTOM
            }
            O::Assert => BOTTOM,
            O::Slice => self.slice(node, &operands),
            _ if operands.len() == 2 => self.binary(node, operator, first, second),
            O::Minus => {
                let scalar = match self.get(first).scalar.range() {
                    Some((a, b)) => match (a.checked_neg(), b.checked_neg()) {
                        (Some(a), Some(b)) => Scalar::Int(b, a),
                        _ => Scalar::Some,
                    },
                    None => Scalar::Some,
                };
                self.derived(&[first], node, scalar)
            }
            O::Plus => first,
            _ => self.derived(&operands, node, Scalar::Top),
        }
    }

    /// A value whose labels have passed a node.
    pub(crate) fn with_step(&mut self, value: ValueId, node: Idx) -> ValueId {
        if self.get(value).labels.is_empty() {
            return value;
        }
        let mut stepped = self.get(value).clone();
        let labels = self.passed(&stepped.labels, node);
        stepped.labels = SmallVec::from_vec(labels);
        self.values.intern(stepped)
    }

    /// Writes a value to what an expression means.
    pub(crate) fn assign(&mut self, node: Idx, target: Idx, value: ValueId) -> ValueId {
        let mut work = vec![(target, value)];
        let mut first = None;
        while let Some((target, value)) = work.pop() {
            let mut value = self.with_step(value, node);
            if value == BOTTOM {
                value = self.top();
            }
            first.get_or_insert(value);
            // Several targets at once: `a, b = …`.
            if matches!(
                self.program.node(target).operator,
                Some(
                    Operator::TupleLiteral
                        | Operator::ListLiteral
                        | Operator::ArrayInitializer
                        | Operator::ExpressionList
                )
            ) {
                let targets: SmallVec<[Idx; 8]> = self.program.arguments(target).collect();
                for (place, target) in targets.into_iter().enumerate().rev() {
                    let part = self.part(value, &Selector::Index(place as i64));
                    work.push((target, part));
                }
                continue;
            }
            self.begin_element(target);
            if !self.manages_memory() {
                self.begin_fields_of(target);
            }
            if let Some(place) = self.place(target) {
                if let super::places::Place::Part(base, _) = &place
                    && self.manages_memory()
                    && self.get(*base).objects.is_empty()
                {
                    self.escape(value);
                }
                self.taken_over(target, value);
                // An array is not replaced by the text it begins with: it holds it.
                if let Some(array) = self.declared_array(target, value) {
                    self.set_part(array, &Selector::Content, value, true);
                    self.holds_text(array, value);
                } else {
                    self.begin_array(target, value);
                    self.note_end(target, value);
                    match &place {
                        super::places::Place::Part(base, selector)
                            if self.through_setter(node, *base, selector, value) => {}
                        _ => self.write(&place, value),
                    }
                }
            } else if self.manages_memory() {
                // A variable that the tree does not declare is somebody else's.
                self.escape(value);
            }
            self.note_key(target);
            self.assigned_sink(node, target, value);
        }
        first.unwrap_or(value)
    }

    /// The array that a variable is, where something that is no array is assigned to it.
    fn declared_array(&mut self, target: Idx, value: ValueId) -> Option<ValueId> {
        let declared = self.program.node(target).target;
        let own = self.program.node(target);
        if declared == NONE
            || own.kind != stoa_model::NodeKind::Identifier
            || !matches!(own.language, Language::C | Language::Cpp)
        {
            return None;
        }
        let is_array = self.program.str(self.program.node(declared).type_name).ends_with(']');
        if !is_array || !self.get(value).objects.is_empty() {
            return None;
        }
        let array = self.read_identifier(target);
        (!self.get(array).objects.is_empty()).then_some(array)
    }

    /// An operator on two values.
    pub(crate) fn binary(&mut self, node: Idx, operator: Operator, a: ValueId, b: ValueId) -> ValueId {
        use Operator as O;
        let (x, y) = (self.get(a).clone(), self.get(b).clone());
        match operator {
            O::Equals | O::StrictEquals | O::NotEquals | O::StrictNotEquals => {
                let known = equal(&x, &y).map(|e| e == matches!(operator, O::Equals | O::StrictEquals));
                self.truth(known)
            }
            O::LessThan | O::GreaterThan | O::LessEqualsThan | O::GreaterEqualsThan => {
                let known = match (x.scalar.range(), y.scalar.range()) {
                    (Some(x), Some(y)) => compare(operator, x, y),
                    (None, Some((0, 0))) if self.manages_memory() => self.below_nothing(node, operator),
                    _ => None,
                };
                self.truth(known)
            }
            O::Addition if is_text(&x) || is_text(&y) => {
                let text =
                    match (x.constant().and_then(Scalar::printed), y.constant().and_then(Scalar::printed)) {
                        (Some(a), Some(b)) => Scalar::text_of(a + &b),
                        _ => Scalar::Some,
                    };
                let labels = self.put_together(&[a, b]);
                let labels = self.passed(&labels, node);
                self.labelled(&labels, text)
            }
            // Pointers move within what they point to; sequences are put together.
            O::Addition | O::Subtraction if !x.objects.is_empty() || !y.objects.is_empty() => {
                let both = self.values.join(a, b);
                if self.program.node(node).language.has_pointers() {
                    let (pointer, by) = if x.objects.is_empty() { (b, a) } else { (a, b) };
                    if self.manages_memory() && self.get(by).objects.is_empty() {
                        let back = operator == O::Subtraction;
                        self.moved(node, pointer, by, back, false)
                    } else {
                        pointer
                    }
                } else {
                    let labels = self.deep(both);
                    let labels = self.passed(&labels, node);
                    self.labelled(&labels, Scalar::Some)
                }
            }
            O::Modulo if is_text(&x) => {
                let (deep_a, deep_b) = (self.deep(a), self.deep(b));
                let labels = self.passed(&[deep_a, deep_b].concat(), node);
                self.labelled(&labels, Scalar::Some)
            }
            _ => {
                if let Some(value) = self.typed_operation(node, a, b) {
                    return value;
                }
                let scalar = match (x.scalar.range(), y.scalar.range()) {
                    (Some(x), Some(y)) => arithmetic(operator, x, y, self.program.node(node).language),
                    _ => Scalar::Some,
                };
                let value = self.derived(&[a, b], node, scalar);
                self.within(node, value, operator, &x, &y)
            }
        }
    }

    fn short_circuit(&mut self, node: Idx, operator: Operator, first: ValueId, second: ValueId) -> ValueId {
        let (a, b) = (self.decide(first), self.decide(second));
        let and = operator == Operator::LogicalAnd;
        if self.program.node(node).language.is_static() {
            let known = match (a, b) {
                (Some(a), _) if a != and => Some(a),
                (Some(_), b) => b,
                (None, Some(b)) if b != and => Some(b),
                _ => None,
            };
            return self.truth(known);
        }
        // The operands themselves come out in languages in which anything may be true.
        match a {
            Some(a) if a != and => first,
            Some(_) => second,
            None => self.values.join(first, second),
        }
    }

    /// Whether a value counts as true.
    pub(crate) fn decide(&self, value: ValueId) -> Option<bool> {
        let value = self.get(value);
        if value.objects.is_empty() {
            match &value.scalar {
                Scalar::Bool(b) => Some(*b),
                Scalar::Null => Some(false),
                Scalar::Int(0, 0) => Some(false),
                Scalar::Int(a, b) if *a > 0 || *b < 0 => Some(true),
                Scalar::Str(text) if !self.method.language.is_static() => Some(!text.is_empty()),
                _ => None,
            }
        } else if value.scalar == Scalar::Bottom && self.method.language.has_pointers() {
            Some(true)
        } else {
            None
        }
    }

    fn access(&mut self, node: Idx, operator: Operator, base: ValueId, index: ValueId) -> ValueId {
        if operator != Operator::IndexAccess
            && let Some(field) = self.program.argument(node, 2)
        {
            let name = self.program.name(field);
            if matches!(name, "length" | "Length" | "size" | "Count")
                && self.program.node(field).target == NONE
            {
                if let Some(length) = self.length(base) {
                    return self.values.intern(Value::scalar(Scalar::int(length as i64)));
                }
                if self.get(base).objects.is_empty() || name != "size" {
                    return self.truth(None);
                }
            }
            if let Some(value) = self.modelled_access(node, name, base) {
                return value;
            }
        } else if let Some(value) = self.of_pair(node, base, index) {
            return value;
        } else if let Some(text) = self.get(base).scalar.text().map(str::to_owned)
            && let Some(place) = self.get(index).scalar.exact()
        {
            let letter = usize::try_from(place).ok().and_then(|p| text.chars().nth(p));
            return match letter {
                Some(letter) if self.method.language.is_static() => {
                    self.values.intern(Value::scalar(Scalar::Char(letter)))
                }
                Some(letter) => self.values.intern(Value::scalar(Scalar::str(letter.to_string()))),
                None => self.top(),
            };
        } else {
            self.depends_on(index);
        }
        match self.place(node) {
            Some(place) => {
                let value = self.read(&place);
                let value = self.through_getter(node, base, value);
                if value == BOTTOM { self.values.intern(Value::scalar(Scalar::Top)) } else { value }
            }
            None => self.derived(&[base], node, Scalar::Top),
        }
    }

    fn address(&mut self, node: Idx, of: ValueId) -> ValueId {
        let Some(operand) = self.program.argument(node, 1) else { return of };
        // A reference is used as what it refers to.
        if !self.program.node(node).language.has_addresses() {
            return of;
        }
        if self.manages_memory()
            && self.program.node(operand).operator == Some(Operator::IndexAccess)
            && let (Some(base), Some(index)) =
                (self.program.argument(operand, 1), self.program.argument(operand, 2))
        {
            let (base, index) = (self.value(base), self.value(index));
            if !self.get(base).objects.is_empty() && self.get(index).objects.is_empty() {
                return self.moved(operand, base, index, false, false);
            }
        }
        let target = self.meaning(operand);
        let whole = self.get(of);
        if !whole.objects.is_empty()
            && whole.scalar == Scalar::Bottom
            && !matches!(self.things[whole.objects[0] as usize], Thing::Input(_))
        {
            let is_pointer =
                target != NONE && self.program.str(self.program.node(target).type_name).ends_with('*');
            if !is_pointer {
                return of;
            }
        }
        if target != NONE
            && matches!(
                self.program.kind(target),
                stoa_model::NodeKind::Local
                    | stoa_model::NodeKind::MethodParameterIn
                    | stoa_model::NodeKind::Member
            )
        {
            let cell = self.thing(Thing::Cell(target));
            return self.values.intern(Value::object(cell));
        }
        of
    }

    /// A new object of a type known by its name.
    pub(crate) fn make(&mut self, site: Idx, of: Idx, name: Symbol) -> ValueId {
        let object = self.thing(Thing::Made { site, via: NONE, of, name });
        let again = self.state.object(object).is_some();
        let content = self.state.object_mut(object);
        if again {
            content.many = true;
            content.length = None;
        }
        let made = self.values.intern(Value::object(object));
        if self.manages_memory() {
            let fresh = self.values.intern(Value::scalar(Scalar::Bool(false)));
            self.set_part(made, &Selector::Freed, fresh, true);
        }
        made
    }

    pub(crate) fn make_named(&mut self, site: Idx, name: &str) -> ValueId {
        let name = self.program.symbol(name).unwrap_or(Symbol::NONE);
        self.make(site, NONE, name)
    }
}

fn is_text(value: &Value) -> bool {
    value.objects.is_empty() && matches!(value.scalar, Scalar::Str(_))
}

fn plain(operator: Operator) -> Operator {
    use Operator as O;
    match operator {
        O::AssignmentPlus => O::Addition,
        O::AssignmentMinus => O::Subtraction,
        O::AssignmentMultiplication => O::Multiplication,
        O::AssignmentDivision => O::Division,
        O::AssignmentModulo => O::Modulo,
        O::AssignmentAnd => O::And,
        O::AssignmentOr => O::Or,
        O::AssignmentXor => O::Xor,
        O::AssignmentShiftLeft => O::ShiftLeft,
        other => other,
    }
}
