//! Walks over the tokens, knows what each bracket holds, and mends what the grammars would stumble over.

use super::Text;
use super::tokens::{Kind, NONE, Token};

/// What is between two brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// Declarations of the file.
    File,
    Struct,
    Enum,
    /// Statements.
    Block,
    /// An initialiser.
    List,
    /// The parameters of what is declared.
    Parameters,
    /// The arguments of a call.
    Args,
    /// An expression, or a type in front of one.
    Expression,
    /// What is in the parentheses of `for`, `if` and such.
    Head,
}

/// An open bracket, and the statement that is being read in it.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    context: Context,
    /// The statement is a declaration.
    typed: bool,
    alias: bool,
    /// It has a list of parameters.
    has_parameters: bool,
    /// What the next brace opens.
    body: Option<Context>,
    /// The parentheses closed last held this.
    closed: Context,
    /// The token that ends a head: a statement follows it.
    head_end: usize,
    /// `?` without its `:`.
    questions: u32,
}

pub struct Shapes<'a, 'b> {
    text: &'a mut Text<'b>,
    tokens: &'a [Token],
    frames: &'a mut Vec<Frame>,
    pub cpp: bool,
    frame: Frame,
}

const NEW: Frame = Frame {
    context: Context::File,
    typed: false,
    alias: false,
    has_parameters: false,
    body: None,
    closed: Context::Args,
    head_end: NONE as usize,
    questions: 0,
};

impl<'a, 'b> Shapes<'a, 'b> {
    pub fn new(text: &'a mut Text<'b>, tokens: &'a [Token], frames: &'a mut Vec<Frame>, cpp: bool) -> Self {
        frames.clear();
        Shapes { text, tokens, frames, cpp, frame: NEW }
    }

