//! Types across files: what a type term comes to when all files are known.
//!
//! In: terms, which per-file passes wrote where a file alone does not tell a type, and the symbol tables, which hold the
//! terms of what members and methods are declared to be. Out: types, each a TYPE_DECL of the tree or the full name of a type
//! outside of it, with type arguments. A term is
//!
//! ```text
//! term = head { » step }
//! head = form qualifier [ ‹ term ; term … › ]       form and qualifier as in `references`
//!      | parameter n [ ‹ bound › ]                    the n-th type parameter of the type around
//!      | array ‹ term › | tuple ‹ term ; term … ›
//! step = name                                         a member
//!      | name(n)                                      a call with n arguments; without a name, of the head itself
//!      | [] | * | ** | ? | #n                         an element, what iteration gives (`**`: with its key, Go), what `await` and
//!                                                     `?` take out, the n-th of several results
//! ```
//!
//! A type that members are inherited from may be anywhere, and what a term says may lead to further terms: terms are evaluated
//! by need, remembered, and given up after [`MAX_DEPTH`] of them inside each other, which bounds cycles too. Nothing is
//! guessed here: a method outside of the tree has a result only where [`java`] or [`containers`] say so.

mod containers;
mod evaluate;
mod heads;
pub(crate) mod java;
mod overloads;
mod steps;

pub use evaluate::{Name, Scope, Type, Types, Typing};

/// Between the steps of a term.
pub const STEP: char = '»';
/// Around type arguments.
pub const OPEN: char = '‹';
pub const CLOSE: char = '›';
/// Between type arguments.
pub const SEPARATOR: char = ';';
/// Between the types of a call's arguments.
pub const ARGUMENT: char = '¦';
/// The step to an element by its index or key.
pub const ELEMENT: &str = "[]";
/// The step to what iteration gives.
pub const ITERATE: &str = "*";
/// The step to what Go's `range` gives.
pub const NEXT: &str = "**";
/// The step to what `await` waits for and `?` takes out.
pub const UNWRAP: &str = "?";
pub const PARAMETER: &str = "parameter";
pub const ARRAY: &str = "array";
pub const TUPLE: &str = "tuple";

/// A file follows an expression this far.
pub const MAX_STEPS: u32 = 16;
/// Terms that lead to terms are followed this far.
pub const MAX_DEPTH: u32 = 24;
