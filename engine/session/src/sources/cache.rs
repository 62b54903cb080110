//! Texts by segment and file, up to a budget of bytes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stoa_model::FileId;

use super::segment::SourceSegment;
use super::text::SourceText;

/// A text: which segment (numbered by the cache), which file.
type Key = (u64, FileId);

/// The texts of a session. Segments never change, so a text is good for every snapshot that names it.
#[derive(Debug)]
pub(crate) struct SourceCache {
    budget: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    segments: HashMap<String, Arc<SourceSegment>>,
    texts: HashMap<Key, Entry>,
    /// When each text was used last, as the number of the use.
    uses: BTreeMap<u64, Key>,
    next_use: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    text: Arc<SourceText>,
    used: u64,
}

impl SourceCache {
    pub fn new(budget: usize) -> Self {
        SourceCache { budget, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock leaves the state whole, so a panic elsewhere has not broken it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The segment of a path, the same one for every snapshot that names it.
    pub fn segment(&self, path: &str, make: impl FnOnce(u64) -> SourceSegment) -> Arc<SourceSegment> {
        let mut state = self.state();
        if let Some(known) = state.segments.get(path) {
            return Arc::clone(known);
        }
        let segment = Arc::new(make(state.segments.len() as u64));
        state.segments.insert(path.to_owned(), Arc::clone(&segment));
        segment
    }

    pub fn get(&self, segment: u64, file: FileId) -> Option<Arc<SourceText>> {
        let mut state = self.state();
        let now = state.next_use;
        let entry = state.texts.get_mut(&(segment, file))?;
        let (text, last) = (Arc::clone(&entry.text), std::mem::replace(&mut entry.used, now));
        state.uses.remove(&last);
        state.uses.insert(now, (segment, file));
        state.next_use += 1;
        Some(text)
    }

    /// Keeps a text, and forgets others if there are too many bytes. A text larger than the whole budget
    /// is not kept.
    pub fn insert(&self, segment: u64, file: FileId, text: Arc<SourceText>) {
        let bytes = text.heap_bytes();
        if bytes > self.budget {
            return;
        }
        let mut state = self.state();
        let used = state.next_use;
        state.next_use += 1;
        if let Some(old) = state.texts.insert((segment, file), Entry { text, used }) {
            state.bytes -= old.text.heap_bytes();
            state.uses.remove(&old.used);
        }
        state.uses.insert(used, (segment, file));
        state.bytes += bytes;
        while state.bytes > self.budget {
            let Some((_, key)) = state.uses.pop_first() else { break };
            if let Some(old) = state.texts.remove(&key) {
                state.bytes -= old.text.heap_bytes();
            }
        }
    }

    /// The bytes of the texts that are kept.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.state().bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let cache = SourceCache::new(400);
        let text = || Arc::new(SourceText::new(vec![b'x'; 150]));
        cache.insert(0, 1, text());
        cache.insert(0, 2, text());
        assert!(cache.get(0, 1).is_some());
        cache.insert(0, 3, text());
        assert!(cache.get(0, 1).is_some() && cache.get(0, 3).is_some());
        assert!(cache.get(0, 2).is_none());
        cache.insert(0, 4, Arc::new(SourceText::new(vec![b'x'; 500])));
        assert!(cache.get(0, 4).is_none());
        assert!(cache.bytes() <= 400);
    }
}
