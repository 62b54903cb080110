//! Conditional sections: which branches of each can stand one after the other, and which one is kept where
//! they cannot.
//!
//! The grammars know `#if` between whole statements and declarations only. Here every conditional directive is
//! blanked out. The branches of a section stay, all of them, when each closes what it opens and ends where a
//! statement or an element of a list ends: one after the other they parse as well as each alone. Else one branch
//! stays, so that what is around it parses. A section without `#else` always stays: `extern "C" {` in one, and
//! its brace in another, fit together.

use super::tokens::{Kind, NONE, Token};

/// An open bracket; the brackets open at a place are a path in a tree of these.
#[derive(Clone, Copy)]
struct Open {
    token: u32,
    parent: u32,
    depth: u32,
    /// Whether declarations of the file stand in it.
    of_file: bool,
}

struct Group {
    /// The brackets open before it.
    base: u32,
    /// The fewest brackets open in the branch being read.
    low: u32,
    /// The token before it.
    before: u32,
    /// Its first branch in `branches`.
    branches: u32,
    /// The section before it, if it stands right before it and left brackets open: by how many.
    twin: i64,
}

#[derive(Clone, Copy)]
struct Branch {
    /// The directive it begins with.
    directive: u32,
    /// The directive behind it.
    end: u32,
    /// The brackets open at its end.
    open: u32,
    low: u32,
    /// The last token is a macro's call that stands for itself.
    line_macro: bool,
}

/// The buffers of this pass.
#[derive(Default)]
pub struct Conditionals {
    opens: Vec<Open>,
    groups: Vec<Group>,
    branches: Vec<Branch>,
}

const ROOT: u32 = 0;

impl Conditionals {
    /// Marks as [`Kind::Dead`] the conditional directives and the tokens of branches that are not kept.
    /// Returns whether there were any.
    pub fn resolve(&mut self, source: &[u8], cpp: bool, tokens: &mut [Token]) -> bool {
        if !tokens.iter().any(|t| t.kind == Kind::If) {
            return false;
        }
        self.opens.clear();
        self.groups.clear();
        self.branches.clear();
        self.opens.push(Open { token: NONE, parent: ROOT, depth: 0, of_file: true });
        let mut open = ROOT;
        // The token that opened the parentheses closed last, and the section closed last: its `#endif`, and by how
        // many brackets it changed what is open.
        let mut paren = NONE;
        let mut last = (NONE, 0i64);
        // The last token that is no conditional directive, as a live one.
        let mut before = NONE;
        for at in 0..tokens.len() as u32 {
            match tokens[at as usize].kind {
                Kind::If => {
                    let twin = if last.0 != NONE && last.0 + 1 == at { last.1 } else { 0 };
                    let low = self.opens[open as usize].depth;
                    self.groups.push(Group {
                        base: open,
                        low,
                        before,
                        branches: self.branches.len() as u32,
                        twin,
                    });
                    self.branch(at);
                }
                Kind::Else if !self.groups.is_empty() => {
                    self.end_branch(tokens, at, open, paren);
                    if let Some(group) = self.groups.last_mut() {
                        open = group.base;
                        group.low = self.opens[open as usize].depth;
                    }
                    self.branch(at);
                }
                Kind::Endif if !self.groups.is_empty() => {
                    self.end_branch(tokens, at, open, paren);
                    let Some(group) = self.groups.pop() else { continue };
                    let next = tokens
                        .get(at as usize + 1)
                        .map(|t| (t.kind, &source[t.start as usize..t.end as usize]));
                    let kept = self.decide(source, cpp, tokens, &group, next);
                    let base = self.opens[group.base as usize].depth;
                    let (end, low) = match kept {
                        Some(branch) => (branch.open, branch.low),
                        None => (group.base, base),
                    };
                    open = end;
                    if let Some(outer) = self.groups.last_mut() {
                        outer.low = outer.low.min(low);
                    }
                    last = (at, i64::from(self.opens[open as usize].depth) - i64::from(base));
                    self.branches.truncate(group.branches as usize);
                    tokens[at as usize].kind = Kind::Dead;
                }
                Kind::Else | Kind::Endif => tokens[at as usize].kind = Kind::Dead,
                Kind::LParen | Kind::LBracket | Kind::LBrace => {
                    let Open { depth, of_file, .. } = self.opens[open as usize];
                    let of_file = of_file && holds_declarations(tokens, at, before);
                    self.opens.push(Open { token: at, parent: open, depth: depth + 1, of_file });
                    open = self.opens.len() as u32 - 1;
                    before = at;
                }
                kind @ (Kind::RParen | Kind::RBracket | Kind::RBrace) => {
                    let wanted = match kind {
                        Kind::RParen => Kind::LParen,
                        Kind::RBracket => Kind::LBracket,
                        _ => Kind::LBrace,
                    };
                    let mut found = open;
                    // A brace closes the parentheses that were forgotten in it.
                    while found != ROOT
                        && kind == Kind::RBrace
                        && tokens[self.opens[found as usize].token as usize].kind != wanted
                    {
                        found = self.opens[found as usize].parent;
                    }
                    if found != ROOT {
                        let Open { token, parent, depth, .. } = self.opens[found as usize];
                        if tokens[token as usize].kind == wanted {
                            open = parent;
                            if kind == Kind::RParen {
                                paren = token;
                            }
                            if let Some(group) = self.groups.last_mut() {
                                group.low = group.low.min(depth - 1);
                            }
                        }
                    }
                    before = at;
                }
                Kind::Dead => {}
                _ => before = at,
            }
        }
        // Sections that are never closed.
        for token in tokens.iter_mut() {
            if matches!(token.kind, Kind::If | Kind::Else | Kind::Endif) {
                token.kind = Kind::Dead;
            }
        }
        true
    }

