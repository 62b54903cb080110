//! The facts of all files, read: each of their parts by itself, so that several are read at a time.

use stoa_model::FileId;
use stoa_passes::link::functions::FunctionsBuilder;
use stoa_passes::link::values::ValuesBuilder;
use stoa_passes::link::{FileFacts, Symbols, SymbolsBuilder};

use super::Numbered;
use crate::error::IndexError;

/// Calls a function on the facts of each file, as long as it can read them. `instead` may have others in place of those of a file.
fn each<'n>(
    numbered: &'n Numbered<'_>,
    instead: impl Fn(usize) -> Option<&'n [u8]>,
    mut read: impl FnMut(FileId, &[u8]) -> bool,
) -> Result<(), IndexError> {
    for (place, known) in numbered.files.iter().enumerate() {
        if let Some(facts) = instead(place).or(known.facts.as_deref())
            && !read(place as FileId + 1, facts)
        {
            return Err(IndexError::Facts { segment: known.segment.to_string() });
        }
    }
    Ok(())
}

/// What all files can name.
pub fn symbols(numbered: &Numbered<'_>, crates: &[(String, String)]) -> Result<Symbols, IndexError> {
    symbols_before(numbered, crates, |_| None)
}

/// As [`symbols`], with other facts in place of those of some files.
pub fn symbols_before<'n>(
    numbered: &'n Numbered<'_>,
    crates: &[(String, String)],
    before: impl Fn(usize) -> Option<&'n [u8]>,
) -> Result<Symbols, IndexError> {
    let _span = tracing::debug_span!("reading names");
    let mut symbols = SymbolsBuilder::default();
    each(numbered, before, |file, facts| symbols.add_names(file, facts).is_ok())?;
    for (name, module) in crates {
        symbols.add_crate(name, module);
    }
    Ok(symbols.finish().0)
}

/// Where values go.
pub fn values(numbered: &Numbered<'_>) -> Result<ValuesBuilder, IndexError> {
    let _span = tracing::debug_span!("reading values");
    let mut builder = ValuesBuilder::default();
    // What is malformed is found below.
    let parts = numbered.files.iter().filter_map(|known| FileFacts::of(known.facts.as_deref()?).ok());
    builder.reserve(parts.map(|facts| facts.values.len()).sum());
    each(
        numbered,
        |_| None,
        |file, facts| FileFacts::of(facts).and_then(|facts| builder.add_facts(file, facts.values)).is_ok(),
    )?;
    Ok(builder)
}

/// Where functions go.
pub fn functions(numbered: &Numbered<'_>) -> Result<FunctionsBuilder, IndexError> {
    let _span = tracing::debug_span!("reading functions");
    let mut builder = FunctionsBuilder::default();
    each(
        numbered,
        |_| None,
        |file, facts| FileFacts::of(facts).and_then(|facts| builder.add_facts(file, facts.functions)).is_ok(),
    )?;
    Ok(builder)
}
