//! Call graphs as source trees have them: short files, few popular methods, layers, and here and there a cycle.

use super::{Edges, Generator, GeneratorError, Permutation, Random, parameter};
use std::ops::Range;

/// Methods of a block. Each calls a few others.
const METHODS: u64 = 1 << 13;

/// The call graph of a code property graph: an edge for each method and each method it calls, ids as stores give them
/// (`file << 32 | slot`).
///
/// The constants below were measured on the call graphs of five trees (`stoa-datasets shape`, described in
/// `docs/guides/scaling.md`): Prometheus, commons-lang, the Python standard library, Redis and Linux' network drivers.
///
/// - Sizes of files and folders are log-normal. So is the number of callees, of methods that call at all.
/// - A call stays in its file, or in its folder, or goes anywhere. Within each, a callee is as popular as its rank says:
///   ranks follow a power law, so the number of callers does.
/// - Methods have a height over those that call nothing, and call what is lower. Heights are exponential and end at a
///   highest one, which in real trees hardly grows with their size.
/// - Few calls do not keep to that: a method calls itself, or one that called it, or anything. They make the cycles.
#[derive(Clone, Debug)]
pub struct CallGraph {
    seed: u64,
    /// The first method of each file, and the end.
    files: Vec<u64>,
    /// The first file of each folder, and the end.
    folders: Vec<u32>,
    /// Which method of all has which rank of popularity.
    popular: Permutation,
}

/// Methods of a file: half of the files have fewer than e^2.3 = 10, and none more than [`LARGEST_FILE`].
const FILE: (f64, f64) = (2.3, 1.35);
const LARGEST_FILE: u64 = 2_000;
/// Files of a folder.
const FOLDER: (f64, f64) = (1.6, 1.4);
/// Callees of a method that calls.
const CALLEES: (f64, f64) = (0.95, 1.1);
/// Methods that call nothing of the tree.
const LEAVES: f64 = 0.40;
/// Methods that nothing of the tree calls: tests, entry points, what only other trees use.
const UNCALLED: f64 = 0.42;
const MEAN_HEIGHT: f64 = 5.5;
const HIGHEST: u64 = 40;
/// Calls that stay in their file, and those that leave it and stay in the folder.
const SAME_FILE: f64 = 0.28;
const SAME_FOLDER: f64 = 0.26;
/// The callee of rank r of n is found by a draw u as r = n u^x: the share of the first is n^(−1/x).
const RANK: f64 = 3.3;
/// Shares of calls: of the method itself, of one that called it, of any whatever its height.
const SELF: f64 = 0.004;
const BACK: f64 = 0.002;
const ANY: f64 = 0.000_3;
/// Draws of a callee before a call is given up.
const DRAWS: usize = 16;
/// Slots from one method's declaration to the next: parameters and locals lie between.
const SLOTS: u64 = 3;

/// What a stream of random numbers is drawn for.
const OF_FILES: u64 = 1;
const OF_FOLDERS: u64 = 2;
const OF_HEIGHTS: u64 = 3;
const OF_CALLS: u64 = 4;
const OF_POPULARITY: u64 = 5;
const OF_CALLERS: u64 = 6;

impl CallGraph {
    /// A graph of so many methods; its files take 8 bytes each in memory, a third of a byte for each method.
    pub fn new(methods: u64, seed: u64) -> Result<CallGraph, GeneratorError> {
        parameter(methods <= 1 << 34, || format!("{methods} methods are beyond 2^34"))?;
        let mut sizes = Random::at(seed, OF_FILES);
        let mut files = vec![0];
        let mut end = 0;
        while end < methods {
            end = methods.min(end + log_normal(&mut sizes, FILE).clamp(1, LARGEST_FILE));
            files.push(end);
        }
        let mut sizes = Random::at(seed, OF_FOLDERS);
        let count = (files.len() - 1) as u64;
        let mut folders = vec![0];
        let mut end = 0;
        while end < count {
            end = count.min(end + log_normal(&mut sizes, FOLDER).max(1));
            folders.push(end as u32);
        }
        Ok(CallGraph { seed, files, folders, popular: Permutation::new(methods, seed ^ OF_POPULARITY) })
    }

    pub fn files(&self) -> usize {
        self.files.len() - 1
    }

    fn methods(&self) -> u64 {
        self.files[self.files.len() - 1]
    }

