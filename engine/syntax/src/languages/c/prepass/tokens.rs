//! The tokens of a file before preprocessing: just enough of C's and C++'s lexical grammar to see shapes.

use memchr::{memchr, memchr2, memmem};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// An identifier that is no keyword.
    Word,
    /// A word of a primitive type.
    Type,
    /// `struct`, `union`, `enum`, `class`.
    Tag,
    /// A storage class, a qualifier, or another word that stands among them.
    Storage,
    /// `typedef`.
    Typedef,
    /// `__attribute__` or `__declspec`, with what is in parentheses behind it.
    Attribute,
    /// `namespace`.
    Namespace,
    /// `if`, `for`, `while`, `switch`: parentheses and a statement follow.
    Head,
    /// `else`, `do`, `try`: a statement follows.
    Lead,
    /// `case`, `default`.
    Case,
    Goto,
    /// `return` and other words in front of an expression.
    Control,
    Literal,
    String,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Semi,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Star,
    Amp,
    DoubleAmp,
    Assign,
    Less,
    Ellipsis,
    Operator,
    /// `#if`, `#ifdef`, `#ifndef`.
    If,
    /// `#elif`, `#else`.
    Else,
    Endif,
    /// Any other directive.
    Directive,
    /// A token that is blanked out.
    Dead,
}

/// No mate.
pub const NONE: u32 = u32::MAX;

/// A token, by its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    /// Of a bracket: the token that closes or opens it.
    pub mate: u32,
    pub kind: Kind,
    /// The first of its line.
    pub fresh: bool,
}

fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// What a word is, if it is not just a name.
fn word(text: &[u8], cpp: bool) -> Kind {
    if text.len() < 2 || !(text[0].is_ascii_lowercase() || text[0] == b'_') {
        return Kind::Word;
    }
    match text {
        b"int" | b"char" | b"void" | b"long" | b"short" | b"float" | b"double" | b"unsigned" | b"signed"
        | b"_Bool" | b"bool" | b"__int128" | b"size_t" | b"ssize_t" | b"uint8_t" | b"uint16_t"
        | b"uint32_t" | b"uint64_t" | b"int8_t" | b"int16_t" | b"int32_t" | b"int64_t" | b"uintptr_t"
        | b"intptr_t" => Kind::Type,
        b"struct" | b"union" | b"enum" => Kind::Tag,
        b"static" | b"extern" | b"inline" | b"__inline" | b"__inline__" | b"__forceinline" | b"register"
        | b"auto" | b"const" | b"volatile" | b"restrict" | b"__restrict" | b"__restrict__" | b"__const"
        | b"__volatile__" | b"__thread" | b"_Thread_local" | b"_Noreturn" | b"_Atomic" | b"__extension__"
        | b"__signed__" => Kind::Storage,
        b"typedef" => Kind::Typedef,
        b"__attribute__" | b"__attribute" | b"__declspec" => Kind::Attribute,
        b"if" | b"for" | b"while" | b"switch" => Kind::Head,
        b"else" | b"do" => Kind::Lead,
        b"case" | b"default" => Kind::Case,
        b"goto" => Kind::Goto,
        b"return" | b"break" | b"continue" | b"sizeof" | b"asm" | b"__asm__" | b"__asm" => Kind::Control,
        _ if cpp => match text {
            b"class" => Kind::Tag,
            b"constexpr" | b"consteval" | b"constinit" | b"virtual" | b"explicit" | b"friend"
            | b"mutable" | b"thread_local" | b"typename" | b"override" | b"final" | b"noexcept" => {
                Kind::Storage
            }
            b"wchar_t" | b"char8_t" | b"char16_t" | b"char32_t" => Kind::Type,
            b"namespace" => Kind::Namespace,
            b"catch" => Kind::Head,
            b"try" => Kind::Lead,
            b"new" | b"delete" | b"throw" | b"operator" | b"using" | b"template" | b"public" | b"private"
            | b"protected" | b"this" | b"decltype" | b"concept" | b"requires" | b"co_return"
            | b"co_await" | b"co_yield" | b"static_assert" | b"alignas" | b"alignof" | b"static_cast"
            | b"dynamic_cast" | b"const_cast" | b"reinterpret_cast" | b"and" | b"or" | b"not" => {
                Kind::Control
            }
            _ => Kind::Word,
        },
        _ => Kind::Word,
    }
}