    fn branch(&mut self, directive: u32) {
        let branch = Branch { directive, end: directive, open: ROOT, low: 0, line_macro: false };
        self.branches.push(branch);
    }

    fn end_branch(&mut self, tokens: &[Token], end: u32, open: u32, paren: u32) {
        let of_file = self.opens[open as usize].of_file;
        let (Some(group), Some(branch)) = (self.groups.last(), self.branches.last_mut()) else { return };
        (branch.end, branch.open, branch.low) = (end, open, group.low);
        // `NAME(…)` in a line of its own.
        branch.line_macro = of_file && is_line_macro(tokens, paren);
    }

    /// Which branch's end is the section's end, after marking the tokens of branches that go.
    fn decide(
        &self,
        source: &[u8],
        cpp: bool,
        tokens: &mut [Token],
        group: &Group,
        next: Option<(Kind, &[u8])>,
    ) -> Option<Branch> {
        let branches = &self.branches[group.branches as usize..];
        let base = self.opens[group.base as usize];
        let balanced = |b: &Branch| b.open == group.base && b.low >= base.depth;
        let first = *branches.first()?;
        let condition = condition(source, tokens, first.directive);
        let never = condition == b"0" || !cpp && condition == b"__cplusplus" && branches.len() > 1;
        for branch in branches {
            tokens[branch.directive as usize].kind = Kind::Dead;
        }
        if branches.len() == 1 {
            let change = i64::from(self.opens[first.open as usize].depth) - i64::from(base.depth);
            // `#ifdef A … #endif #ifndef A … #endif`, each with the same brace, are two branches of one section.
            if condition == b"0" && !balanced(&first) || change != 0 && change == group.twin {
                kill(tokens, &first);
                return None;
            }
            return Some(first);
        }
        if branches.iter().all(balanced) && self.fit(tokens, group, branches, next, source) {
            return Some(first);
        }
        let kept = usize::from(never);
        for (index, branch) in branches.iter().enumerate() {
            if index != kept {
                kill(tokens, branch);
            }
        }
        Some(branches[kept])
    }