    /// The id of every method, ascending.
    pub fn ids(&self) -> impl Iterator<Item = i64> + '_ {
        let files = self.files.windows(2).enumerate();
        files.flat_map(move |(file, range)| {
            (range[0]..range[1]).map(move |method| self.id(method, file) as i64)
        })
    }

    fn file(&self, method: u64) -> usize {
        self.files.partition_point(|first| *first <= method) - 1
    }

    /// The folder a file is in; consecutive files share one.
    pub fn folder(&self, file: usize) -> usize {
        self.folders.partition_point(|first| (*first as usize) <= file) - 1
    }

    /// The id of a method that is declared in a file. File ids start at 1, and slot 0 is the file's own.
    fn id(&self, method: u64, file: usize) -> u64 {
        (file as u64 + 1) << 32 | (1 + (method - self.files[file]) * SLOTS)
    }

    fn is_called(&self, method: u64) -> bool {
        !Random::at(self.seed ^ OF_CALLERS, method).happens(UNCALLED)
    }

    /// How long a chain of calls may start in a method.
    fn height(&self, method: u64) -> u64 {
        let mut random = Random::at(self.seed ^ OF_HEIGHTS, method);
        if random.happens(LEAVES) {
            return 0;
        }
        loop {
            let height = 1 + (-MEAN_HEIGHT * (1.0 - random.unit()).ln()) as u64;
            if height <= HIGHEST {
                return height;
            }
        }
    }

    /// A method that one in `file` may call.
    fn callee(&self, file: usize, random: &mut Random) -> u64 {
        let at = random.unit();
        let rank = |methods: u64, random: &mut Random| (methods as f64 * random.unit().powf(RANK)) as u64;
        let within = |methods: Range<u64>, random: &mut Random| {
            let count = methods.end - methods.start;
            // Which methods of a range are popular hangs on the range.
            methods.start + (rank(count, random) + Random::at(self.seed, methods.start).below(count)) % count
        };
        if at < SAME_FILE {
            within(self.files[file]..self.files[file + 1], random)
        } else if at < SAME_FILE + SAME_FOLDER {
            let folder = self.folder(file);
            let (first, end) = (self.folders[folder] as usize, self.folders[folder + 1] as usize);
            within(self.files[first]..self.files[end], random)
        } else {
            // Rounding may give the end itself.
            self.popular.at(rank(self.methods(), random).min(self.methods() - 1))
        }
    }

    /// What a method calls, ascending and each once, into `callees`.
    fn calls(&self, method: u64, file: usize, callees: &mut Vec<u64>) {
        callees.clear();
        let height = self.height(method);
        if height == 0 {
            return;
        }
        let mut random = Random::at(self.seed ^ OF_CALLS, method);
        let wanted = log_normal(&mut random, CALLEES).max(1);
        for call in 0..wanted {
            if random.happens(SELF) {
                callees.push(method);
                continue;
            }
            let any = random.happens(ANY);
            let mut best = None;
            for _ in 0..DRAWS {
                let callee = self.callee(file, &mut random);
                if !self.is_called(callee) {
                    continue;
                }
                let below = self.height(callee);
                if any || (below < height && best.is_none_or(|(highest, _)| below > highest)) {
                    best = Some((below, callee));
                    // The first call is of the highest that was drawn: that makes the height.
                    if call > 0 || any {
                        break;
                    }
                }
            }
            callees.extend(best.map(|(_, callee)| callee));
        }
        callees.sort_unstable();
        callees.dedup();
    }
}

/// A number of things, at least none.
fn log_normal(random: &mut Random, (mean, deviation): (f64, f64)) -> u64 {
    (mean + deviation * random.normal()).exp().round() as u64
}

impl Generator for CallGraph {
    fn nodes(&self) -> u64 {
        self.methods()
    }

    /// By the mean that was measured over graphs that this makes.
    fn edges(&self) -> u64 {
        (self.methods() as f64 * 2.6) as u64
    }

    fn blocks(&self) -> u64 {
        self.methods().div_ceil(METHODS)
    }

    fn block(&self, block: u64, edges: &mut Edges) {
        let methods = block * METHODS..self.methods().min((block + 1) * METHODS);
        let mut file = self.file(methods.start);
        let mut callees = Vec::new();
        for method in methods {
            while self.files[file + 1] <= method {
                file += 1;
            }
            self.calls(method, file, &mut callees);
            let id = self.id(method, file);
            let mut random = Random::at(self.seed, method);
            for callee in &callees {
                let of = if (self.files[file]..self.files[file + 1]).contains(callee) {
                    file
                } else {
                    self.file(*callee)
                };
                let callee = self.id(*callee, of);
                edges.push(id, callee);
                if of == file && random.happens(BACK / SAME_FILE) {
                    edges.push(callee, id);
                }
            }
        }
    }
}
