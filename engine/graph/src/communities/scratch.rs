//! Sums by label, for one node after another.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::{Adjacency, Index, Result};

/// How many threads at most work on sums: each has an array as long as there are labels.
pub(super) const COUNT: usize = 4;

/// What a node's neighbours weigh, label by label.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    sums: Vec<f64>,
    touched: Vec<Index>,
}

impl Scratch {
    pub(super) fn new(labels: usize) -> Scratch {
        Scratch { sums: vec![0.0; labels], touched: Vec::new() }
    }

    pub(super) fn several(labels: usize) -> Vec<Scratch> {
        vec![Scratch::new(labels); rayon::current_num_threads().clamp(1, COUNT)]
    }

    #[inline]
    pub(super) fn add(&mut self, label: Index, weight: f64) {
        let sum = &mut self.sums[label as usize];
        if *sum == 0.0 {
            self.touched.push(label);
        }
        *sum += weight;
    }

    /// Adds what a node's neighbours weigh.
    #[inline]
    pub(super) fn gather(&mut self, adjacency: &Adjacency, node: Index, labels: &[Index]) {
        match adjacency.weights(node) {
            None => adjacency.neighbours(node).iter().for_each(|end| self.add(labels[*end as usize], 1.0)),
            Some(weights) => {
                let ends = adjacency.neighbours(node).iter().zip(weights);
                ends.for_each(|(end, weight)| self.add(labels[*end as usize], *weight));
            }
        }
    }

    #[inline]
    pub(super) fn weight(&self, label: Index) -> f64 {
        self.sums[label as usize]
    }

    /// Hands out the sums, in the order the labels were met, and forgets them.
    #[inline]
    pub(super) fn drain(&mut self, mut each: impl FnMut(Index, f64)) {
        for label in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[label as usize]);
            // A label of weight zero may have been touched twice.
            each(label, sum);
        }
    }
}

/// Does all parts of a task with scratches made for it; the answers come in the order of the parts.
pub(super) fn with_scratches<P: Send, A: Send>(
    labels: usize,
    parts: Vec<P>,
    task: impl Fn(&mut Scratch, P) -> Result<A> + Sync,
) -> Result<Vec<A>> {
    in_parts(&mut Scratch::several(labels), parts, task)
}

/// Does all parts of a task, each with the scratch of its thread; the answers come in the order of the parts.
pub(super) fn in_parts<P: Send, A: Send>(
    scratches: &mut [Scratch],
    parts: Vec<P>,
    task: impl Fn(&mut Scratch, P) -> Result<A> + Sync,
) -> Result<Vec<A>> {
    let count = parts.len();
    let slots: Vec<std::sync::Mutex<Option<P>>> =
        parts.into_iter().map(|part| std::sync::Mutex::new(Some(part))).collect();
    let next = AtomicUsize::new(0);
    let mut answers: Vec<(usize, A)> = scratches
        .par_iter_mut()
        .with_max_len(1)
        .map(|scratch| {
            let mut answers = Vec::new();
            loop {
                let at = next.fetch_add(1, Relaxed);
                // Each part is taken by one thread alone, so that no lock is ever waited for.
                let Some(part) = slots.get(at).and_then(|slot| slot.lock().ok()?.take()) else {
                    return Ok(answers);
                };
                answers.push((at, task(scratch, part)?));
            }
        })
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    answers.sort_unstable_by_key(|(at, _)| *at);
    debug_assert_eq!(answers.len(), count);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
