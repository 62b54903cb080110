//! Summaries that outlive a program: what was found of the tree as it was holds as long as what it was found from says the same.
//!
//! ```text
//! bytes of before ─► Kept ─► is what a summary was made from as it was? ─► yes: it holds, and is read when somebody asks for it
//!                                                                      └► no: the method is interpreted ─► does it tell callers the same?
//! summaries that hold, as they stand, and new ones ─► bytes
//! ```
//!
//! A summary is a function of what its run [read](crate::program::reads) and of the summaries it saw. These are noted with it, as digests: of
//! units (methods and types), of answers by names, and of what other summaries tell their callers. Where all of them are what they were, so is the
//! summary; where a method had to be interpreted anew and tells the same as before, its callers need not be. (Verifying traces: Mokhov,
//! Mitchell and Peyton Jones, Build Systems à la Carte, 2018.)
//!
//! Bytes name nodes by unit and rank, and units, texts and summaries by [numbers that last](names), so that those of a summary that holds are
//! not touched. A component of the graph of calls is kept as a whole or not at all. Never here: an answer to a question; these are found from
//! summaries each time.

mod blocks;
mod check;
mod code;
mod fresh;
mod load;
mod names;
mod summaries;
mod take;
mod write;

use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::interpret::trace::Traces;
use crate::schedule::Key;
use blocks::{Block, Place};
use names::Names;
pub(crate) use take::Told;

/// Where summaries are kept between analyses.
pub trait Shelf: Sync {
    /// What was put under a key, if it is there as it was put.
    fn take(&self, key: &str) -> Option<Vec<u8>>;

    /// Puts something under a key, in the place of what was there.
    fn put(&self, key: &str, bytes: Vec<u8>);
}

/// What is known of a general summary that was kept, once the turn of its method has come.
const UNKNOWN: u8 = 0;
const SAME: u8 = 1;
const OTHER: u8 = 2;

/// Summaries of before, against the program at hand.
pub(crate) struct Kept {
    /// As they were read, for the blocks.
    bytes: Vec<u8>,
    /// All but the blocks.
    front: Vec<u8>,
    blocks: Vec<Block>,
    names: Names,
    /// By lasting number, whether a unit says what it said, and whether the answer to a question is what it was.
    units: Vec<bool>,
    lookups: Vec<bool>,
    /// By lasting number of methods with a body.
    general: Vec<General>,
    special: Vec<Special>,
    others: Vec<Other>,
    /// The lasting numbers of methods.
    numbers: Vec<u32>,
    of_key: FxHashMap<Key, u32>,
    /// How many general summaries hold.
    taken: AtomicUsize,
}

/// Where the parts of a summary are.
#[derive(Clone)]
struct Record {
    reads: Range<usize>,
    uses: Range<usize>,
    findings: Range<usize>,
    body: Place,
    traces: Place,
}

struct General {
    /// The lasting number of its unit.
    unit: u32,
    /// The method now; NONE if it is no more.
    method: u32,
    /// What there was of it.
    before: Option<Before>,
    state: AtomicU8,
    /// Whether it holds.
    taken: AtomicBool,
    traces: OnceLock<Arc<Traces>>,
}

/// What there was of a method.
struct Before {
    /// Of its component: a digest of the methods in their order, and of which of them run which.
    component: u64,
    /// Whether the rounds over the component had ended before it was stable.
    unstable: bool,
    /// Of what the summary tells callers.
    told: u64,
    record: Record,
}

struct Special {
    /// As it stands in the front; and what it is now: None if it names what is no more.
    written: Range<usize>,
    key: Option<Key>,
    height: usize,
    record: Option<Record>,
    view: OnceLock<View>,
    /// Whether what it was made from is what it was.
    holds: OnceLock<bool>,
    /// Whether it is the one that everybody is given.
    taken: AtomicBool,
    traces: OnceLock<Arc<Traces>>,
}

struct Other {
    /// None if they are no more.
    place: Option<Place>,
    /// The first method of the component whose rounds left them, by its lasting number; NONE if it is not known.
    owner: u32,
    traces: OnceLock<Arc<Traces>>,
}

/// Between which levels of the graph of calls whoever asks must stand to see the same.
#[derive(Clone, Copy)]
struct View {
    /// Above the methods that were seen.
    from: u32,
    /// At most as high as those that were not.
    to: u32,
}

impl Kept {
    /// How many general summaries hold.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// All traces that were made, for whoever lets them go.
    pub(crate) fn into_traces(self) -> impl Iterator<Item = Arc<Traces>> {
        let general = self.general.into_iter().map(|general| general.traces);
        let special = self.special.into_iter().map(|special| special.traces);
        let others = self.others.into_iter().map(|other| other.traces);
        general.chain(special).chain(others).filter_map(OnceLock::into_inner)
    }
}

impl Special {
    fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }
}

impl General {
    fn settle(&self, same: bool) {
        self.state.store(if same { SAME } else { OTHER }, Ordering::Release);
    }

    fn is_same(&self) -> bool {
        self.state.load(Ordering::Acquire) == SAME
    }

    fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }
}
