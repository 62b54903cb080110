//! Paths by brute force, on small random graphs.

use super::*;
use crate::structure::topological_sort;
use crate::{Csr, Direction, Index, Unlimited};
use proptest::prelude::*;

const FREE: &Unlimited = &Unlimited;

/// Edges of weights whose sums are exact, and often equal.
fn graphs() -> impl Strategy<Value = (Vec<(i64, i64, f64)>, i64)> {
    let weight = (0..7u8).prop_map(|weight| f64::from(weight) / 2.0);
    (2..8i64).prop_flat_map(move |n| (prop::collection::vec((0..n, 0..n, weight.clone()), 0..24), Just(n)))
}

fn graph(edges: &[(i64, i64, f64)], n: i64) -> Csr {
    let src: Vec<i64> = edges.iter().map(|edge| edge.0).collect();
    let dst: Vec<i64> = edges.iter().map(|edge| edge.1).collect();
    let weights: Vec<f64> = edges.iter().map(|edge| edge.2).collect();
    let nodes: Vec<i64> = (0..n).collect();
    let columns = crate::EdgeColumns { src: &src, dst: &dst, weights: Some(&weights) };
    Csr::new(&[columns], &nodes).unwrap()
}

type List = Vec<(f64, usize, Vec<Index>)>;

/// Every simple path by trying every way, as (cost, length, nodes).
fn brute(edges: &[(i64, i64, f64)], direction: Direction, from: Index, to: Index) -> List {
    let step = |a: Index, b: Index| {
        let there = |edge: &&(i64, i64, f64)| edge.0 == i64::from(a) && edge.1 == i64::from(b);
        let back = |edge: &&(i64, i64, f64)| edge.0 == i64::from(b) && edge.1 == i64::from(a);
        let fits = |edge: &&(i64, i64, f64)| match direction {
            Direction::Out => there(edge),
            Direction::In => back(edge),
            Direction::Both => there(edge) || back(edge),
        };
        edges.iter().filter(fits).map(|edge| edge.2).reduce(f64::min)
    };
    let mut found = Vec::new();
    let mut open = vec![(0.0, vec![from])];
    while let Some((cost, path)) = open.pop() {
        let last = path[path.len() - 1];
        if last == to {
            found.push((cost, path.len(), path));
            continue;
        }
        for next in (0..8).filter(|next| !path.contains(next)) {
            if let Some(weight) = step(last, next) {
                open.push((cost + weight, [&path[..], &[next]].concat()));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then_with(|| a.2.cmp(&b.2)));
    found
}

fn list(paths: &Paths) -> List {
    paths.iter().map(|(path, cost)| (cost, path.len(), path.to_vec())).collect()
}

fn directions() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Out), Just(Direction::In), Just(Direction::Both)]
}

