//! Link passes: what one file asks, answered by the declarations of all.
//!
//! In: the [`Symbols`] of every file (declarations as hashes and ids, imports, supertypes; never trees) and, segment by
//! segment, the references that files left open. Out: [`Answer`]s, which the indexer writes as IMPORTS, REF, INHERITS_FROM
//! and CALL edges, and the names of stubs for what lies outside of the tree. Answering is a pure function of a
//! reference and the symbols, so segments are linked in parallel and in any order.

mod answer;
mod asked;
mod changed;
pub mod codec;
mod collect;
pub mod functions;
mod hash;
mod methods;
mod overriding;
mod paths;
mod prefixes;
mod stored;
mod structural;
mod symbols;
pub mod types;
pub mod values;

pub use answer::{Answer, Linker, Reference, Stub, Target};
pub use asked::Listener;
pub use changed::changed_methods;
pub use collect::SymbolsBuilder;
pub use overriding::overriding;
pub use stored::{FACTS_VERSION, FileFacts, Moved, moved};
pub use symbols::{FileContext, Symbols, family_name, separator};
