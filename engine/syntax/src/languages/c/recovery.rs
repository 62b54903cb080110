//! What the grammar takes for something else because it does not know macros: types as arguments, loops
//! written as macros, words of the compiler in front of a type.

use stoa_model::{Control, Dispatch, Symbol};

use super::*;

const TYPE_WORDS: &[&[u8]] = &[
    b"char",
    b"short",
    b"int",
    b"long",
    b"unsigned",
    b"signed",
    b"float",
    b"double",
    b"void",
    b"bool",
    b"size_t",
];

/// Arguments of a call. A type among them (`container_of(p, struct s, m)`, `va_arg(ap, char *)`) is a word and
/// a syntax error to the grammar: here it is one TYPE_REF, so that later arguments keep their numbers.
pub fn arguments(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    if cst.errors == 0 {
        cst.named(n).for_each(|part| argument(l, part));
        return;
    }
    let mut parts = cst.named(n).peekable();
    while let Some(part) = parts.next() {
        if l.is_error(part) {
            l.aside(|l| l.lower(part));
            continue;
        }
        let text = l.text(part);
        let tagged = matches!(text, b"struct" | b"union" | b"enum");
        if !l.is(part, IDENTIFIER) || !tagged && !TYPE_WORDS.contains(&text) {
            argument(l, part);
            continue;
        }
        let rest = parts.next_if(|next| l.is_error(*next));
        let tag =
            rest.and_then(|rest| cst.named(rest).find(|c| is_any(l, *c, &[IDENTIFIER, TYPE_IDENTIFIER])));
        let name = match tag.filter(|_| tagged) {
            Some(tag) => l.symbol(tag),
            None => l.symbol(part),
        };
        l.type_ref(part, name, Symbol::NONE, |_| {});
    }
}

/// An argument. Of a type only one word was parsed, as a name: the file has more of it around.
pub fn argument(l: &mut Lower<'_>, n: Syntax) {
    if !l.is(n, IDENTIFIER) {
        return l.lower(n);
    }
    let text = l.text(n);
    let node = *l.cst.get(n);
    let behind = l.source.get(node.end as usize..).unwrap_or_default();
    let behind = behind.iter().find(|b| !b.is_ascii_whitespace());
    let before = l.source.get(..node.start as usize).unwrap_or_default().trim_ascii_end();
    let word = before.last().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if word || behind == Some(&b'*') || TYPE_WORDS.contains(&text) {
        let name = l.symbol(n);
        l.type_ref(n, name, Symbol::NONE, |_| {});
    } else {
        l.lower(n);
    }
}

/// `for_each_thing(t) { … }` in a function reads as a function called `t`. What it is nobody can say; taken as
/// a loop, it may run its body never, once or more often, which is true of all that it can be.
pub fn block_macro(l: &mut Lower<'_>, n: Syntax) -> bool {
    let (Some(name), Some(argument), Some(body)) =
        (l.child(n, F::Type), l.child(n, F::Declarator), l.child(n, F::Body))
    else {
        return false;
    };
    if !l.in_method() || !l.is(name, TYPE_IDENTIFIER) || !l.is(argument, PARENTHESIZED_DECLARATOR) {
        return false;
    }
    l.control(Control::While, n, |l| {
        l.next_slot(Slot::Condition);
        call(l, name, name, |l| l.lower(argument));
        l.slot_block(Slot::Body, body);
    });
    true
}

/// `for_each_thing(t, list) { … }` reads as a call whose semicolon is missing, and a statement. If that is a
/// block, or stands further to the right in a line of its own, the two are one loop.
pub fn expression_statement(l: &mut Lower<'_>, n: Syntax) {
    match (l.cst.errors > 0).then(|| loop_body(l, n)).flatten() {
        Some(body) => {
            let at = l.control(Control::While, n, |l| {
                if let Some(macro_call) = l.child_of(n, CALL) {
                    l.slot(Slot::Condition, macro_call);
                }
                l.slot_block(Slot::Body, body);
            });
            // The body may be such a loop itself, and have taken what stands behind it.
            let inner = l.written.clone();
            let end = *l.cst.get(body);
            l.written = body.0..if inner.start >= body.0 { inner.end.max(end.next) } else { end.next };
            // The loop ends where its body does.
            let node = l.at(at);
            (node.end, node.end_line) = (end.end, end.end_line);
        }
        None => l.lower_children(n),
    }
}

