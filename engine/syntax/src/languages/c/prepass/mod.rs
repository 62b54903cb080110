//! What happens to the bytes of a C or C++ file before they are parsed.
//!
//! In: the file. Out: a text of the same length, every line and every token at its place, in which the parser
//! meets fewer things that only a preprocessor could explain. Never here: a name of any project's macros; whoever
//! reads names and texts reads them from the file itself, so what is blanked here is still what SQL shows.
//!
//! 1. [`tokens`] reads the tokens.
//! 2. [`conditionals`] takes the `#if` directives out, and branches that cannot stand beside each other.
//! 3. [`shapes`] walks over what is left and knows at each bracket what it holds; [`macros`] looks at the heads of
//!    statements, [`pieces`] at what is inside of them. Where a declaration has a word too
//!    many ([`words`]), the one that looks least like a type or a name is blanked; a macro's call that misses what
//!    makes it a statement gets it.
//!
//! Some things parse only in disguise, as something else of the same shape; [`super::disguise`] reads them back:
//!
//! | in the file | as parsed |
//! |---|---|
//! | `for_each(x, y) {`, `TEST("a") {` | `while   (x, y) {` |
//! | `MODULE("a")` in a line of its own, without `;` | `#mDULE("a")`, a directive that nobody knows |
//! | `case 1 ... 3:` | `case 1 \|\|  3:` |
//! | `goto *p;` | `  -  *p;` |
//! | `f(struct s *, x)` | `f(       s  , x)` |
//!
//! All passes are linear in the file, and their buffers are used for file after file.

mod conditionals;
mod macros;
mod pieces;
mod shapes;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

pub use macros::is_loop;
use tokens::{Kind, NONE, Token};

/// The text to parse, and the buffers that making it takes.
#[derive(Default)]
pub struct Prepared {
    text: Vec<u8>,
    tokens: Vec<Token>,
    conditionals: conditionals::Conditionals,
    frames: Vec<shapes::Frame>,
    open: Vec<u32>,
}

impl Prepared {
    /// The text to parse in place of `source`: that itself when there is nothing to change.
    pub fn prepare<'a>(&'a mut self, source: &'a [u8], cpp: bool) -> &'a [u8] {
        if source.len() >= NONE as usize {
            return source;
        }
        tokens::read(source, cpp, &mut self.tokens);
        let mut text = Text { source, copy: &mut self.text, changed: false };
        if self.conditionals.resolve(source, cpp, &mut self.tokens) {
            self.tokens.retain(|token| {
                if token.kind == Kind::Dead {
                    text.blank(token.start, token.end);
                }
                token.kind != Kind::Dead
            });
        }
        mate(&mut self.tokens, &mut self.open);
        shapes::Shapes::new(&mut text, &self.tokens, &mut self.frames, cpp).walk();
        if text.changed { &self.text } else { source }
    }
}

/// Finds for each bracket the one that closes or opens it.
fn mate(tokens: &mut [Token], open: &mut Vec<u32>) {
    open.clear();
    for at in 0..tokens.len() {
        let wanted = match tokens[at].kind {
            Kind::LParen | Kind::LBracket | Kind::LBrace => {
                open.push(at as u32);
                continue;
            }
            Kind::RParen => Kind::LParen,
            Kind::RBracket => Kind::LBracket,
            Kind::RBrace => Kind::LBrace,
            _ => continue,
        };
        if wanted == Kind::LBrace {
            // A brace closes the parentheses that were forgotten in it.
            while open.last().is_some_and(|o| tokens[*o as usize].kind != wanted) {
                open.pop();
            }
        }
        if let Some(other) = open.pop_if(|o| tokens[*o as usize].kind == wanted) {
            tokens[at].mate = other;
            tokens[other as usize].mate = at as u32;
        }
    }
}

/// The file's bytes, copied when the first of them is to change.
struct Text<'a> {
    source: &'a [u8],
    copy: &'a mut Vec<u8>,
    changed: bool,
}

impl Text<'_> {
    fn bytes(&mut self) -> &mut [u8] {
        if !self.changed {
            self.copy.clear();
            self.copy.extend_from_slice(self.source);
            self.changed = true;
        }
        self.copy
    }

    /// Blanks out bytes; line breaks stay.
    fn blank(&mut self, start: u32, end: u32) {
        for byte in &mut self.bytes()[start as usize..end as usize] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b' ';
            }
        }
    }

    fn put(&mut self, at: u32, text: &[u8]) {
        let at = at as usize;
        self.bytes()[at..at + text.len()].copy_from_slice(text);
    }

    /// Puts a byte in the place of the first blank behind `at`, if white space stands there that has one.
    fn put_behind(&mut self, at: u32, byte: u8) -> bool {
        let rest = &self.source[at as usize..];
        let space =
            rest.iter().take_while(|b| b.is_ascii_whitespace()).position(|b| matches!(b, b' ' | b'\t'));
        if let Some(space) = space {
            self.put(at + space as u32, &[byte]);
        }
        space.is_some()
    }
}
