//! What the caller may ask of an index.

/// How to index a tree. The default indexes every language on every core into `<root>/.stoa`.
#[derive(Clone, Debug)]
pub struct IndexOptions {
    /// Where the store is: a directory or an object store URL. `None` is `<root>/.stoa`.
    pub store: Option<String>,
    /// The languages to index, by name; empty is all of them.
    pub languages: Vec<String>,
    /// Index files as well that `.gitignore` and its like leave out.
    pub ignored: bool,
    /// Threads that parse. 0 is one per core.
    pub jobs: usize,
    /// The memory to stay within, in bytes.
    pub memory: u64,
    /// Read every file and reuse nothing that the store holds, for it may be damaged. File ids are kept where they
    /// can be read.
    pub fresh: bool,
    /// The store goes when it has been read once: nothing in it is kept for an update or brought to the disk, and of a small tree nothing
    /// is compressed. A store that holds something already is written as others are.
    pub transient: bool,
    /// Publish snapshots while a first index is still running, the files first that are asked about most.
    pub progressive: bool,
}

/// The memory an index stays within when nobody says otherwise: 2 GB.
pub const DEFAULT_MEMORY: u64 = 2 << 30;

impl Default for IndexOptions {
    fn default() -> IndexOptions {
        IndexOptions {
            store: None,
            languages: Vec::new(),
            ignored: false,
            jobs: 0,
            memory: DEFAULT_MEMORY,
            fresh: false,
            transient: false,
            progressive: false,
        }
    }
}