/// Reads all tokens. Comments and white space are between them; a directive is one token with its continued lines.
pub fn read(source: &[u8], cpp: bool, tokens: &mut Vec<Token>) {
    tokens.clear();
    let (mut at, mut fresh) = (0usize, true);
    while let Some(&b) = source.get(at) {
        let start = at;
        let kind = match b {
            b'\n' => {
                fresh = true;
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {
                at += 1;
                continue;
            }
            b'\\' if matches!(source.get(at + 1), Some(b'\n' | b'\r')) => {
                at += 2;
                continue;
            }
            b'/' if source.get(at + 1) == Some(&b'*') => {
                at = comment_end(source, at);
                continue;
            }
            b'/' if source.get(at + 1) == Some(&b'/') => {
                at = line_end(source, at);
                continue;
            }
            b'#' if fresh => {
                at = directive_end(source, at);
                directive(&source[start..at])
            }
            b'"' | b'\'' => {
                at = string_end(source, at);
                if b == b'"' { Kind::String } else { Kind::Literal }
            }
            b'0'..=b'9' => {
                at = number_end(source, at, cpp);
                Kind::Literal
            }
            _ if word_byte(b) => {
                while source.get(at).is_some_and(|b| word_byte(*b)) {
                    at += 1;
                }
                let text = &source[start..at];
                match source.get(at) {
                    Some(b'"') if cpp && matches!(text, b"R" | b"LR" | b"uR" | b"UR" | b"u8R") => {
                        at = raw_string_end(source, at);
                        Kind::String
                    }
                    Some(b'"' | b'\'') if matches!(text, b"L" | b"u" | b"U" | b"u8") => {
                        at = string_end(source, at);
                        Kind::String
                    }
                    _ => word(text, cpp),
                }
            }
            _ => {
                let (kind, length) = punctuation(&source[at..]);
                at += length;
                kind
            }
        };
        tokens.push(Token { start: start as u32, end: at as u32, mate: NONE, kind, fresh });
        fresh = false;
    }
}

fn punctuation(rest: &[u8]) -> (Kind, usize) {
    let second = rest.get(1).copied().unwrap_or(0);
    match (rest[0], second) {
        (b'(', _) => (Kind::LParen, 1),
        (b')', _) => (Kind::RParen, 1),
        (b'[', _) => (Kind::LBracket, 1),
        (b']', _) => (Kind::RBracket, 1),
        (b'{', _) => (Kind::LBrace, 1),
        (b'}', _) => (Kind::RBrace, 1),
        (b';', _) => (Kind::Semi, 1),
        (b',', _) => (Kind::Comma, 1),
        (b':', b':') => (Kind::DoubleColon, 2),
        (b':', _) => (Kind::Colon, 1),
        (b'?', _) => (Kind::Question, 1),
        (b'*', b'=') | (b'&', b'=') => (Kind::Operator, 2),
        (b'*', _) => (Kind::Star, 1),
        (b'&', b'&') => (Kind::DoubleAmp, 2),
        (b'&', _) => (Kind::Amp, 1),
        (b'=', b'=') | (b'!', b'=') | (b'<', b'=') | (b'>', b'=') | (b'-', b'>') => (Kind::Operator, 2),
        (b'<', b'<') | (b'|', b'|') | (b'+', b'+') | (b'-', b'-') => (Kind::Operator, 2),
        (b'=', _) => (Kind::Assign, 1),
        (b'<', _) => (Kind::Less, 1),
        (b'.', b'.') if rest.get(2) == Some(&b'.') => (Kind::Ellipsis, 3),
        _ => (Kind::Operator, 1),
    }
}

/// What a directive does.
fn directive(text: &[u8]) -> Kind {
    let name = text[1..].trim_ascii_start();
    let length = name.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(name.len());
    match &name[..length] {
        b"if" | b"ifdef" | b"ifndef" => Kind::If,
        b"else" | b"elif" | b"elifdef" | b"elifndef" => Kind::Else,
        b"endif" => Kind::Endif,
        _ => Kind::Directive,
    }
}

fn comment_end(source: &[u8], at: usize) -> usize {
    memmem::find(&source[at + 2..], b"*/").map_or(source.len(), |i| at + i + 4)
}

/// The end of the line, with the lines that continue it.
fn line_end(source: &[u8], mut at: usize) -> usize {
    loop {
        let Some(next) = memchr(b'\n', &source[at..]) else { return source.len() };
        let end = at + next;
        if !source[..end].strip_suffix(b"\r").unwrap_or(&source[..end]).ends_with(b"\\") {
            return end;
        }
        at = end + 1;
    }
}

fn directive_end(source: &[u8], mut at: usize) -> usize {
    while let Some(&b) = source.get(at) {
        match b {
            b'\n' => return at,
            b'\\' => {
                at += 1 + usize::from(source.get(at + 1) == Some(&b'\r'));
                at += 1;
            }
            b'/' if source.get(at + 1) == Some(&b'*') => {
                let end = comment_end(source, at);
                if let Some(line) = memchr(b'\n', &source[at..end])
                    && !source[at..at + line].trim_ascii_end().ends_with(b"\\")
                {
                    // The comment goes on in the next line and is left to the parser.
                    return at;
                }
                at = end;
            }
            b'/' if source.get(at + 1) == Some(&b'/') => return at,
            b'"' => at = string_end(source, at),
            _ => at += 1,
        }
    }
    source.len()
}

/// Behind the closing quote; an unclosed string ends with its line.
fn string_end(source: &[u8], at: usize) -> usize {
    let quote = source[at];
    let mut at = at + 1;
    loop {
        let Some(next) = source.get(at..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest)) else {
            return source.len();
        };
        at += next;
        match source[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            _ => return at + 1,
        }
    }
}

/// `"delimiter( … )delimiter"`.
fn raw_string_end(source: &[u8], at: usize) -> usize {
    let Some(open) = memchr2(b'(', b'\n', &source[at..]).filter(|i| source[at + i] == b'(' && *i <= 17)
    else {
        return string_end(source, at);
    };
    let delimiter = &source[at + 1..at + open];
    let mut from = at + open + 1;
    while let Some(close) = memchr(b')', &source[from..]) {
        let rest = &source[from + close + 1..];
        if rest.starts_with(delimiter) && rest.get(delimiter.len()) == Some(&b'"') {
            return from + close + 2 + delimiter.len();
        }
        from += close + 1;
    }
    source.len()
}

fn number_end(source: &[u8], mut at: usize, cpp: bool) -> usize {
    while let Some(&b) = source.get(at) {
        let exponent =
            matches!(b, b'e' | b'E' | b'p' | b'P') && matches!(source.get(at + 1), Some(b'+' | b'-'));
        let separator = cpp && b == b'\'' && source.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        // `1...2` is a range.
        let dot = b == b'.' && source.get(at + 1) != Some(&b'.');
        if exponent || separator {
            at += 2;
        } else if dot || word_byte(b) {
            at += 1;
        } else {
            break;
        }
    }
    at
}
