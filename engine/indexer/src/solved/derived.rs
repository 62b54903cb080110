//! What values were derived from, kept from one edit to the next within a part of the memory.

use rustc_hash::FxHashSet;
use stoa_passes::link::FileFacts;
use stoa_passes::link::values::{self, EditedFacts, Followed};

use super::{Edited, EditedFile, Numbered, Solved, facts, heard};
use crate::error::IndexError;

/// What values were derived from.
#[derive(Default)]
pub(super) enum Derived {
    /// No edit has changed what is said of values.
    #[default]
    Unasked,
    Kept(Box<Followed>),
    /// It takes more memory than it may: after an edit all values are solved anew.
    TooLarge,
}

impl Derived {
    pub fn is_kept(&self) -> bool {
        matches!(self, Derived::Kept(_))
    }

    fn take(&mut self) -> Derived {
        std::mem::take(self)
    }
}

impl Solved {
    /// How many bytes are kept to follow edits, roughly.
    pub fn derived_bytes(&self) -> u64 {
        match &self.derived {
            Derived::Kept(followed) => followed.bytes() as u64,
            Derived::Unasked | Derived::TooLarge => 0,
        }
    }

    /// Brings what values say of calls up to date with edits. The first time in a process all of them are solved anew, and what is derived from what is
    /// noted; if that takes more than `most` bytes it is let go, for good.
    pub(super) fn follow_values(
        &mut self,
        edited: &Edited,
        names: &FxHashSet<u64>,
        numbered: &Numbered<'_>,
        most: u64,
    ) -> Result<(), IndexError> {
        let _span = tracing::debug_span!("values");
        self.derived = match self.derived.take() {
            Derived::TooLarge => Derived::TooLarge,
            Derived::Unasked => Derived::Kept(self.derive(numbered)?),
            Derived::Kept(mut followed) => match self.follows(&mut followed, edited, names, numbered)? {
                true => Derived::Kept(followed),
                false => {
                    drop(followed);
                    Derived::Kept(self.derive(numbered)?)
                }
            },
        };
        if self.derived_bytes() > most {
            tracing::info!(
                bytes = self.derived_bytes(),
                most,
                "what values are derived from takes too much memory: they are solved anew after each edit"
            );
            self.derived = Derived::TooLarge;
        }
        if let Derived::TooLarge = self.derived {
            let facts = facts::values(numbered)?;
            let (found, names) = heard(self.asked.is_some(), || values::solve(facts, &self.symbols));
            self.of_values = found;
            if let Some(asked) = &mut self.asked {
                asked.of_values = names;
            }
        }
        Ok(())
    }

    fn derive(&mut self, numbered: &Numbered<'_>) -> Result<Box<Followed>, IndexError> {
        let followed = Box::new(Followed::new(facts::values(numbered)?, &self.symbols));
        self.of_values = followed.results();
        Ok(followed)
    }

    /// Whether edits could be followed; if not, what they were to be followed from is of no use any longer.
    fn follows(
        &mut self,
        followed: &mut Followed,
        edited: &Edited,
        names: &FxHashSet<u64>,
        numbered: &Numbered<'_>,
    ) -> Result<bool, IndexError> {
        let malformed = |_| IndexError::Facts { segment: String::new() };
        let mut edits = Vec::new();
        for EditedFile { place, facts, slots, .. } in &edited.files {
            let known = numbered.files[*place as usize];
            // Whoever has no facts is not in the graph, now or before.
            let (Some(before), Some(after)) = (facts.as_deref(), known.facts.as_deref()) else {
                return Ok(false);
            };
            edits.push(EditedFacts {
                file: place + 1,
                before: FileFacts::of(before).map_err(malformed)?,
                after: FileFacts::of(after).map_err(malformed)?,
                moved: slots.moved_to(&known.own.slots),
            });
        }
        let names: Vec<u64> = names.iter().copied().collect();
        let changed = followed.edit(&edits, &self.symbols, &names, &mut self.of_values).map_err(malformed)?;
        Ok(changed.is_some())
    }
}
