//! Against a listing of all walks by brute force, on small random graphs.

use super::*;
use crate::Unlimited;
use std::collections::{BTreeMap, BTreeSet};

/// A sequence of numbers that looks random (Knuth's MMIX multiplier).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound
    }
}

type Found = (Vec<i64>, Vec<i64>);

/// Every walk of at most `longest` edges that a mode allows, as nodes and edges.
fn walks(graph: &Csr, source: i64, longest: u32, mode: Mode, name: &dyn Fn(u32) -> i64) -> Vec<Found> {
    let mut all: Vec<(Vec<Index>, Vec<u32>)> = Vec::new();
    let Some(source) = graph.index_of(source) else { return vec![(vec![source], Vec::new())] };
    let mut level = vec![(vec![source], Vec::new())];
    for _ in 0..=longest {
        let mut next = Vec::new();
        for (nodes, edges) in &level {
            let last = *nodes.last().unwrap();
            let closed = mode == Mode::Simple && nodes.len() > 1 && last == nodes[0];
            for edge in graph.outgoing().range(last) {
                let edge = edge as u32;
                let target = graph.target(edge);
                let allowed = match mode {
                    Mode::Walk => true,
                    Mode::Trail => !edges.iter().any(|other| name(*other) == name(edge)),
                    Mode::Acyclic => !nodes.contains(&target),
                    Mode::Simple => !closed && (!nodes.contains(&target) || target == nodes[0]),
                };
                if allowed {
                    let mut longer: (Vec<Index>, Vec<u32>) = (nodes.clone(), edges.clone());
                    longer.0.push(target);
                    longer.1.push(edge);
                    next.push(longer);
                }
            }
        }
        all.append(&mut level);
        level = next;
    }
    let ids = |nodes: Vec<Index>| nodes.into_iter().map(|node| graph.id(node)).collect();
    all.into_iter().map(|(nodes, edges)| (ids(nodes), edges.into_iter().map(name).collect())).collect()
}

fn answer(graph: &Csr, options: &PathPattern) -> Vec<Found> {
    let found = match_paths(graph, options, &Unlimited).unwrap();
    let lists = (0..found.len()).map(|path| {
        let (from, to) = (found.offsets[path] as usize, found.offsets[path + 1] as usize);
        let nodes = found.nodes[from + path..=to + path].to_vec();
        assert_eq!((nodes[0], *nodes.last().unwrap()), (found.sources[path], found.targets[path]));
        assert_eq!(to - from, found.lengths[path] as usize);
        (nodes, found.edges[from..to].to_vec())
    });
    lists.collect()
}

fn random(numbers: &mut Numbers) -> Csr {
    let count = numbers.below(9);
    let nodes = 1 + numbers.below(5);
    let ends =
        |numbers: &mut Numbers| (0..count).map(|_| numbers.below(nodes) as i64 * 7).collect::<Vec<_>>();
    let (src, dst) = (ends(numbers), ends(numbers));
    let weights: Vec<f64> = (0..count).map(|_| numbers.below(5) as f64).collect();
    Csr::from_edges(&src, &dst, Some(&weights)).unwrap()
}

