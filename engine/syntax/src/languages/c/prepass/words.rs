//! Runs of words in declarations: the storage classes, the type, the name, and the macros among them.
//!
//! A declaration has one type and one name. A word more than that is a macro that stands for an attribute, and
//! is blanked out. Which one it is shows in its shape: capitals, two underscores in front, an argument list in
//! front of the type; never its name as such.

use super::shapes::{Context, Shapes};
use super::tokens::{Kind, NONE};

/// What a run of words says.
pub struct Run {
    /// The token behind it.
    pub next: usize,
    /// It has a type and so is a declaration's.
    pub typed: bool,
    /// It is a `typedef`.
    pub alias: bool,
    /// What a `struct`, `union`, `enum` or `class` with a body opens.
    pub body: Option<Context>,
}

/// A name in a run, by its tokens, and how much it looks like a macro.
#[derive(Clone, Copy, Default)]
struct Candidate {
    first: usize,
    last: usize,
    score: u8,
    dropped: bool,
}

/// More names than this in one run are left alone.
const MOST: usize = 12;

/// How much a word looks like a macro: 3 in capitals, 2 with underscores in front, 0 like a type.
pub fn score(text: &[u8]) -> u8 {
    let sized = |rest: &[u8]| rest.len() < 5 && rest.last().is_some_and(u8::is_ascii_digit);
    if text.len() > 1 && !text.iter().any(u8::is_ascii_lowercase) {
        3
    } else if let Some(rest) = text.strip_prefix(b"__") {
        if sized(rest) { 0 } else { 2 }
    } else if text.ends_with(b"_t") || sized(text) {
        0
    } else {
        1
    }
}

impl Shapes<'_, '_> {
    /// Reads a run of words from a token on and blanks the macros in it. `typed` when a type stands before it.
    pub fn run(&mut self, from: usize, mut typed: bool, context: Context) -> Run {
        let mut names = [Candidate::default(); MOST];
        let mut count = 0;
        let mut star = None;
        let mut alias = false;
        let mut at = from;
        loop {
            match self.kind(at) {
                Kind::Type => {
                    typed = true;
                    at += 1;
                }
                Kind::Storage => at += 1,
                Kind::Typedef => {
                    alias = true;
                    at += 1;
                }
                Kind::Attribute => at = self.attribute(at),
                Kind::Tag => {
                    let behind = self.tag(at);
                    let body =
                        self.kind(behind) == Kind::LBrace || self.cpp && self.kind(behind) == Kind::Colon;
                    if body {
                        let context = if self.text(at) == b"enum" { Context::Enum } else { Context::Struct };
                        self.drop_names(&mut names[..count], 0, true, false);
                        return Run { next: behind, typed: true, alias, body: Some(context) };
                    }
                    typed = true;
                    at = behind;
                }
                Kind::Word if count < MOST => {
                    let first = at;
                    while self.cpp
                        && self.kind(at + 1) == Kind::DoubleColon
                        && self.kind(at + 2) == Kind::Word
                    {
                        at += 2;
                    }
                    let mut score = score(self.text(at));
                    let mut last = at;
                    if self.kind(at + 1) == Kind::LParen && self.is_typeof(at) {
                        self.blank_tokens(at + 1, self.mate(at + 1));
                        typed = true;
                        at = self.mate(at + 1) + 1;
                        continue;
                    }
                    if self.kind(at + 1) == Kind::LParen && !typed && count == 0 && self.is_macro_type(at) {
                        // `LIST_OF(item) items;`
                        self.blank_tokens(at + 1, self.mate(at + 1));
                        last = self.mate(at + 1);
                        score = 0;
                    } else if self.kind(at + 1) == Kind::LParen
                        && self.is_attribute_call(at, typed, count, score)
                    {
                        last = self.mate(at + 1);
                        score = 9;
                    }
                    names[count] = Candidate { first, last, score, dropped: false };
                    count += 1;
                    at = last + 1;
                    if self.kind(at) == Kind::LParen {
                        break;
                    }
                }
                Kind::Star if typed || count > 0 => {
                    star.get_or_insert(count);
                    at += 1;
                }
                Kind::Amp | Kind::DoubleAmp if self.cpp && (typed || count > 0) => {
                    star.get_or_insert(count);
                    at += 1;
                }
                _ => break,
            }
        }
        let run =
            Run { next: at, typed: typed || count > 1 || star.is_some() && count > 0, alias, body: None };
        let cast = matches!(context, Context::Args | Context::Expression);
        let delimiter = self.kind(at);
        if cast && star.is_none() && delimiter == Kind::String {
            // `PREFIX NAME "text"`: the grammars take one name beside a string.
            self.drop_names(&mut names[..count], 1, false, true);
        }
        // `EXPORT void (*name)(int)`: the name stands in the parentheses.
        let inside = delimiter == Kind::LParen && self.kind(at + 1) == Kind::Star && (typed || count > 1);
        let named = match delimiter {
            Kind::LParen if inside => false,
            Kind::Semi | Kind::Comma | Kind::Assign | Kind::LBracket | Kind::Colon | Kind::LParen => !cast,
            Kind::RParen => !cast,
            Kind::LBrace => !cast && self.cpp,
            // `EXPORT List<T> f()`, but `int List<T>::f()`.
            Kind::Less if self.cpp => typed || names[0].score < 2,
            Kind::Control if self.cpp && self.text(at) == b"operator" => false,
            _ => return run,
        };
        let is_called = delimiter == Kind::LParen && self.kind(at - 1) == Kind::Word;
        // `MACRO Type(…) : field(…) {`: a constructor has no type.
        let end = self.mate(at);
        let constructor = self.cpp
            && delimiter == Kind::LParen
            && end != NONE as usize
            && self.kind(end + 1) == Kind::Colon
            && names[..count].first().is_some_and(|name| name.score > 2);
        let types = usize::from(!typed && !constructor);
        if cast && star.is_some_and(|star| star < count) {
            // A product.
            return run;
        }
        match star {
            Some(star) => {
                // The type stands before the first star, the name behind it.
                let (before, behind) = names[..count].split_at_mut(star);
                self.drop_names(before, types, false, false);
                self.drop_names(behind, usize::from(named), true, is_called);
            }
            None => self.drop_names(&mut names[..count], types + usize::from(named), true, is_called),
        }
        run
    }