proptest! {
    #[test]
    fn yen_finds_the_cheapest_in_order((edges, n) in graphs(), direction in directions(), k in 1..9usize) {
        let graph = graph(&edges, n);
        let options = KShortestPaths { source: 0, target: n - 1, direction, k };
        let found = k_shortest_paths(&graph, &options, FREE).unwrap();
        let all = brute(&edges, direction, 0, n as Index - 1);
        prop_assert_eq!(found.cut_by_count, all.len() > k);
        let best: List = all.into_iter().take(k).collect();
        prop_assert_eq!(list(&found), best);
    }

    #[test]
    fn all_paths_are_all_there_are((edges, n) in graphs(), direction in directions(), depth in 0..8usize) {
        let graph = graph(&edges, n);
        let options =
            AllPaths { sources: vec![0], targets: vec![n - 1], direction, depth, count: usize::MAX };
        let found = all_paths(&graph, &options, FREE).unwrap();
        let mut all = brute(&edges, direction, 0, n as Index - 1);
        let count = all.len();
        all.retain(|path| path.1 <= depth + 1);
        // What was cut is said; what is said to be cut may turn out to lead nowhere.
        prop_assert!(found.cut_by_depth || all.len() == count);
        all.sort_by(|a, b| a.2.cmp(&b.2));
        prop_assert_eq!(list(&found), all.clone());
        if !all.is_empty() {
            let options = AllPaths { count: all.len() - 1, ..options };
            let cut = all_paths(&graph, &options, FREE).unwrap();
            prop_assert!(cut.cut_by_count);
            prop_assert_eq!(&list(&cut)[..], &all[..all.len() - 1]);
        }
    }

    #[test]
    fn all_shortest_are_the_cheapest_of_all((edges, n) in graphs(), direction in directions()) {
        let graph = graph(&edges, n);
        let options = AllShortestPaths { sources: vec![0, n - 1], targets: vec![n - 1], direction, count: 10_000 };
        let found = all_shortest_paths(&graph, &options, FREE).unwrap();
        let mut all = brute(&edges, direction, 0, n as Index - 1);
        if let Some(least) = all.first().map(|path| path.0) {
            all.retain(|path| path.0 == least);
        }
        all.sort_by(|a, b| a.2.cmp(&b.2));
        all.push((0.0, 1, vec![n as Index - 1]));
        prop_assert_eq!(list(&found), all);
    }

    #[test]
    fn the_longest_path_is_the_longest((edges, n) in graphs(), ends: bool) {
        // Forward edges alone: no cycle; of parallel ones the brute search takes the lightest, so there are none.
        let mut edges: Vec<(i64, i64, f64)> =
            edges.into_iter().filter(|edge| edge.0 < edge.1).map(|e| (e.0, e.1, e.2 - 1.0)).collect();
        edges.sort_by_key(|edge| (edge.0, edge.1));
        edges.dedup_by_key(|edge| (edge.0, edge.1));
        let graph = graph(&edges, n);
        prop_assert!(topological_sort(&graph, FREE).is_ok());
        let options = match ends {
            true => LongestPath { sources: vec![0], targets: vec![n - 1] },
            false => LongestPath::default(),
        };
        let found = longest_path(&graph, &options, FREE).unwrap();
        let last = n as Index;
        let pairs = (0..last).flat_map(|a| (0..last).map(move |b| (a, b)));
        let pairs = pairs.filter(|pair| !ends || *pair == (0, last - 1));
        let all = pairs.flat_map(|(a, b)| brute(&edges, Direction::Out, a, b));
        let most = all.map(|path| path.0).reduce(f64::max);
        prop_assert_eq!(list(&found).first().map(|path| path.0), most);
    }

    #[test]
    fn walks_walk_along_edges((edges, n) in graphs(), direction in directions(), p in 0.1..4.0, q in 0.1..4.0, seed: u64) {
        let graph = graph(&edges, n);
        let options = RandomWalks {
            starts: vec![0, n - 1, 77],
            direction,
            length: 6,
            walks: 3,
            return_factor: p,
            in_out_factor: q,
            seed,
        };
        let found = random_walks(&graph, &options, FREE).unwrap();
        prop_assert_eq!(found.len(), 6);
        prop_assert_eq!(&found, &random_walks(&graph, &options, FREE).unwrap());
        let lone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        prop_assert_eq!(&found, &lone.install(|| random_walks(&graph, &options, FREE)).unwrap());
        let adjacency = direction.adjacency(&graph);
        let heavy = |a: Index, b: Index| adjacency.weighted(a).any(|(node, weight)| node == b && weight > 0.0);
        for (path, _) in found.iter() {
            prop_assert!(path.windows(2).all(|step| heavy(step[0], step[1])));
            let last = path[path.len() - 1];
            prop_assert!(path.len() == 6 || adjacency.weighted(last).all(|(_, weight)| weight == 0.0));
        }
    }
}

/// node2vec's factors do what they say: on a ring with chords, by how often a walk goes straight back.
#[test]
fn the_return_factor_keeps_walks_from_going_back() {
    let n = 30i64;
    let edges: Vec<(i64, i64, f64)> =
        (0..n).flat_map(|i| [(i, (i + 1) % n, 1.0), (i, (i + 3) % n, 1.0)]).collect();
    let graph = graph(&edges, n);
    let back = |p: f64| {
        let options = RandomWalks {
            direction: Direction::Both,
            length: 50,
            walks: 20,
            return_factor: p,
            ..RandomWalks::default()
        };
        let found = random_walks(&graph, &options, FREE).unwrap();
        let steps: usize = found.iter().map(|(path, _)| path.len() - 2).sum();
        let back: usize =
            found.iter().map(|(path, _)| path.windows(3).filter(|step| step[0] == step[2]).count()).sum();
        back as f64 / steps as f64
    };
    // Four neighbours: back is one of them, by 1/p against three.
    for p in [0.01, 0.25, 1.0, 4.0, 100.0] {
        let expected = (1.0 / p) / (1.0 / p + 3.0);
        assert!((back(p) - expected).abs() < 0.01, "{p}: {} and not {expected}", back(p));
    }
}

/// At the last edge, targets are looked up among many neighbours instead of going through them all.
#[test]
fn all_paths_through_a_hub() {
    let n = 200i64;
    // 0 leads to 1 and 2, these to all others, and 3 to 4: one edge too many for paths by way of another.
    let mut edges = vec![(0, 1, 1.0), (0, 2, 2.0), (3, 4, 0.5)];
    edges.extend((3..n).flat_map(|node| [(1, node, 1.0), (2, node, 1.0)]));
    let graph = graph(&edges, n);
    let options = AllPaths { sources: vec![0], targets: vec![4, 150], depth: 2, ..AllPaths::default() };
    let found = all_paths(&graph, &options, FREE).unwrap();
    let expected: List = vec![
        (2.0, 3, vec![0, 1, 4]),
        (2.0, 3, vec![0, 1, 150]),
        (3.0, 3, vec![0, 2, 4]),
        (3.0, 3, vec![0, 2, 150]),
    ];
    assert_eq!(list(&found), expected);
    assert!(found.cut_by_depth);
    let longer = all_paths(&graph, &AllPaths { depth: 3, ..options }, FREE).unwrap();
    assert_eq!(longer.len(), 6);
    assert!(!longer.cut_by_depth && !longer.cut_by_count);
}
