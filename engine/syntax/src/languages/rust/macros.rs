//! Macro calls: their token trees are parsed again, as what they most often are.
//!
//! The grammar knows only tokens between a macro's delimiters. Before lowering, the token trees of all
//! macro calls of the file are copied into one text, with delimiters and separating commas made `;`, so
//! that `(a, f(b))` reads `;a; f(b);` and `{ … }` is a list of statements. One parse of that text finds
//! arguments where there are any; a bad argument spoils itself alone. Macro calls inside of what was found,
//! and token trees inside of what does not parse, go the same way in the next round. What never parses is
//! lowered token by token: names and literals as arguments.

use stoa_model::{Dispatch, Symbol};

use super::*;
use crate::cst::{Cst, Piece, Shift};

/// Token trees nested deeper than this many macros (or failures) stay tokens.
const ROUNDS: u32 = 12;

/// A token tree in the copied text.
struct Copy {
    tree: u32,
    /// Where its text starts, in bytes and lines of the copy.
    start: u32,
    end: u32,
    line: u32,
    /// Its stretch of [`Cst::pieces`].
    pieces: (u32, u32),
}

/// Parses the token trees of a file's macro calls and adds what they hold to the syntax tree.
pub fn parse_again(parser: &mut tree_sitter::Parser, grammar: &Grammar, source: &[u8], cst: &mut Cst) {
    let mut trees = Vec::new();
    calls(grammar, cst, (0, cst.nodes.len() as u32), &mut trees);
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        if trees.is_empty() {
            return;
        }
        copy(source, cst, &trees, &mut text, &mut copies);
        trees.clear();
        // A text that takes too long to parse is hostile, and its macros stay tokens.
        let Ok(parsed) = crate::outcome::parse(parser, &grammar.parser, &text) else { return };
        place(grammar, cst, &parsed, &copies);
        for copy in &copies {
            for at in copy.pieces.0..copy.pieces.1 {
                let piece = cst.pieces[at as usize];
                if piece.parsed.0 < piece.parsed.1 {
                    calls(grammar, cst, piece.parsed, &mut trees);
                } else {
                    let inner = cst.siblings(piece.tokens);
                    let is_tree = |c: &C| grammar.row(cst.get(*c).kind) == TOKEN_TREE;
                    trees.extend(inner.filter(is_tree).map(|c| c.0).filter(|c| !is_leaf(cst, *c)));
                }
            }
        }
    }
}

fn is_leaf(cst: &Cst, tree: u32) -> bool {
    cst.get(C(tree)).next == tree + 1
}

/// Adds the token trees of the macro calls in a stretch of nodes.
fn calls(grammar: &Grammar, cst: &Cst, (start, end): (u32, u32), trees: &mut Vec<u32>) {
    for at in start..end {
        if grammar.row(cst.nodes[at as usize].kind) == MACRO_INVOCATION {
            let tree = cst.named(C(at)).find(|c| grammar.row(cst.get(*c).kind) == TOKEN_TREE);
            trees.extend(tree.map(|c| c.0).filter(|c| !is_leaf(cst, *c)));
        }
    }
}

/// Copies token trees into a text, each from the start of a line, and notes their pieces.
fn copy(source: &[u8], cst: &mut Cst, trees: &[u32], text: &mut Vec<u8>, copies: &mut Vec<Copy>) {
    text.clear();
    copies.clear();
    let mut line = 0;
    for &tree in trees {
        let node = *cst.get(C(tree));
        let Some(body) = source.get(node.start as usize..node.end as usize) else { continue };
        if body.len() < 2 {
            continue;
        }
        let (start, first_piece) = (text.len() as u32, cst.pieces.len() as u32);
        text.extend_from_slice(body);
        pieces(source, cst, tree, body[0] == b'{');
        let last_piece = cst.pieces.len() as u32;
        for piece in &cst.pieces[first_piece as usize..] {
            text[(start + piece.start - node.start) as usize - 1] = b';';
            text[(start + piece.end - node.start) as usize] = b';';
        }
        text.push(b'\n');
        for piece in &cst.pieces[first_piece as usize..] {
            if is_hopeless(source, cst, *piece, body[0] == b'{') {
                // Recovering from errors costs the parser more than parsing does.
                let inside = (start + piece.start - node.start)..(start + piece.end - node.start);
                let bytes = &mut text[inside.start as usize..inside.end as usize];
                bytes.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
            }
        }
        cst.embedded.insert(tree, (first_piece, last_piece));
        let end = text.len() as u32;
        copies.push(Copy { tree, start, end, line, pieces: (first_piece, last_piece) });
        line += node.end_line - node.line + 1;
    }
}

