//! What a file says of values: where functions, types, modules and containers go.
//!
//! In: one file's tree and what its scopes found. Out: [`ValueRow`]s, each a small fact such as "the value of this call's
//! first argument is that variable's" or "this variable takes the result of that call". The link pass solves the
//! facts of all files together ([`crate::link::values`]). Numbers and arithmetic are left out, since nothing is called
//! through them; strings and integers count only where they may be keys.
//!
//! A *variable* here is a node: a declaration (parameter, local, member, import, method, type) stands for what it holds, an
//! expression for what it gives. The facts keep no order of statements, they say what may hold at any time (Andersen,
//! *Program Analysis and Specialization for the C Programming Language*, 1994, §4; for names in Python: Salis et al.,
//! *PyCG: Practical Call Graph Generation in Python*, ICSE 2021).

mod calls;
mod containers;
mod extract;

use stoa_model::Symbol;
use stoa_model::rows::NO_LOCAL;

pub use extract::Values;

/// What a fact says. `dst` and `src` are nodes of the file, `name` is a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueOp {
    /// Call `dst` is given `src` as its argument `name`: a number from 1, a keyword, `*` or `**`.
    Argument,
    /// Call `dst` runs the function that `src` holds.
    Call,
    /// `dst` takes what `src` holds.
    Copy,
    /// As `Copy`, but `src` is the call of a decorator that rebinds the method `dst`.
    Decorated,
    /// `dst` holds the method `src`.
    Function,
    /// `dst` holds what the imported path `name` means.
    Import,
    /// `dst` holds an instance of the type that the file calls `name`.
    Instance,
    /// `dst` is an iterator over `src`.
    Iterate,
    /// `dst` holds the string or integer `name`.
    Literal,
    /// `dst` takes the member or element `name` of `src`.
    Load,
    /// Call `dst` runs the method `name` of what `src` holds.
    MethodCall,
    /// `dst` holds this file as a module.
    Module,
    /// `dst` takes what the bare name `name`, which the file does not declare, means to it.
    Name,
    /// Call `dst` makes an instance of the type that the path `name` means, below what `src` holds if there is one.
    New,
    /// `dst` takes an element of the iterator `src`.
    Next,
    /// `dst` holds a new container; `name` is its builtin type and, behind a colon, the number of its elements, if known.
    Object,
    /// Method `dst` gives `src`.
    Return,
    /// `dst` takes the elements of `src` from number `name` on.
    Slice,
    /// All elements of `src` are elements of `dst`.
    Spread,
    /// The member or element `name` of `dst` takes what `src` holds.
    Store,
    /// Call `dst` runs the method `name` of a supertype of the type `src`.
    Super,
    /// `dst` takes the object that the method `src` runs on.
    This,
    /// What `src` holds is thrown at `dst`; a type makes an instance of itself.
    Throw,
    /// `dst` holds the type `src`.
    Type,
    /// Generator `dst` gives `src` as an element.
    Yield,
    /// Element of `dst`, whose key is what the variable `src` holds; the row before it is the `Load` or `Store` it belongs to.
    Key,
}

impl ValueOp {
    /// Every value, in the order of its number.
    pub const ALL: &'static [ValueOp] = &[
        ValueOp::Argument,
        ValueOp::Call,
        ValueOp::Copy,
        ValueOp::Decorated,
        ValueOp::Function,
        ValueOp::Import,
        ValueOp::Instance,
        ValueOp::Iterate,
        ValueOp::Literal,
        ValueOp::Load,
        ValueOp::MethodCall,
        ValueOp::Module,
        ValueOp::Name,
        ValueOp::New,
        ValueOp::Next,
        ValueOp::Object,
        ValueOp::Return,
        ValueOp::Slice,
        ValueOp::Spread,
        ValueOp::Store,
        ValueOp::Super,
        ValueOp::This,
        ValueOp::Throw,
        ValueOp::Type,
        ValueOp::Yield,
        ValueOp::Key,
    ];
}

/// One fact.
#[derive(Clone, Copy, Debug)]
pub struct ValueRow {
    pub op: ValueOp,
    pub dst: u32,
    pub src: u32,
    pub name: Symbol,
}

impl ValueRow {
    fn new(op: ValueOp, dst: u32, src: u32, name: Symbol) -> ValueRow {
        ValueRow { op, dst, src, name }
    }

    fn seed(op: ValueOp, dst: u32, name: Symbol) -> ValueRow {
        ValueRow { op, dst, src: NO_LOCAL, name }
    }
}

/// The name of "any element" in `Load` and `Store`.
pub const ANY: &str = "[*]";
/// The member of a CommonJS module that `module.exports = …` writes.
pub const EXPORTS: &str = "#exports";