#[test]
fn agrees_with_brute_force() {
    let mut numbers = Numbers(7);
    let modes = [Mode::Walk, Mode::Trail, Mode::Acyclic, Mode::Simple];
    let keeps = [Keep::All, Keep::Shortest(1), Keep::Shortest(2), Keep::Shortest(3), Keep::AllShortest];
    for round in 0..1000 {
        let graph = random(&mut numbers);
        let some = |numbers: &mut Numbers| match numbers.below(3) {
            0 => None,
            count => Some((0..count + 1).map(|_| numbers.below(6) as i64 * 7).collect::<Vec<_>>()),
        };
        let min = numbers.below(4) as u32;
        let options = PathPattern {
            sources: some(&mut numbers),
            targets: some(&mut numbers),
            min,
            max: Some(min + numbers.below(4) as u32),
            mode: modes[numbers.below(4) as usize],
            keep: keeps[numbers.below(5) as usize],
            numbered: numbers.below(2) == 0,
            ..PathPattern::default()
        };
        let name = |edge: u32| if options.numbered { graph.weight(edge) as i64 } else { i64::from(edge) };
        let sources: BTreeSet<i64> = match &options.sources {
            None => graph.ids().iter().copied().collect(),
            Some(sources) => sources.iter().copied().collect(),
        };
        let mut expected: Vec<Found> = Vec::new();
        for source in sources {
            let fits = |(nodes, edges): &Found| {
                let length = edges.len() as u32;
                let ends =
                    options.targets.as_ref().is_none_or(|targets| targets.contains(nodes.last().unwrap()));
                ends && length >= options.min && length <= options.max.unwrap()
            };
            let all = walks(&graph, source, options.max.unwrap(), options.mode, &name);
            expected.extend(all.into_iter().filter(fits));
        }
        let mut found = answer(&graph, &options);
        let what = format!("round {round}: {options:?}\n{:?}", graph.edges().collect::<Vec<_>>());
        // Which of several of one length are kept is free; their lengths are not, and each must be a path.
        let mut by_ends: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for (nodes, edges) in &expected {
            by_ends.entry((nodes[0], *nodes.last().unwrap())).or_default().push(edges.len());
        }
        let mut all_edges = expected.clone();
        all_edges.sort();
        match options.keep {
            Keep::All => {
                found.sort();
                assert_eq!(found, all_edges, "{what}");
                continue;
            }
            Keep::Shortest(count) => by_ends.values_mut().for_each(|lengths| {
                lengths.sort_unstable();
                lengths.truncate(count);
            }),
            Keep::AllShortest => by_ends.values_mut().for_each(|lengths| {
                let least = *lengths.iter().min().unwrap();
                lengths.retain(|length| *length == least);
            }),
        }
        let mut found_by_ends: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for path in &found {
            assert!(all_edges.binary_search(path).is_ok(), "{path:?} {what}");
            found_by_ends.entry((path.0[0], *path.0.last().unwrap())).or_default().push(path.1.len());
        }
        found_by_ends.values_mut().for_each(|lengths| lengths.sort_unstable());
        assert_eq!(found_by_ends, by_ends, "{what}");
        // By number no two need differ: parallel edges may share one.
        if !options.numbered {
            found.sort();
            found.dedup();
            assert_eq!(found.len(), found_by_ends.values().map(Vec::len).sum::<usize>(), "{what}");
        }
    }
}

#[test]
fn the_limit_is_told() {
    let graph = Csr::from_edges(&[1, 1], &[1, 1], None).unwrap();
    let options = PathPattern { max: Some(30), limit: 1000, ..PathPattern::default() };
    let error = match_paths(&graph, &options, &Unlimited).unwrap_err();
    assert_eq!(error, crate::GraphError::TooManyPaths { limit: 1000 });
    let endless = PathPattern::default();
    assert!(matches!(match_paths(&graph, &endless, &Unlimited), Err(crate::GraphError::Argument(_))));
}

#[test]
fn shortest_paths_of_a_long_chain() {
    let src: Vec<i64> = (0..50_000).collect();
    let dst: Vec<i64> = (1..50_001).collect();
    let graph = Csr::from_edges(&src, &dst, None).unwrap();
    for (mode, keep) in [
        (Mode::Walk, Keep::AllShortest),
        (Mode::Walk, Keep::Shortest(2)),
        (Mode::Acyclic, Keep::Shortest(1)),
        (Mode::Trail, Keep::All),
    ] {
        let options = PathPattern {
            sources: Some(vec![0]),
            targets: Some(vec![50_000]),
            mode,
            keep,
            ..PathPattern::default()
        };
        let found = match_paths(&graph, &options, &Unlimited).unwrap();
        assert_eq!(found.lengths, [50_000]);
        assert_eq!(found.nodes.len(), 50_001);
    }
}