    /// Whether balanced branches parse one after the other.
    fn fit(
        &self,
        tokens: &[Token],
        group: &Group,
        branches: &[Branch],
        next: Option<(Kind, &[u8])>,
        source: &[u8],
    ) -> bool {
        let live = |b: &Branch| {
            let inside = &tokens[b.directive as usize + 1..b.end as usize];
            let first = inside.iter().find(|t| t.kind != Kind::Dead).copied();
            (first, inside.iter().rev().find(|t| t.kind != Kind::Dead).copied())
        };
        let text = |t: &Token| &source[t.start as usize..t.end as usize];
        let before = tokens.get(group.before as usize).map_or(Kind::Semi, |t| t.kind);
        let in_list = matches!(before, Kind::Comma | Kind::LBrace);
        let of_file = self.opens[group.base as usize].of_file;
        let start =
            matches!(before, Kind::Semi | Kind::LBrace | Kind::RBrace | Kind::Colon | Kind::Directive)
                || before == Kind::Comma
                || before == Kind::RParen && of_file && is_line_macro_before(tokens, group.before);
        let of_list = before == Kind::LBrace
            && group.before > 0
            && tokens.get(group.before as usize - 1).is_some_and(|t| t.kind == Kind::Assign);
        let behind_head = matches!(before, Kind::RParen | Kind::Lead) && !of_file;
        let next_is_else = next.is_some_and(|(_, text)| text == b"else");
        let mut elses = 0;
        for branch in branches {
            let (Some(first), Some(last)) = live(branch) else { continue };
            let ends = match last.kind {
                Kind::Directive => true,
                Kind::Semi | Kind::RBrace => before != Kind::Comma && !of_list,
                Kind::Colon => start && before != Kind::Comma,
                Kind::Comma => in_list,
                Kind::RParen => branch.line_macro,
                _ => false,
            };
            let begins = start
                || behind_head
                    && !next_is_else
                    && matches!(
                        first.kind,
                        Kind::Word | Kind::LBrace | Kind::Head | Kind::Control | Kind::Goto
                    );
            elses += u32::from(text(&first) == b"else");
            if !ends || !begins {
                return false;
            }
        }
        elses < 2
    }
}

/// Whether the brace at `at` holds declarations of the file: `extern "C" {`, `namespace a::b {`.
fn holds_declarations(tokens: &[Token], at: u32, before: u32) -> bool {
    if tokens[at as usize].kind != Kind::LBrace || before == NONE {
        return false;
    }
    let mut back = before as usize;
    while back > 0 && matches!(tokens[back].kind, Kind::Word | Kind::DoubleColon) {
        back -= 1;
    }
    tokens[back].kind == Kind::Namespace || tokens[before as usize].kind == Kind::String
}

fn is_line_macro(tokens: &[Token], paren: u32) -> bool {
    paren != NONE && paren > 0 && {
        let name = tokens[paren as usize - 1];
        name.kind == Kind::Word && name.fresh
    }
}

/// Whether the `)` at `at` closes `NAME(…)` in a line of its own.
fn is_line_macro_before(tokens: &[Token], at: u32) -> bool {
    // Looks back within the line only.
    let mut back = at as usize;
    while back > 0 && !tokens[back].fresh {
        back -= 1;
    }
    tokens[back].kind == Kind::Word && tokens.get(back + 1).is_some_and(|t| t.kind == Kind::LParen)
}

/// The condition of a directive.
fn condition<'a>(source: &'a [u8], tokens: &[Token], directive: u32) -> &'a [u8] {
    let token = tokens[directive as usize];
    let text = source[token.start as usize + 1..token.end as usize].trim_ascii();
    let name = text.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    text[name..].trim_ascii()
}

fn kill(tokens: &mut [Token], branch: &Branch) {
    for token in &mut tokens[branch.directive as usize..branch.end as usize] {
        token.kind = Kind::Dead;
    }
}
