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
    pub(super) context: Context,
    /// The statement is a declaration.
    pub(super) typed: bool,
    pub(super) alias: bool,
    /// It has a list of parameters.
    pub(super) has_parameters: bool,
    /// What the next brace opens.
    pub(super) body: Option<Context>,
    /// The parentheses closed last held this.
    pub(super) closed: Context,
    /// The token that ends a head: a statement follows it.
    pub(super) head_end: usize,
    /// `?` without its `:`.
    pub(super) questions: u32,
}

pub struct Shapes<'a, 'b> {
    pub(super) text: &'a mut Text<'b>,
    pub(super) tokens: &'a [Token],
    pub(super) frames: &'a mut Vec<Frame>,
    pub cpp: bool,
    pub(super) frame: Frame,
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

    pub(super) fn fresh(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|t| t.fresh)
    }

    /// Blanks tokens, from one to another, and leaves the comments between them.
    pub fn blank_tokens(&mut self, first: usize, last: usize) {
        for token in &self.tokens[first..(last + 1).min(self.tokens.len())] {
            self.text.blank(token.start, token.end);
        }
    }

    pub(super) fn push(&mut self, context: Context) {
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
            if start && matches!(context, Context::Parameters | Context::Head) {
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

    pub(super) fn pop(&mut self) {
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
            Kind::Type | Kind::Star if frame.typed && self.kind(at + 1) == Kind::Star => Context::Parameters,
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