    /// The kind of a token; behind the last one, [`Kind::Dead`].
    #[inline]
    pub fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Dead, |t| t.kind)
    }

    /// The other bracket, or [`NONE`].
    #[inline]
    pub fn mate(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(NONE, |t| t.mate) as usize
    }

    pub fn text(&self, at: usize) -> &'b [u8] {
        self.tokens.get(at).map_or(b"", |t| &self.text.source[t.start as usize..t.end as usize])
    }

    pub fn context(&self) -> Context {
        self.frame.context
    }

    fn fresh(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|t| t.fresh)
    }

    /// Blanks tokens, from one to another, and leaves the comments between them.
    pub fn blank_tokens(&mut self, first: usize, last: usize) {
        for token in &self.tokens[first..(last + 1).min(self.tokens.len())] {
            self.text.blank(token.start, token.end);
        }
    }

    fn push(&mut self, context: Context) {
        self.frames.push(self.frame);
        self.frame = Frame { context, ..NEW };
    }

    /// A new statement begins.
    fn begin(&mut self) {
        self.frame = Frame { context: self.frame.context, ..NEW };
    }

    pub fn walk(mut self) {
        let mut at = 0;
        let mut start = true;
        while at < self.tokens.len() {
            let context = self.frame.context;
            if start && matches!(context, Context::File | Context::Struct | Context::Block) {
                self.begin();
                if let Some((next, again)) = self.statement(at) {
                    debug_assert!(next > at);
                    (at, start) = (next, again);
                    continue;
                }
            }
            if start && context == Context::Parameters || context == Context::Head && start {
                start = false;
                let run = self.run(at, false, Context::Parameters);
                self.frame.typed = run.typed;
                if run.next > at {
                    at = run.next;
                    continue;
                }
            }
            if start && matches!(context, Context::Args | Context::Expression) {
                start = false;
                let string = self.kind(at) == Kind::Word
                    && self.kind(at + 1) == Kind::LParen
                    && self.beside_string(at, Kind::Comma);
                if !string && (context == Context::Expression || !self.type_argument(at)) {
                    let run = self.run(at, false, context);
                    if run.next > at {
                        at = run.next;
                        continue;
                    }
                }
            }
            start = self.token(at);
            at += 1;
        }
    }

    /// One token; returns whether something new begins behind it.
    fn token(&mut self, at: usize) -> bool {
        let kind = self.kind(at);
        let before = if at == 0 { Kind::Semi } else { self.kind(at - 1) };
        match kind {
            Kind::LBrace => {
                let context = self.brace(at, before);
                self.push(context);
                true
            }
            Kind::RBrace => {
                while self.frames.len() > 1
                    && !matches!(
                        self.frame.context,
                        Context::File | Context::Struct | Context::Enum | Context::Block | Context::List
                    )
                {
                    self.pop();
                }
                let closed = self.frame.context;
                self.pop();
                if matches!(closed, Context::Struct | Context::Enum) {
                    self.behind_body(at + 1);
                    return false;
                }
                matches!(closed, Context::Block | Context::File)
                    && matches!(self.frame.context, Context::File | Context::Struct | Context::Block)
            }
            Kind::LParen => {
                let context = self.parenthesis(at, before);
                let head_end = if context == Context::Head { self.mate(at) } else { NONE as usize };
                if head_end != NONE as usize {
                    self.frame.head_end = head_end;
                }
                self.push(context);
                true
            }
            Kind::RParen => {
                if matches!(
                    self.frame.context,
                    Context::Parameters | Context::Args | Context::Expression | Context::Head
                ) {
                    let closed = self.frame.context;
                    self.pop();
                    self.frame.closed = closed;
                    self.frame.has_parameters |= closed == Context::Parameters;
                }
                let head = self.frame.head_end == at;
                if head {
                    self.frame.head_end = NONE as usize;
                }
                head
            }
            Kind::Semi => {
                matches!(self.frame.context, Context::File | Context::Struct | Context::Block | Context::Head)
            }
            Kind::Comma => matches!(self.frame.context, Context::Parameters | Context::Args),
            Kind::Question => {
                self.frame.questions += 1;
                false
            }
            Kind::Colon => {
                // `public:`
                let access = before == Kind::Control && self.frame.context == Context::Struct;
                self.frame.questions = self.frame.questions.saturating_sub(1);
                access
            }
            Kind::Attribute => {
                self.attribute(at);
                false
            }
            Kind::Literal if !self.cpp && self.text(at)[0].is_ascii_digit() && !is_number(self.text(at)) => {
                // A word that a macro pastes together: `SPEED(1000base)`.
                self.text.put(self.tokens[at].start, b"_");
                false
            }
            Kind::Word if before == Kind::Head => {
                // `if likely(x)`
                if self.kind(at + 1) == Kind::LParen && !self.cpp {
                    self.blank_tokens(at, at);
                    self.frame.head_end = self.mate(at + 1);
                }
                false
            }
            Kind::Word if matches!(self.kind(at + 1), Kind::Word | Kind::String) => {
                self.words_in_string(at, before);
                false
            }
            Kind::Word if self.cpp && self.is_trailing_macro(at, before) => {
                let end = if self.kind(at + 1) == Kind::LParen { self.mate(at + 1) } else { at };
                if end != NONE as usize {
                    self.blank_tokens(at, end);
                }
                false
            }
            Kind::Word if self.cpp && before == Kind::String && self.kind(at + 1) == Kind::String => {
                self.blank_tokens(at, at);
                false
            }
            Kind::Star if self.cpp && self.kind(at + 1) == Kind::LBracket && at > 1 => {
                // `new T*[n]`
                let mut word = at;
                while word > 0
                    && matches!(self.kind(word - 1), Kind::Star | Kind::Word | Kind::DoubleColon | Kind::Type)
                {
                    word -= 1;
                }
                if word > 0 && self.text(word - 1) == b"new" {
                    self.blank_tokens(at, at);
                }
                false
            }
            Kind::Word if self.kind(at + 1) == Kind::LParen && self.beside_string(at, before) => {
                self.string_macro(at);
                false
            }
            Kind::Word
                if before == Kind::RParen
                    && !self.cpp
                    && self.frame.has_parameters
                    && self.frame.context == Context::File
                    && self.fresh(at + 1)
                    && matches!(
                        self.kind(at + 1),
                        Kind::Type | Kind::Storage | Kind::Tag | Kind::Typedef | Kind::Dead
                    ) =>
            {
                // A macro in the place of a function's body.
                self.blank_tokens(at, at);
                self.text.put(self.tokens[at].start, b";");
                true
            }
            Kind::Word if before == Kind::RParen && self.kind(at + 1) == Kind::LParen => {
                // An attribute behind parameters: the grammar knows names as its arguments.
                let end = self.mate(at + 1);
                let simple = |t| matches!(self.kind(t), Kind::Word | Kind::Comma);
                if self.frame.has_parameters && end != NONE as usize && !(at + 2..end).all(simple) {
                    self.blank_tokens(at + 1, end);
                }
                false
            }
            Kind::Word => {
                if before == Kind::RBracket && !self.cpp {
                    let last = if self.kind(at + 1) == Kind::LParen { self.mate(at + 1) } else { at };
                    if last != NONE as usize {
                        // `int x[3] __attribute = …`
                        self.blank_tokens(at, last);
                    }
                } else if self.kind(at + 1) == Kind::LParen && self.is_typeof(at) {
                    self.blank_tokens(at + 1, self.mate(at + 1));
                }
                false
            }
            Kind::DoubleAmp => {
                let value = matches!(
                    before,
                    Kind::Assign | Kind::Comma | Kind::LParen | Kind::LBrace | Kind::Control | Kind::LBracket
                );
                if value && !self.cpp && self.kind(at + 1) == Kind::Word {
                    // The address of a label.
                    self.text.put(self.tokens[at].start, b" ");
                }
                false
            }
            Kind::Directive => {
                self.directive(at);
                if !matches!(self.frame.context, Context::File | Context::Struct | Context::Block) {
                    // The grammars know directives between statements only.
                    self.blank_tokens(at, at);
                    return false;
                }
                self.frame.context != Context::Struct || before != Kind::Comma
            }
            _ => false,
        }
    }

    /// Whether a macro stands behind what a declaration declares: `f() MACRO(x) {`, `int x MACRO;`.
    fn is_trailing_macro(&self, at: usize, before: Kind) -> bool {
        if !matches!(self.frame.context, Context::File | Context::Struct)
            || super::words::score(self.text(at)) < 2
        {
            return false;
        }
        let end = if self.kind(at + 1) == Kind::LParen { self.mate(at + 1) } else { at };
        let behind = self.kind(end.wrapping_add(1));
        let ends = matches!(
            behind,
            Kind::Semi | Kind::LBrace | Kind::Colon | Kind::Assign | Kind::Word | Kind::Storage
        );
        ends && (before == Kind::RParen && self.frame.has_parameters
            || before == Kind::Word && end > at && matches!(behind, Kind::Semi | Kind::Assign))
    }

    /// `template <…>`: what is between the angles is left alone, but for macros with arguments, which are no
    /// parameters. A declaration begins behind it.
    fn template(&mut self, at: usize) -> usize {
        if self.kind(at + 1) != Kind::Less {
            return at + 1;
        }
        let (mut end, mut depth) = (at + 1, 0u32);
        loop {
            match self.kind(end) {
                Kind::Less => depth += 1,
                Kind::Operator if self.text(end) == b">" => {
                    depth -= 1;
                    if depth == 0 {
                        return end + 1;
                    }
                }
                Kind::LParen | Kind::LBracket | Kind::LBrace if self.mate(end) != NONE as usize => {
                    let close = self.mate(end);
                    if self.kind(end) == Kind::LParen
                        && depth == 1
                        && self.kind(end - 1) == Kind::Word
                        && matches!(self.kind(end - 2), Kind::Comma | Kind::Less)
                        && super::words::score(self.text(end - 1)) > 1
                    {
                        self.blank_tokens(end, close);
                    }
                    end = close;
                }
                Kind::Semi | Kind::LBrace | Kind::RBrace | Kind::Dead => return at + 1,
                _ => {}
            }
            end += 1;
        }
    }

    /// Whether `NAME(…)` is part of a string: `"a" NAME(x) "b"`.
    fn beside_string(&self, at: usize, before: Kind) -> bool {
        let end = self.mate(at + 1);
        end != NONE as usize && (before == Kind::String || self.kind(end + 1) == Kind::String)
    }

    /// The grammars take names beside strings, and no calls.
    fn string_macro(&mut self, at: usize) {
        let end = self.mate(at + 1);
        if end == at + 3 && self.kind(at + 2) == Kind::String {
            self.blank_tokens(at, at + 1);
            self.blank_tokens(end, end);
        } else {
            self.blank_tokens(at + 1, end);
        }
    }

    /// `PREFIX NAME "text"`: the grammars take one name beside a string.
    fn words_in_string(&mut self, at: usize, before: Kind) {
        let mut last = at;
        while self.kind(last + 1) == Kind::Word && last < at + 8 {
            last += 1;
        }
        if last > at && (self.kind(last + 1) == Kind::String || before == Kind::String) {
            self.blank_tokens(at, last - 1);
        }
    }

    /// `#define f(a, rest...)`: the grammars know `...` without a name.
    fn directive(&mut self, at: usize) {
        let text = self.text(at);
        if memchr::memchr(b'\n', text).is_some() {
            self.comments_in_macro(at);
        }
        let Some(dots) = memchr::memmem::find(text, b"...") else { return };
        let head = &text[..dots];
        let word = head.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let list = head.iter().position(|b| *b == b'(').is_some_and(|open| !head[open..].contains(&b')'));
        if list && word > 0 {
            let end = self.tokens[at].start + dots as u32;
            self.text.blank(end - word as u32, end);
        }
    }

    /// A comment in the lines of a macro ends the macro for the grammars.
    fn comments_in_macro(&mut self, at: usize) {
        let (text, start) = (self.text(at), self.tokens[at].start);
        let mut from = 0;
        while let Some(open) = memchr::memmem::find(&text[from..], b"/*").map(|i| from + i) {
            let Some(close) = memchr::memmem::find(&text[open..], b"*/").map(|i| open + i + 2) else {
                return;
            };
            if memchr::memchr(b'\n', &text[close..]).is_some() {
                // What continues the line stays.
                let mut line = open;
                while let Some(end) = memchr::memchr(b'\n', &text[line..close]).map(|i| line + i) {
                    let kept = text[line..end].trim_ascii_end().len().saturating_sub(1);
                    self.text.blank(start + line as u32, start + (line + kept) as u32);
                    line = end + 1;
                }
                self.text.blank(start + line as u32, start + close as u32);
            }
            from = close;
        }
    }

    fn pop(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.frame = frame;
        }
    }

    /// What a brace opens.
    fn brace(&mut self, at: usize, before: Kind) -> Context {
        if let Some(body) = self.frame.body.take() {
            return body;
        }
        let frame = self.frame;
        let of_declarations = matches!(frame.context, Context::File | Context::Struct);
        match before {
            Kind::String if frame.context == Context::File => Context::File,
            Kind::LParen if frame.context != Context::List => Context::Block,
            Kind::Assign | Kind::Comma | Kind::LBracket => Context::List,
            Kind::Control if self.text(at - 1) != b"noexcept" => Context::List,
            Kind::RParen if frame.closed == Context::Expression && !frame.has_parameters => Context::List,
            Kind::RParen | Kind::RBracket | Kind::Storage if self.cpp => Context::Block,
            _ if matches!(
                frame.context,
                Context::List | Context::Enum | Context::Args | Context::Parameters
            ) =>
            {
                Context::List
            }
            Kind::Word if of_declarations && !frame.has_parameters => Context::List,
            Kind::Word if self.cpp && frame.context == Context::Block => Context::List,
            _ => Context::Block,
        }
    }

    /// What a parenthesis opens.
    fn parenthesis(&mut self, at: usize, before: Kind) -> Context {
        let frame = self.frame;
        let of_declarations = matches!(frame.context, Context::File | Context::Struct);
        match before {
            Kind::Head => Context::Head,
            Kind::Storage if at > 1 && self.kind(at - 2) == Kind::Head => Context::Head,
            // `int (*choose(int which))(void)`
            Kind::Word
                if frame.context == Context::Parameters
                    && at > 2
                    && self.kind(at - 2) == Kind::Star
                    && self.kind(at - 3) == Kind::LParen =>
            {
                Context::Parameters
            }
            Kind::Word if frame.context == Context::Parameters => Context::Args,
            Kind::Word if frame.typed && !frame.has_parameters && self.declares(at) => Context::Parameters,
            Kind::Word if self.cpp && of_declarations && !frame.has_parameters => Context::Parameters,
            Kind::Word => Context::Args,
            // `int (*f)(int)`
            Kind::RParen if frame.typed || frame.context == Context::Parameters => Context::Parameters,
            Kind::Type | Kind::Star | Kind::Word if frame.typed && self.kind(at + 1) == Kind::Star => {
                Context::Parameters
            }
            Kind::RBracket if self.cpp => Context::Parameters,
            _ if self.cpp && of_declarations && !frame.has_parameters && before != Kind::Assign => {
                Context::Parameters
            }
            _ => Context::Expression,
        }
    }

    /// Whether the name before a parenthesis is what its statement declares: nothing but words stands before it.
    fn declares(&self, at: usize) -> bool {
        at >= 2
            && matches!(
                self.kind(at - 2),
                Kind::Word
                    | Kind::Type
                    | Kind::Star
                    | Kind::Amp
                    | Kind::DoubleAmp
                    | Kind::Storage
                    | Kind::DoubleColon
                    | Kind::RBrace
                    | Kind::RParen
                    | Kind::Operator
            )
    }

    /// Words between a type's body and the semicolon: variables, and macros.
    fn behind_body(&mut self, at: usize) {
        let alias = self.frame.alias;
        if self.kind(at) == Kind::Word
            && self.kind(at + 1) == Kind::Semi
            && !alias
            && self.text(at).starts_with(b"__")
        {
            self.blank_tokens(at, at);
        } else if self.kind(at) == Kind::Word && self.kind(at + 1) == Kind::LParen {
            let end = self.mate(at + 1);
            if end != NONE as usize {
                self.blank_tokens(at, end);
            }
        } else {
            self.run(at, true, Context::File);
        }
        self.frame.typed = true;
    }

    // ── Statements and declarations ────────────────────────────────────────────────────────────────────

    /// The head of a statement. Returns where to go on, and whether another statement begins there.
    fn statement(&mut self, at: usize) -> Option<(usize, bool)> {
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

    fn declaration(&mut self, at: usize) -> Option<(usize, bool)> {
        let context = self.frame.context;
        let run = self.run(at, false, context);
        self.frame.typed = run.typed;
        self.frame.alias = run.alias;
        self.frame.body = run.body;
        (run.next > at).then_some((run.next, false))
    }

    /// `case a ... b:`; returns the token behind the colon.
    fn case(&mut self, at: usize) -> usize {
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
    fn macro_statement(&mut self, at: usize, name: usize) -> Option<(usize, bool)> {
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

    fn macro_in_block(&mut self, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
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
    fn push_arguments(&mut self, name: usize) {
        self.frame.head_end = self.mate(name + 1);
        self.push(Context::Args);
    }

    /// `for_each(a, b) {` parses as `while (a, b) {`.
    fn disguise_as_loop(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
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

    fn macro_in_file(&mut self, at: usize, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
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
    fn macro_initialised(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
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
    fn end_line_macro(&mut self, name: usize, end: usize) -> Option<(usize, bool)> {
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

    fn macro_in_struct(&mut self, at: usize, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
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
    fn macro_in_cpp(&mut self, name: usize, end: usize, next: Kind) -> Option<(usize, bool)> {
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
    fn offset_of(&mut self, at: usize) {
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
    fn type_argument(&mut self, at: usize) -> bool {
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

/// Whether a text that begins with a digit is a number.
fn is_number(text: &[u8]) -> bool {
    if matches!(text, [b'0', b'x' | b'X' | b'b' | b'B', ..]) {
        return true;
    }
    let digits = text.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let rest = &text[digits..];
    matches!(rest, [b'e' | b'E' | b'p' | b'P', b'0'..=b'9' | b'+' | b'-', ..])
        || rest.iter().all(|b| matches!(b, b'u' | b'U' | b'l' | b'L' | b'f' | b'F' | b'i' | b'j'))
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