    /// Blanks all but `keep` names, those most like macros first; among equals the first ones, or the last ones.
    fn drop_names(&mut self, names: &mut [Candidate], keep: usize, drop_first: bool, last_stays: bool) {
        let mut left = names.len();
        while left > keep {
            let candidates = if last_stays && keep > 0 { &names[..names.len() - 1] } else { &names[..] };
            let alive = candidates.iter().enumerate().filter(|(_, c)| !c.dropped);
            let worst = if drop_first {
                alive.rev().max_by_key(|(_, c)| c.score)
            } else {
                alive.max_by_key(|(_, c)| c.score)
            };
            let Some((index, candidate)) = worst.map(|(i, c)| (i, *c)) else { return };
            self.blank_tokens(candidate.first, candidate.last);
            names[index].dropped = true;
            left -= 1;
        }
    }

    /// Words between `struct` and a brace: the last is the name. Returns the token behind the type.
    fn tag(&mut self, at: usize) -> usize {
        let mut behind = at + 1;
        let mut name = None;
        loop {
            match self.kind(behind) {
                Kind::Word if self.cpp && self.kind(behind + 1) == Kind::DoubleColon => behind += 2,
                // `struct tag function(…)`
                Kind::Word if name.is_some() && self.kind(behind + 1) == Kind::LParen => break,
                Kind::Word => {
                    name = Some(behind);
                    if self.kind(behind + 1) == Kind::LParen && self.mate(behind + 1) != NONE as usize {
                        behind = self.mate(behind + 1);
                    }
                    behind += 1;
                }
                Kind::Attribute => behind = self.attribute_end(behind),
                Kind::Storage if self.cpp && self.text(behind) == b"final" => behind += 1,
                _ => break,
            }
            // Three are more than anything means.
            if behind > at + 16 {
                break;
            }
        }
        let body = self.kind(behind) == Kind::LBrace || self.cpp && self.kind(behind) == Kind::Colon;
        if body {
            let mut word = at + 1;
            while word < behind {
                let last = if self.kind(word + 1) == Kind::LParen { self.mate(word + 1) } else { word };
                let path = self.kind(word + 1) == Kind::DoubleColon;
                if self.kind(word) == Kind::Word && Some(word) != name && !path && last < behind {
                    self.blank_tokens(word, last);
                }
                word = last.max(word) + 1;
            }
            return behind;
        }
        // `struct tag name`: what follows the tag is the declarator.
        let mut end = at + 1;
        while self.kind(end) == Kind::Attribute {
            end = self.attribute_end(end);
        }
        if self.kind(end) == Kind::Word { end + 1 } else { end }
    }

