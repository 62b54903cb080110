//! Heads of statements and declarations: what a macro in front of them makes of them.

use super::shapes::{Context, Shapes};
use super::tokens::{Kind, NONE};

impl Shapes<'_, '_> {
    /// The head of a statement. Returns where to go on, and whether another statement begins there.
    pub(super) fn statement(&mut self, at: usize) -> Option<(usize, bool)> {
        match self.kind(at) {
            Kind::Word => {
                if let Some(next) = self.macro_statement(at, at) {
                    return Some(next);
                }
                self.declaration(at)
            }
            Kind::Storage | Kind::Typedef if !self.cpp => {
                let mut name = at;
                while matches!(self.kind(name), Kind::Storage) {
                    name += 1;
                }
                if self.kind(name) == Kind::Word
                    && let Some(next) = self.macro_statement(at, name)
                {
                    return Some(next);
                }
                self.declaration(at)
            }
            Kind::Type | Kind::Tag | Kind::Storage | Kind::Typedef | Kind::Attribute => self.declaration(at),
            Kind::Namespace => {
                self.frame.body = Some(Context::File);
                Some((at + 1, false))
            }
            Kind::Control if self.cpp && self.text(at) == b"template" => Some((self.template(at), true)),
            Kind::Lead => Some((at + 1, true)),
            Kind::Case => Some((self.case(at), true)),
            Kind::Goto => {
                if self.kind(at + 1) == Kind::Star {
                    // A computed jump.
                    self.text.put(self.tokens[at].start, b"  - ");
                }
                Some((at + 1, false))
            }
            _ => None,
        }
    }

    pub(super) fn declaration(&mut self, at: usize) -> Option<(usize, bool)> {
        let context = self.frame.context;
        let run = self.run(at, false, context);
        self.frame.typed = run.typed;
        self.frame.alias = run.alias;
        self.frame.body = run.body;
        (run.next > at).then_some((run.next, false))
    }

    /// `case a ... b:`; returns the token behind the colon.
    pub(super) fn case(&mut self, at: usize) -> usize {
        let mut end = at + 1;
        let mut questions = 0;
        loop {
            match self.kind(end) {
                Kind::Ellipsis => self.text.put(self.tokens[end].start, b"|| "),
                Kind::Question => questions += 1,
                Kind::Colon if questions > 0 => questions -= 1,
                Kind::Colon => return end + 1,
                Kind::Semi | Kind::LBrace | Kind::RBrace | Kind::Dead => return end,
                _ => {}
            }
            end += 1;
        }
    }

    /// A statement that begins with a macro: `name` is its name, behind storage classes from `at` on.
    pub(super) fn macro_statement(&mut self, at: usize, name: usize) -> Option<(usize, bool)> {
        let context = self.frame.context;
        let behind = self.kind(name + 1);
        if behind == Kind::Colon && context == Context::Block {
            return Some((name + 2, true));
        }
        if behind == Kind::Colon && context == Context::Struct && !self.cpp {
            // A bit-field without a name.
            let end = name + 3;
            if self.kind(end) == Kind::Semi {
                self.blank_tokens(at, end);
                return Some((end + 1, true));
            }
        }
        if behind != Kind::LParen {
            let alone = self.fresh(name) && self.fresh(name + 1) && name == at;
            let next = self.kind(name + 1);
            return match context {
                Context::Block
                    if next == Kind::LBrace
                        && self.fresh(name)
                        && name == at
                        && super::words::score(self.text(name)) > 2 =>
                {
                    // `TRY {`
                    self.blank_tokens(name, name);
                    Some((name + 1, true))
                }
                Context::Block if alone && begins_statement(next) => {
                    // `BEGIN_SOMETHING`, in a line of its own.
                    if !self.text.put_behind(self.tokens[name].end, b';') {
                        self.blank_tokens(name, name);
                    }
                    Some((name + 1, true))
                }
                Context::File | Context::Struct
                    if alone
                        && (!continues_declaration(next)
                            || self.cpp
                                && next == Kind::Control
                                && super::words::score(self.text(name)) > 1) =>
                {
                    self.blank_tokens(name, name);
                    Some((name + 1, true))
                }
                _ => None,
            };
        }
        let end = self.mate(name + 1);
        if end == NONE as usize || self.is_typeof(name) {
            return None;
        }
        let next = self.kind(end + 1);
        match context {
            Context::Block => self.macro_in_block(name, end, next),
            Context::File if self.cpp => self.macro_in_cpp(name, end, next),
            Context::File => self.macro_in_file(at, name, end, next),
            Context::Struct if !self.cpp => self.macro_in_struct(at, name, end, next),
            Context::Struct => self.macro_in_cpp(name, end, next),
            _ => None,
        }
    }

