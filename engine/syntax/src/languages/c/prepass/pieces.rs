//! Macros inside of declarations and expressions: parts of strings, words behind what is declared, parameters of
//! templates, and the text of directives.

use super::shapes::{Context, Shapes};
use super::tokens::{Kind, NONE};

impl Shapes<'_, '_> {
    /// Whether a macro stands behind what a declaration declares: `f() MACRO(x) {`, `int x MACRO;`.
    pub(super) fn is_trailing_macro(&self, at: usize, before: Kind) -> bool {
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
    pub(super) fn template(&mut self, at: usize) -> usize {
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
    pub(super) fn beside_string(&self, at: usize, before: Kind) -> bool {
        let end = self.mate(at + 1);
        end != NONE as usize && (before == Kind::String || self.kind(end + 1) == Kind::String)
    }

    /// The grammars take names beside strings, and no calls.
    pub(super) fn string_macro(&mut self, at: usize) {
        let end = self.mate(at + 1);
        if end == at + 3 && self.kind(at + 2) == Kind::String {
            self.blank_tokens(at, at + 1);
            self.blank_tokens(end, end);
        } else {
            self.blank_tokens(at + 1, end);
        }
    }

    /// `PREFIX NAME "text"`: the grammars take one name beside a string.
    pub(super) fn words_in_string(&mut self, at: usize, before: Kind) {
        let mut last = at;
        while self.kind(last + 1) == Kind::Word && last < at + 8 {
            last += 1;
        }
        if last > at && (self.kind(last + 1) == Kind::String || before == Kind::String) {
            self.blank_tokens(at, last - 1);
        }
    }

    /// `#define f(a, rest...)`: the grammars know `...` without a name.
    pub(super) fn directive(&mut self, at: usize) {
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
    pub(super) fn comments_in_macro(&mut self, at: usize) {
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
}
