//! Searches and shortest paths by their definitions, on random graphs.

use super::*;
use crate::testing::{all_distances, edge_lists, graph, weighted};
use crate::{Csr, Direction, GraphError, Index, NONE, Unlimited};
use proptest::prelude::*;

const DIRECTIONS: [Direction; 3] = [Direction::Out, Direction::In, Direction::Both];

/// How far it is from one node to another by the distances of all pairs.
fn away(least: &[Vec<f64>], direction: Direction, from: Index, to: Index) -> f64 {
    match direction {
        Direction::In => least[to as usize][from as usize],
        _ => least[from as usize][to as usize],
    }
}

proptest! {
    #[test]
    fn levels_seeds_and_parents_are_by_definition(edges in edge_lists(), which in 0..3usize, depth in prop::option::of(0..5u32)) {
        let (graph, direction) = (graph(&edges), DIRECTIONS[which]);
        let least = all_distances(&graph, direction == Direction::Both);
        let seeds: Vec<Index> = graph.nodes().step_by(7).chain([u32::MAX - 1]).collect();
        let options = Bfs { direction, max_depth: depth };
        let found = bfs(&graph, &seeds, &options, &Unlimited).unwrap();
        let listed = reachable(&graph, &seeds, direction, depth, &Unlimited).unwrap();
        for node in graph.nodes() {
            let ways = graph.nodes().step_by(7).map(|seed| (away(&least, direction, seed, node), seed));
            let nearest = ways.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let nearest = nearest.filter(|(way, _)| way.is_finite() && depth.is_none_or(|depth| *way <= f64::from(depth)));
            let level = nearest.map_or(NONE, |(way, _)| way as u32);
            prop_assert_eq!(found.levels[node as usize], level);
            let row = listed.iter().find(|reached| reached.node == node);
            prop_assert_eq!(row.map(|row| (row.seed, row.depth)), nearest.map(|(way, seed)| (seed, way as u32)));
            let before = direction.reversed().adjacency(&graph).neighbours(node).iter();
            let parent = before.copied().find(|from| level != NONE && level > 0 && found.levels[*from as usize] == level - 1);
            prop_assert_eq!(found.parents[node as usize], parent.unwrap_or(NONE));
        }
        prop_assert!(listed.is_sorted_by_key(|reached| (reached.depth, reached.node)));
    }

    #[test]
    fn a_wide_search_is_as_a_narrow_one(from in 0..400u32, hubs in 1..5i64) {
        // Enough edges at one level that nodes look for the search, not the search for nodes.
        let edges = (0..400).flat_map(|a| (0..400 / hubs).map(move |b| (a, (b * hubs + a) % 400, 1.0)));
        let graph = graph(&edges.chain((0..70).map(|at| (400 + at, 401 + at, 1.0))).chain([(7, 400, 1.0)]).collect());
        let found = bfs(&graph, &[from], &Bfs::default(), &Unlimited).unwrap();
        let listed = reachable(&graph, &[from], Direction::Out, None, &Unlimited).unwrap();
        prop_assert_eq!(listed.len(), found.levels.iter().filter(|level| **level != NONE).count());
        let compact = bfs_found(&graph, &[from], &Bfs::default(), &Unlimited).unwrap();
        prop_assert_eq!(compact.nodes.len(), listed.len());
        prop_assert!(compact.nodes.is_sorted());
        for (at, node) in compact.nodes.iter().enumerate() {
            prop_assert_eq!(found.levels[*node as usize], compact.levels[at]);
            prop_assert_eq!(found.parents[*node as usize], compact.parents[at]);
        }
        for reached in listed {
            prop_assert_eq!(found.levels[reached.node as usize], reached.depth);
            let mut before = graph.incoming().neighbours(reached.node).iter().copied();
            let parent = before.find(|from| reached.depth > 0 && found.levels[*from as usize] == reached.depth - 1);
            prop_assert_eq!(found.parents[reached.node as usize], parent.unwrap_or(NONE));
        }
    }

    #[test]
    fn distances_are_the_least(edges in edge_lists(), which in 0..3usize, zero in 0..3, unlike in any::<bool>()) {
        let edges: Vec<_> = edges.into_iter().map(|(a, b, weight)| {
            let weight = if weight as i32 <= zero { 0.0 } else { weight };
            // Weights that are too different for steps of one width.
            (a, b, if unlike && weight == 4.0 { 1e12 } else { weight })
        }).collect();
        let (graph, direction) = (weighted(&edges), DIRECTIONS[which]);
        let least = all_distances(&graph, direction == Direction::Both);
        let Some(source) = graph.nodes().next() else { return Ok(()) };
        let found = sssp(&graph, &[source], &Sssp { direction, parents: true }, &Unlimited).unwrap();
        let by_others = bellman_ford(&graph, &[source], direction, &Unlimited).unwrap();
        prop_assert_eq!(&by_others.distances, &found.distances);
        let near = sssp_found(&graph, &[source, u32::MAX - 1], direction, &Unlimited).unwrap();
        prop_assert_eq!(near, FoundDistances::of(&found));
        for node in graph.nodes() {
            prop_assert_eq!(found.distances[node as usize], away(&least, direction, source, node));
            let parents = [(&found.parents, found.distances[node as usize]), (&by_others.parents, found.distances[node as usize])];
            for (parents, distance) in parents {
                let path = path_to(parents, source, node);
                prop_assert_eq!(path.is_some(), distance.is_finite());
                let cost: f64 = path.iter().flat_map(|path| path.windows(2)).map(|step| lightest(&graph, direction, step[0], step[1])).sum();
                prop_assert!(path.is_none() || cost == distance);
            }
            let path = shortest_path(&graph, source, node, direction, &Unlimited).unwrap();
            prop_assert_eq!(path.as_ref().map(|path| path.cost), Some(found.distances[node as usize]).filter(|d| d.is_finite()));
        }
    }

    #[test]
    fn negative_weights_are_walked_or_their_cycle_named(edges in edge_lists(), shift in 1..4i32) {
        let edges = edges.into_iter().map(|(a, b, weight)| (a, b, weight - f64::from(shift))).collect();
        let graph = weighted(&edges);
        let Some(source) = graph.nodes().next() else { return Ok(()) };
        // A cycle below zero that the source reaches: distances sink for ever.
        let mut least = vec![f64::INFINITY; graph.node_count()];
        least[source as usize] = 0.0;
        let mut lower = || graph.edges().fold(false, |any, edge| {
            let way = least[edge.source as usize] + graph.weight(edge.number);
            let lowered = way < least[edge.target as usize];
            if lowered { least[edge.target as usize] = way; }
            any | lowered
        });
        let endless = (0..graph.node_count()).all(|_| lower());
        match sssp(&graph, &[source], &Sssp::default(), &Unlimited) {
            Ok(found) => {
                prop_assert!(!endless);
                prop_assert_eq!(found.distances, least);
            }
            Err(GraphError::NegativeCycle { nodes }) => {
                prop_assert!(endless);
                let index = |id: i64| graph.index_of(id).unwrap();
                let steps = nodes.iter().zip(nodes.iter().cycle().skip(1));
                let sum: f64 = steps.map(|(a, b)| lightest(&graph, Direction::Out, index(*a), index(*b))).sum();
                prop_assert!(sum < 0.0, "{nodes:?} weighs {sum}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

/// The weight of the lightest edge between two nodes.
fn lightest(graph: &Csr, direction: Direction, a: Index, b: Index) -> f64 {
    let one = |a: Index, b: Index| {
        graph
            .outgoing()
            .weighted(a)
            .filter(|(end, _)| *end == b)
            .map(|(_, w)| w)
            .fold(f64::INFINITY, f64::min)
    };
    match direction {
        Direction::Out => one(a, b),
        Direction::In => one(b, a),
        Direction::Both => one(a, b).min(one(b, a)),
    }
}

#[test]
fn a_node_and_what_is_around_it() {
    let graph = graph(&vec![(1, 2, 1.0), (2, 3, 1.0), (3, 1, 1.0), (3, 4, 1.0), (5, 1, 1.0), (1, 1, 1.0)]);
    let (around, edges) = ego_graph(&graph, 0, Direction::Out, 1, &Unlimited).unwrap();
    assert_eq!(
        around.iter().map(|reached| (graph.id(reached.node), reached.depth)).collect::<Vec<_>>(),
        [(1, 0), (2, 1)]
    );
    // 1 → 1 and 1 → 2.
    assert_eq!(edges, [0, 1]);
    let both = neighbors(&graph, 0, Direction::Both, 1, &Unlimited).unwrap();
    assert_eq!(both.iter().map(|reached| graph.id(reached.node)).collect::<Vec<_>>(), [1, 2, 3, 5]);
    let path = shortest_path(&graph, 4, 3, Direction::Out, &Unlimited).unwrap().unwrap();
    assert_eq!((path.nodes, path.cost), (vec![4, 0, 1, 2, 3], 4.0));
    assert_eq!(shortest_path(&graph, 3, 0, Direction::Out, &Unlimited).unwrap(), None);
}