/// Notes the pieces of a token tree: between its commas and semicolons, except that the inside of braces is
/// one piece. Commas of closure parameters and of generic arguments separate nothing.
fn pieces(source: &[u8], cst: &mut Cst, tree: u32, braces: bool) {
    let node = *cst.get(C(tree));
    let (mut start, mut from) = (node.start + 1, tree + 1);
    if !braces {
        let mut at = node.start + 1;
        // Inside of `|…|` or `::<…>`.
        let (mut pipes, mut angles) = (false, 0u32);
        let mut before: &[u8] = b",";
        let mut child = tree + 1;
        loop {
            let next = (child < node.next).then(|| *cst.get(C(child)));
            let until = next.map_or(node.end - 1, |n| n.start);
            while let Some(separator) = separator(source, &mut at, until) {
                if pipes || angles > 0 {
                    continue;
                }
                cst.pieces.push(Piece { start, end: separator, tokens: (from, child), parsed: (0, 0) });
                (start, from, before) = (separator + 1, child, b",");
            }
            let Some(next) = next else { break };
            let token = source.get(next.start as usize..next.end as usize).unwrap_or_default();
            match token {
                b"|" if pipes => pipes = false,
                b"|" => pipes = matches!(before, b"," | b"=" | b"move" | b"=>" | b"&" | b"return"),
                b"<" if before == b"::" || angles > 0 => angles += 1,
                b">" if angles > 0 => angles -= 1,
                _ => {}
            }
            before = token;
            at = next.end;
            child = next.next;
        }
    }
    cst.pieces.push(Piece { start, end: node.end - 1, tokens: (from, node.next), parsed: (0, 0) });
}

/// Whether the tokens of a piece, without what is in nested token trees, cannot be statements: arms
/// (`a => b`), interpolation (`#a`, `$a`), `key: value`, the operands of `asm!` (`out(r) _`), a lone operator.
fn is_hopeless(source: &[u8], cst: &Cst, piece: Piece, braces: bool) -> bool {
    let mut tokens = cst.siblings(piece.tokens).peekable();
    let (mut colon, mut typed, mut before) = (false, braces, b' ');
    if let Some(first) = tokens.peek()
        && cst.get(*first).next == piece.tokens.1
        && !cst.get(*first).named
    {
        return true;
    }
    while let Some(token) = tokens.next() {
        let node = cst.get(token);
        let text = source.get(node.start as usize..node.end as usize).unwrap_or_default();
        match text {
            b"=>" | b"$" => return true,
            b"_" if before == b')' => return true,
            b"#" => {
                let next = tokens.peek().and_then(|next| source.get(cst.get(*next).start as usize));
                if !matches!(next, Some(b'[' | b'!')) {
                    return true;
                }
            }
            b":" => colon = true,
            b"|" | b"let" | b"fn" | b"const" | b"static" | b"struct" => typed = true,
            _ => {}
        }
        before = text.last().copied().unwrap_or(b' ');
    }
    colon && !typed
}

/// The place of the next separator in a gap between tokens, which holds white space and comments otherwise.
fn separator(source: &[u8], at: &mut u32, until: u32) -> Option<u32> {
    let gap = source.get(..until as usize)?;
    while *at < until {
        let here = *at as usize;
        match gap[here] {
            b',' | b';' => {
                *at += 1;
                return Some(here as u32);
            }
            b'/' if gap.get(here + 1) == Some(&b'/') => {
                let end = memchr::memchr(b'\n', &gap[here..]).map_or(until, |i| (here + i) as u32);
                *at = end;
            }
            b'/' if gap.get(here + 1) == Some(&b'*') => *at = block_comment_end(gap, here) as u32,
            _ => *at += 1,
        }
    }
    None
}