fn loop_body(l: &Lower<'_>, n: Syntax) -> Option<Syntax> {
    let cst = l.cst;
    let (this, macro_call) = (cst.get(n), l.child_of(n, CALL)?);
    let body = Syntax(this.next);
    let next = cst.nodes.get(this.next as usize)?;
    let between = l.source.get(this.end as usize..next.start as usize)?;
    let missing = this.end == cst.get(macro_call).end && between.iter().all(u8::is_ascii_whitespace);
    let indented = next.line > this.line && next.column > this.column;
    let statement = is_any(l, body, &[EXPRESSION_STATEMENT, IF, FOR, WHILE, DO, SWITCH, RETURN]);
    (missing && (l.is(body, COMPOUND) || statement && indented)).then_some(body)
}

/// As [`block_macro`], for `for_each_thing(t) f(t);`, which reads as a prototype of `f`.
pub fn statement_macro(l: &mut Lower<'_>, n: Syntax) -> bool {
    let cst = l.cst;
    let (Some(of), Some(function)) = (l.child(n, F::Type), l.child(n, F::Declarator)) else { return false };
    if !l.in_method() || !l.is(of, MACRO_TYPE) || !l.is(function, FUNCTION_DECLARATOR) {
        return false;
    }
    let (Some(name), Some(argument)) = (l.child(of, F::Name), l.child(of, F::Type)) else { return false };
    let (Some(callee), Some(list)) = (l.child(function, F::Declarator), l.child(function, F::Parameters))
    else {
        return false;
    };
    l.control(Control::While, n, |l| {
        l.next_slot(Slot::Condition);
        call(l, of, name, |l| value(l, argument));
        l.next_slot(Slot::Body);
        l.synthetic_block(function, |l| {
            call(l, function, callee, |l| cst.named(list).for_each(|argument| value(l, argument)));
        });
    });
    true
}

fn call(l: &mut Lower<'_>, n: Syntax, name: Syntax, arguments: impl FnOnce(&mut Lower<'_>)) {
    let name = l.symbol(name);
    let at = l.call(n, name, arguments);
    l.at(at).dispatch = Some(Dispatch::Static);
}

/// What was read as a type is a value: a name is an IDENTIFIER.
fn value(l: &mut Lower<'_>, n: Syntax) {
    let name =
        l.child(n, F::Type).filter(|t| l.is(*t, TYPE_IDENTIFIER) && l.child(n, F::Declarator).is_none());
    match name {
        Some(name) => {
            l.identifier(name);
        }
        None => l.lower_children(n),
    }
}

/// The name of the type of a declaration in which a macro stands before the type (`noinline int f(void)`): the
/// grammar takes the macro for the type, and the type for an error.
pub fn displaced_type(l: &mut Lower<'_>, n: Syntax) -> Option<Symbol> {
    let cst = l.cst;
    if cst.errors == 0 {
        return None;
    }
    let taken = l.child(n, F::Type).filter(|t| l.is(*t, TYPE_IDENTIFIER))?;
    let declarator = l.child(n, F::Declarator)?;
    let error = cst.named(n).find(|c| l.is_error(*c) && *c > taken && *c < declarator)?;
    let word = cst.named(error).last()?;
    // Words of the compiler start so, and stand behind the type.
    if !is_any(l, word, &[IDENTIFIER, TYPE_IDENTIFIER, PRIMITIVE]) || l.text(word).starts_with(b"__") {
        return None;
    }
    Some(l.symbol(word))
}

/// The name of a variable in whose declarator the type has taken the name's place (`macro size_t n = 0`).
pub fn displaced_name(l: &Lower<'_>, declarator: Syntax, name: Syntax) -> Option<Syntax> {
    let cst = l.cst;
    if cst.errors == 0 || !TYPE_WORDS.contains(&l.text(name)) {
        return None;
    }
    let error = cst.named(declarator).find(|c| l.is_error(*c) && *c > name)?;
    cst.named(error).last().filter(|word| l.is(*word, IDENTIFIER))
}