    /// Behind `__attribute__((…))`.
    pub fn attribute_end(&self, at: usize) -> usize {
        if self.kind(at + 1) == Kind::LParen && self.mate(at + 1) != NONE as usize {
            self.mate(at + 1) + 1
        } else {
            at + 1
        }
    }

    /// The grammars know attributes among the words of a declaration's type, behind a tag's word, and behind
    /// parameters; elsewhere they are blanked. Returns the token behind.
    pub fn attribute(&mut self, at: usize) -> usize {
        let end = self.attribute_end(at);
        let before = if at == 0 { Kind::Semi } else { self.kind(at - 1) };
        let behind = self.kind(end);
        let of_type = matches!(behind, Kind::Word | Kind::Type | Kind::Tag | Kind::Storage)
            && !matches!(before, Kind::Star | Kind::Word | Kind::Comma | Kind::LParen);
        let of_tag = matches!(before, Kind::Tag);
        let of_function = matches!(before, Kind::RParen) && matches!(behind, Kind::Semi | Kind::LBrace);
        let of_body = matches!(before, Kind::RBrace) && behind == Kind::Semi;
        if !(of_type || of_tag || of_function || of_body) {
            self.blank_tokens(at, end - 1);
        }
        end
    }

    pub fn is_typeof(&self, at: usize) -> bool {
        self.mate(at + 1) != NONE as usize
            && matches!(self.text(at), b"typeof" | b"__typeof__" | b"__typeof" | b"typeof_unqual")
    }

    /// Whether `NAME(…)` stands for the type of the name behind it.
    fn is_macro_type(&self, at: usize) -> bool {
        let end = self.mate(at + 1);
        end != NONE as usize
            && !self.cpp
            && self.kind(end + 1) == Kind::Word
            && matches!(self.kind(end + 2), Kind::Semi | Kind::Assign | Kind::Comma | Kind::LBracket)
            && score(self.text(at)) < 2
    }

    /// Whether `NAME(…)` among the words of a declaration is an attribute and not what is declared.
    fn is_attribute_call(&self, at: usize, typed: bool, count: usize, score: u8) -> bool {
        let end = self.mate(at + 1);
        if end == NONE as usize {
            return false;
        }
        let has_name = count + usize::from(typed) > 1;
        match self.kind(end + 1) {
            Kind::Type | Kind::Tag | Kind::Typedef => !self.is_old_style(at, end) && (score > 1 || !self.cpp),
            Kind::Storage => !self.cpp,
            Kind::Word if typed || count > 0 => score > 1 && !self.is_old_style(at, end),
            Kind::Word => !self.is_old_style(at, end) && (score > 1 || !self.cpp),
            Kind::Star => false,
            Kind::Attribute => has_name && score > 1,
            Kind::Semi | Kind::Assign | Kind::Comma | Kind::LBracket => has_name && score > 1,
            _ => false,
        }
    }

    /// Whether `name(a, b)` is followed by declarations of its parameters and a brace, as before C90.
    pub fn is_old_style(&self, at: usize, end: usize) -> bool {
        if self.cpp || end == at + 2 || self.context() != Context::File {
            return false;
        }
        let names = (at + 2..end).all(|t| matches!(self.kind(t), Kind::Word | Kind::Comma));
        if !names {
            return false;
        }
        let mut behind = end + 1;
        let mut last = Kind::Comma;
        // As many declarations as there are names, of a few tokens each.
        while behind < end + 1 + 16 * (end - at) {
            match self.kind(behind) {
                Kind::LBrace => return last == Kind::Semi,
                Kind::Assign | Kind::RBrace | Kind::String | Kind::Directive | Kind::Dead => return false,
                kind => last = kind,
            }
            behind += 1;
        }
        false
    }
}