/// Behind a block comment; they nest.
fn block_comment_end(text: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0u32, start);
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// Adds the statements found in a parsed copy to their pieces.
fn place(grammar: &Grammar, cst: &mut Cst, parsed: &tree_sitter::Tree, copies: &[Copy]) {
    let root = parsed.root_node();
    if root.is_error() {
        return;
    }
    let mut copies = copies.iter();
    let Some(mut copy) = copies.next() else { return };
    let mut at = copy.pieces.0;
    // Set when something in the piece does not parse.
    let mut bad = false;
    let mut cursor = root.walk();
    let mut more = cursor.goto_first_child();
    while more {
        let node = cursor.node();
        more = cursor.goto_next_sibling();
        let kind = node.kind_id();
        if !node.is_named() || grammar.is_comment(kind) || grammar.row(kind) == EMPTY_STATEMENT {
            continue;
        }
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        while start >= copy.end {
            let Some(next) = copies.next() else { return };
            (copy, at, bad) = (next, next.pieces.0, false);
        }
        let tree = *cst.get(C(copy.tree));
        let bytes = tree.start.wrapping_sub(copy.start);
        while at < copy.pieces.1 && cst.pieces[at as usize].end <= start.wrapping_add(bytes) {
            at += 1;
            bad = false;
        }
        if at >= copy.pieces.1 {
            continue;
        }
        let piece = cst.pieces[at as usize];
        // The statement may take the `;` that was put behind the piece.
        bad |= node.has_error() || end.wrapping_add(bytes) > piece.end + 1;
        if bad {
            cst.pieces[at as usize].parsed = (0, 0);
            continue;
        }
        let shift =
            Shift { bytes, lines: tree.line.wrapping_sub(copy.line), columns: tree.column, line: copy.line };
        let first = cst.append(grammar, node, shift);
        let behind = cst.nodes.len() as u32;
        let piece = &mut cst.pieces[at as usize];
        piece.parsed = (if piece.parsed.0 < piece.parsed.1 { piece.parsed.0 } else { first }, behind);
    }
}

/// A CALL named as the macro with its `!`.
pub fn invocation(l: &mut Lower<'_>, n: C) {
    items::annotations(l);
    let Some(macro_path) = l.child(n, F::Macro) else { return l.lower_children(n) };
    let path = l.cst.get(macro_path);
    let name_start = if l.is(macro_path, SCOPED_IDENTIFIER) {
        l.child(macro_path, F::Name).map_or(path.start, |name| l.cst.get(name).start)
    } else {
        path.start
    };
    let (start, end) = (name_start as usize, path.end as usize);
    let name = match l.source.get(start..end + 1) {
        Some(text) if text.ends_with(b"!") => l.names.intern_bytes(text),
        _ => {
            let text = format!("{}!", l.string(macro_path));
            l.intern(&text)
        }
    };
    let mut whole = Symbol::NONE;
    if l.is(macro_path, SCOPED_IDENTIFIER) {
        let text = l.string(macro_path);
        let path = format!("{}!", names::resolve(l, &names::plain(&text)));
        whole = l.intern(&path);
    }
    let cst = l.cst;
    let at = l.call(n, name, |l| {
        for child in cst.named(n) {
            if child != macro_path {
                l.lower(child);
            }
        }
    });
    l.at(at).full_name = whole;
    l.at(at).dispatch = Some(Dispatch::Static);
}

/// What stands between a macro's delimiters: the arguments it parses to, or the names and literals in it.
pub fn token_tree(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(&(first, last)) = cst.embedded.get(&n.0) else {
        let node = cst.get(n);
        return tokens(l, (n.0 + 1, node.next));
    };
    let braces = l.text(n).first() == Some(&b'{');
    let is_test = l.parent_position().is_some_and(|p| l.names.get(l.tree.get(p).name).ends_with("matches!"));
    for at in first..last {
        let piece = cst.pieces[at as usize];
        let parsed = cst.siblings(piece.parsed);
        if is_test && at == first + 1 {
            match parsed.clone().count() {
                0 => tokens(l, piece.tokens),
                _ => parsed.for_each(|c| patterns::test_of_expression(l, c)),
            }
            continue;
        }
        let argument = |l: &Lower<'_>, c: C| l.is(c, EXPRESSION_STATEMENT) || l.is(c, MACRO_INVOCATION);
        match (parsed.clone().count(), parsed.clone().next()) {
            (_, None) => tokens(l, piece.tokens),
            (1, Some(only)) if !braces && argument(l, only) => l.lower(only),
            // Declarations and statements stand in a block.
            _ => {
                l.synthetic_block(n, |l| {
                    parsed.for_each(|c| l.lower(c));
                    items::annotations(l);
                });
            }
        }
    }
}

fn tokens(l: &mut Lower<'_>, stretch: (u32, u32)) {
    let cst = l.cst;
    for child in cst.siblings(stretch) {
        match l.grammar.row(cst.get(child).kind) {
            IDENTIFIER | SELF | METAVARIABLE | TOKEN_TREE | STRING | RAW_STRING | INTEGER | FLOAT | CHAR
            | BOOLEAN => l.lower(child),
            _ => {}
        }
    }
}
