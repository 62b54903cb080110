//! Orders, cuts and dominators by their definitions, on random graphs.

use super::*;
use crate::{Csr, Direction, GraphError, Index, NONE, Unlimited};
use proptest::prelude::*;

const FREE: &Unlimited = &Unlimited;

/// Edges between nodes 0..n, all of which are in the graph.
fn graphs() -> impl Strategy<Value = (Vec<(i64, i64)>, i64)> {
    (1..14i64).prop_flat_map(|n| (prop::collection::vec((0..n, 0..n), 0..40), Just(n)))
}

fn graph(edges: &[(i64, i64)], n: i64) -> Csr {
    let (src, dst): (Vec<i64>, Vec<i64>) = edges.iter().copied().unzip();
    let nodes: Vec<i64> = (0..n).collect();
    Csr::new(&[crate::EdgeColumns { src: &src, dst: &dst, weights: None }], &nodes).unwrap()
}

/// Without cycles: every edge goes from the smaller to the larger place in an order that `turn` chooses.
fn acyclic(edges: &[(i64, i64)], n: i64, turn: i64) -> Csr {
    let place = |node: i64| (node * 7 + turn) % 13;
    let forward: Vec<(i64, i64)> = edges
        .iter()
        .filter(|(a, b)| place(*a) != place(*b))
        .map(|(a, b)| if place(*a) < place(*b) { (*a, *b) } else { (*b, *a) })
        .collect();
    graph(&forward, n)
}

/// The nodes that `start` reaches by edges that are `open`.
fn reached(
    graph: &Csr,
    start: Index,
    direction: Direction,
    open: impl Fn(Index, Index) -> bool,
) -> Vec<bool> {
    let mut reached = vec![false; graph.node_count()];
    reached[start as usize] = true;
    let mut stack = vec![start];
    while let Some(node) = stack.pop() {
        for other in direction.adjacency(graph).neighbours(node) {
            if open(node, *other) && !std::mem::replace(&mut reached[*other as usize], true) {
                stack.push(*other);
            }
        }
    }
    reached
}

fn components(graph: &Csr, without: Option<Index>) -> usize {
    let mut seen = vec![false; graph.node_count()];
    let mut count = 0;
    for node in graph.nodes().filter(|node| Some(*node) != without) {
        if !seen[node as usize] {
            count += 1;
            let found = reached(graph, node, Direction::Both, |_, other| Some(other) != without);
            found.iter().enumerate().for_each(|(at, found)| seen[at] |= found);
        }
    }
    count
}