    pub(super) fn macro_in_block(&mut self, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
        if next == Kind::Assign && super::words::score(self.text(name)) > 1 {
            return self.macro_initialised(name, end);
        }
        let statement = begins_statement(next) && self.fresh(end + 1);
        // `every(1000) work();`
        let guard = next == Kind::Word
            && !self.fresh(end + 1)
            && matches!(self.kind(end + 2), Kind::LParen | Kind::Operator)
            && !self.cpp;
        if next == Kind::LBrace || guard || statement && is_loop(self.text(name)) {
            return self.disguise_as_loop(name, end);
        }
        if statement || next == Kind::RBrace {
            if !self.text.put_behind(self.tokens[end].end, b';') {
                return self.fresh(name).then(|| self.end_line_macro(name, end)).flatten();
            }
            self.push_arguments(name);
            return Some((name + 2, true));
        }
        None
    }

    /// Goes on behind the parenthesis of a macro's arguments, with a statement behind them.
    pub(super) fn push_arguments(&mut self, name: usize) {
        self.frame.head_end = self.mate(name + 1);
        self.push(Context::Args);
    }

    /// `for_each(a, b) {` parses as `while (a, b) {`.
    pub(super) fn disguise_as_loop(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
        let token = self.tokens[name];
        let length = (token.end - token.start) as usize;
        if end == name + 2 {
            // No arguments: `while(0)`, if there is room for it.
            if ((self.tokens[end].end - token.start) as usize) < 8 {
                return None;
            }
            self.blank_tokens(name, end);
            self.text.put(token.start, b"while(0)");
        } else if length >= 5 {
            self.blank_tokens(name, name);
            self.text.put(token.start, b"while");
        } else if length >= 2 {
            self.blank_tokens(name, name);
            self.text.put(token.start, b"if");
        } else {
            return None;
        }
        self.push_arguments(name);
        Some((name + 2, true))
    }

    pub(super) fn macro_in_file(
        &mut self,
        at: usize,
        name: usize,
        end: usize,
        next: Kind,
    ) -> Option<(usize, bool)> {
        match next {
            Kind::Semi => {
                if end - name > 2 && (name + 2..end).any(|t| self.kind(t) == Kind::Semi) {
                    // Statements between its parentheses.
                    self.blank_tokens(name + 2, end - 1);
                    return Some((end + 1, false));
                }
                // A call; storage classes before it are the macro's business.
                if at < name {
                    self.blank_tokens(at, name - 1);
                }
                None
            }
            Kind::LBrace => {
                let next = self.disguise_as_loop(name, end)?;
                if at < name {
                    self.blank_tokens(at, name - 1);
                }
                Some(next)
            }
            Kind::Assign => self.macro_initialised(name, end),
            _ if self.is_old_style(name, end) => {
                let mut brace = end + 1;
                while self.kind(brace) != Kind::LBrace {
                    brace += 1;
                }
                self.disguise_as_loop(name, end)?;
                self.pop();
                if at < name {
                    self.blank_tokens(at, name - 1);
                }
                self.blank_tokens(end + 1, brace - 1);
                Some((brace, true))
            }
            _ if at == name && self.fresh(name) && self.fresh(end + 1) && next != Kind::Star => {
                self.end_line_macro(name, end)
            }
            _ => None,
        }
    }

    /// `static DEFINE(x) = …` declares x.
    pub(super) fn macro_initialised(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
        if self.kind(name + 2) == Kind::Word {
            self.blank_tokens(name + 1, name + 1);
            self.blank_tokens(name + 3, end);
        } else if self.kind(end - 1) == Kind::Word && self.kind(end - 2) == Kind::Comma {
            self.blank_tokens(name, name + 1);
            self.blank_tokens(end - 2, end - 2);
            self.blank_tokens(end, end);
        } else {
            return None;
        }
        self.frame.typed = true;
        Some((end + 1, false))
    }

    /// `MODULE_NAME("x")` without a semicolon.
    pub(super) fn end_line_macro(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
        let (first, last) = (self.tokens[name], self.tokens[end]);
        if self.text.put_behind(last.end, b';') {
            self.push_arguments(name);
            return Some((name + 2, true));
        }
        let one_line =
            memchr::memchr(b'\n', &self.text.source[first.start as usize..last.end as usize]).is_none();
        if one_line && first.end - first.start > 2 && !self.cpp {
            self.text.put(first.start, b"#m");
        } else {
            self.blank_tokens(name, end);
        }
        Some((end + 1, true))
    }

    pub(super) fn macro_in_struct(
        &mut self,
        at: usize,
        name: usize,
        end: usize,
        next: Kind,
    ) -> Option<(usize, bool)> {
        if !matches!(next, Kind::Semi) {
            if self.fresh(end + 1) && at == name {
                self.blank_tokens(name, end);
                return Some((end + 1, true));
            }
            return None;
        }
        let mut inside = name + 2..end;
        if inside.any(|t| self.kind(t) == Kind::Semi) {
            // `struct_group(name, int a; int b;);`: the fields stay.
            let mut comma = name + 1;
            while self.kind(comma + 1) == Kind::Word && self.kind(comma + 2) == Kind::Comma {
                comma += 2;
            }
            self.blank_tokens(name, comma);
            self.blank_tokens(end, end + 1);
            return Some((comma + 1, true));
        }
        if at < name {
            self.blank_tokens(at, name - 1);
        }
        if self.kind(name + 2) == Kind::Word && matches!(self.kind(name + 3), Kind::Comma | Kind::RParen) {
            // `DECLARE_SOMETHING(field, …);`
            self.blank_tokens(name + 1, name + 1);
            self.blank_tokens(name + 3, end);
        } else {
            self.blank_tokens(name, end + 1);
        }
        Some((end + 2, true))
    }