proptest! {
    #[test]
    fn an_order_respects_every_edge_or_there_is_a_cycle((edges, n) in graphs()) {
        let graph = graph(&edges, n);
        match topological_sort(&graph, FREE) {
            Ok(found) => {
                let positions = found.positions();
                for edge in graph.edges() {
                    prop_assert!(positions[edge.source as usize] < positions[edge.target as usize]);
                    prop_assert!(found.generation[edge.source as usize] < found.generation[edge.target as usize]);
                }
                let mut order = found.order;
                order.sort_unstable();
                prop_assert!(order.iter().copied().eq(graph.nodes()));
            }
            Err(GraphError::Cycle { nodes }) => {
                for (at, id) in nodes.iter().enumerate() {
                    let next = nodes[(at + 1) % nodes.len()];
                    prop_assert!(edges.contains(&(*id, next)), "{nodes:?}");
                }
                let mut once = nodes.clone();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), nodes.len());
                prop_assert_eq!(nodes.iter().min(), nodes.first());
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn acyclic_graphs_have_an_order((edges, n) in graphs(), turn in 0..13i64) {
        prop_assert!(topological_sort(&acyclic(&edges, n, turn), FREE).is_ok());
    }

    #[test]
    fn without_a_dominator_there_is_no_way((edges, n) in graphs(), second in 0..14i64, inward: bool) {
        let graph = graph(&edges, n);
        let direction = if inward { Direction::In } else { Direction::Out };
        let mut entries = vec![0i64];
        entries.extend((second < n).then_some(second));
        let found = dominators(&graph, &entries, direction, FREE).unwrap();
        let reaches = |without: Option<Index>| -> Vec<bool> {
            let mut all = vec![false; graph.node_count()];
            for entry in entries.iter().map(|id| *id as Index).filter(|entry| Some(*entry) != without) {
                let found = reached(&graph, entry, direction, |_, other| Some(other) != without);
                all.iter_mut().zip(found).for_each(|(all, found)| *all |= found);
            }
            all
        };
        let all = reaches(None);
        for node in graph.nodes() {
            let at = node as usize;
            prop_assert_eq!(all[at], found.depth[at] != NONE);
            // By definition: who strictly dominates the node. The tree above it must be just these.
            let mut strict: Vec<Index> =
                graph.nodes().filter(|other| *other != node && all[at] && !reaches(Some(*other))[at]).collect();
            let mut above = Vec::new();
            let mut next = found.immediate[at];
            while next != NONE {
                above.push(next);
                next = found.immediate[next as usize];
            }
            if all[at] {
                prop_assert_eq!(above.len() as u32, found.depth[at]);
            }
            above.sort_unstable();
            strict.sort_unstable();
            prop_assert_eq!(above, strict);
        }
    }

    #[test]
    fn a_graph_falls_apart_without_its_cuts((edges, n) in graphs()) {
        let graph = graph(&edges, n);
        let whole = components(&graph, None);
        let points = articulation_points(&graph, FREE).unwrap();
        for node in graph.nodes() {
            // A node that stands alone takes its component along.
            let falls = components(&graph, Some(node)) > whole;
            prop_assert_eq!(points.contains(&node), falls, "{}", node);
        }
        let bridges = bridges(&graph, FREE).unwrap();
        for (number, edge) in graph.edges().enumerate() {
            let mut rest: Vec<(i64, i64)> =
                graph.edges().map(|edge| (graph.id(edge.source), graph.id(edge.target))).collect();
            rest.remove(number);
            let falls = components(&self::graph(&rest, n), None) > whole;
            prop_assert_eq!(bridges.contains(&edge), falls, "{:?}", edge);
        }
    }

    #[test]
    fn a_reduction_reaches_as_far_and_no_edge_is_idle((edges, n) in graphs(), turn in 0..13i64) {
        let graph = acyclic(&edges, n, turn);
        let kept = transitive_reduction(&graph, FREE).unwrap();
        let kept: Vec<(i64, i64)> = kept.iter().map(|e| (graph.id(e.source), graph.id(e.target))).collect();
        let reduced = self::graph(&kept, n);
        for node in graph.nodes() {
            let far = |graph: &Csr| reached(graph, node, Direction::Out, |_, _| true);
            prop_assert_eq!(far(&graph), far(&reduced));
        }
        for edge in reduced.edges() {
            let around = reached(&reduced, edge.source, Direction::Out, |a, b| (a, b) != (edge.source, edge.target));
            prop_assert!(!around[edge.target as usize]);
        }
    }

    #[test]
    fn eccentricities_are_those_of_searches((edges, n) in graphs(), which in 0..3usize) {
        let graph = graph(&edges, n);
        let direction = [Direction::Out, Direction::In, Direction::Both][which];
        let found = eccentricity(&graph, direction, FREE).unwrap();
        for node in graph.nodes() {
            let mut far = 0;
            // One more step until nothing more is reached.
            let mut near = vec![false; graph.node_count()];
            near[node as usize] = true;
            loop {
                let before = near.clone();
                for at in graph.nodes().filter(|at| before[*at as usize]) {
                    direction.adjacency(&graph).neighbours(at).iter().for_each(|o| near[*o as usize] = true);
                }
                if near == before {
                    break;
                }
                far += 1;
            }
            prop_assert_eq!(found.hops[node as usize], far);
            prop_assert_eq!(found.reached[node as usize] as usize, near.iter().filter(|near| **near).count());
        }
        let extent = diameter(&graph, &Diameter { direction, ..Diameter::default() }, FREE).unwrap();
        prop_assert_eq!(Some(&extent.diameter), found.hops.iter().max());
        prop_assert_eq!(Some(&extent.radius), found.hops.iter().min());
        prop_assert_eq!(extent.connected, found.reached.iter().all(|reached| i64::from(*reached) == n));
    }
}

/// More nodes than one batch, and more searches than patience: a ring, where no bound helps.
#[test]
fn the_diameter_of_a_long_ring() {
    for n in [300i64, 301, 1000] {
        let edges: Vec<(i64, i64)> = (0..n).map(|i| (i, (i + 1) % n)).collect();
        let graph = graph(&edges, n);
        for (direction, far) in [(Direction::Both, n / 2), (Direction::Out, n - 1)] {
            let extent = diameter(&graph, &Diameter { direction, ..Diameter::default() }, FREE).unwrap();
            let far = far as u32;
            assert_eq!(extent, Extent { diameter: far, radius: far, exact: true, connected: true });
            let found = eccentricity(&graph, direction, FREE).unwrap();
            assert!(found.hops.iter().all(|hops| *hops == far));
        }
    }
}

/// Graphs too large for the first bounds to settle: trees, and trees with chords, side by side.
#[test]
fn the_diameter_of_large_graphs() {
    let mut random = crate::random::Random::new(7);
    for chords in [0, 3, 40, 400] {
        let n = 900i64;
        let mut edges: Vec<(i64, i64)> = (1..n)
            .filter(|node| *node != 700)
            .map(|node| {
                let first = if node > 700 { 700 } else { 0 };
                // Long and thin: the parent is one of the last few nodes.
                (node, (node - 1 - random.below(6) as i64).max(first))
            })
            .collect();
        edges.extend((0..chords).map(|_| (random.below(700) as i64, random.below(700) as i64)));
        let graph = graph(&edges, n);
        let all = eccentricity(&graph, Direction::Both, FREE).unwrap().hops;
        let options = Diameter { direction: Direction::Both, ..Diameter::default() };
        let extent = diameter(&graph, &options, FREE).unwrap();
        assert_eq!(Some(&extent.diameter), all.iter().max());
        assert_eq!(Some(&extent.radius), all.iter().min());
    }
}

/// As deep as trees of code never are: nothing here recurses.
#[test]
fn a_long_path_is_no_deep_recursion() {
    let n = 200_000i64;
    let edges: Vec<(i64, i64)> = (0..n - 1).map(|i| (i, i + 1)).collect();
    let graph = graph(&edges, n);
    assert_eq!(articulation_points(&graph, FREE).unwrap().len() as i64, n - 2);
    assert_eq!(bridges(&graph, FREE).unwrap().len() as i64, n - 1);
    let found = dominators(&graph, &[0], Direction::Out, FREE).unwrap();
    assert_eq!(i64::from(found.depth[n as usize - 1]), n - 1);
    assert_eq!(transitive_reduction(&graph, FREE).unwrap().len() as i64, n - 1);
    assert_eq!(topological_sort(&graph, FREE).unwrap().generation[n as usize - 1] as i64, n - 1);
}