    /// A line of its own that neither is a declaration nor ends like one.
    pub(super) fn macro_in_cpp(&mut self, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
        let declares = matches!(
            next,
            Kind::Semi
                | Kind::LBrace
                | Kind::Colon
                | Kind::Assign
                | Kind::LParen
                | Kind::LBracket
                | Kind::Operator
                | Kind::Star
                | Kind::DoubleColon
                | Kind::Lead
                | Kind::Comma
        );
        if next == Kind::Semi && super::words::score(self.text(name)) > 2 && self.fresh(name) {
            // Types among its arguments parse as nothing; in a class a call is no declaration.
            if self.frame.context == Context::Struct {
                self.blank_tokens(name, end + 1);
                return Some((end + 2, true));
            }
            if (name + 2..end).any(|t| matches!(self.kind(t), Kind::Type | Kind::Tag | Kind::Star)) {
                self.blank_tokens(name + 2, end - 1);
                return Some((end + 1, false));
            }
        }
        if declares || !self.fresh(name) || !self.fresh(end + 1) || super::words::score(self.text(name)) < 2 {
            return None;
        }
        self.end_line_macro(name, end)
    }

    /// `offsetof(struct s, a.b[1])`: the grammar knows the name of one field.
    pub(super) fn offset_of(&mut self, at: usize) {
        let end = self.mate(at - 1);
        let comma = (at..end.min(at + 32)).find(|t| self.kind(*t) == Kind::Comma);
        if let Some(comma) = comma.filter(|_| end != NONE as usize && self.kind(end - 1) != Kind::Comma)
            && self.kind(comma + 1) == Kind::Word
            && end > comma + 2
        {
            self.blank_tokens(comma + 2, end - 1);
        }
    }

    /// A type as an argument: one word of it stays, which parses as a name.
    pub(super) fn type_argument(&mut self, at: usize) -> bool {
        let callee =
            self.frames.last().and(at.checked_sub(2)).map_or(b"" as &[u8], |callee| self.text(callee));
        if matches!(callee, b"offsetof" | b"__builtin_offsetof") {
            self.offset_of(at);
            return false;
        }
        let mut end = at;
        let (mut tagged, mut stars) = (false, 0);
        let mut named = None;
        loop {
            match self.kind(end) {
                Kind::Tag => tagged = true,
                Kind::Storage => {
                    tagged |= named.is_none();
                }
                Kind::Type | Kind::Word => {
                    tagged |= self.kind(end) == Kind::Type;
                    named = Some(end);
                }
                Kind::Star if named.is_some() => stars += 1,
                _ => break,
            }
            end += 1;
        }
        let Some(named) = named else { return false };
        let whole = matches!(self.kind(end), Kind::Comma | Kind::RParen);
        let last_star = end > at && self.kind(end - 1) == Kind::Star;
        if !whole || stars > 0 && !last_star && !tagged || end == at + 1 {
            return false;
        }
        for token in (at..end).filter(|t| *t != named) {
            self.blank_tokens(token, token);
        }
        true
    }
}

/// Whether a statement may begin with a token of this kind.
fn begins_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Word
            | Kind::Type
            | Kind::Tag
            | Kind::Storage
            | Kind::Typedef
            | Kind::Head
            | Kind::Lead
            | Kind::Case
            | Kind::Goto
            | Kind::Control
            | Kind::RBrace
            | Kind::Directive
    )
}

/// Whether a declaration that begins with a name in a line of its own may go on with this in the next.
fn continues_declaration(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Word
            | Kind::Star
            | Kind::LParen
            | Kind::Less
            | Kind::DoubleColon
            | Kind::Operator
            | Kind::Assign
            | Kind::Semi
            | Kind::Colon
            | Kind::Amp
            | Kind::Control
            | Kind::Type
            | Kind::Tag
            | Kind::Storage
            | Kind::Typedef
            | Kind::Comma
            | Kind::LBracket
            | Kind::LBrace
            | Kind::DoubleAmp
    )
}

/// Whether a macro in front of a block is a loop: a part of its name, between underscores or where small letters
/// turn to capitals, says so.
pub fn is_loop(name: &[u8]) -> bool {
    let mut start = 0;
    for at in 1..=name.len() {
        let ends = at == name.len()
            || name[at] == b'_'
            || name[at].is_ascii_uppercase() && name[at - 1].is_ascii_lowercase();
        if !ends {
            continue;
        }
        let part = name[start..at].trim_ascii();
        let part = part.strip_prefix(b"_").unwrap_or(part);
        let words: [&[u8]; 8] =
            [b"for", b"each", b"foreach", b"while", b"until", b"loop", b"repeat", b"iterate"];
        if words.iter().any(|word| part.eq_ignore_ascii_case(word)) {
            return true;
        }
        start = at;
    }
    false
}
