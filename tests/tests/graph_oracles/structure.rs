//! Degrees, distances at most, orders, cuts, dominators, reductions.

use super::{FREE, over_all};
use stoa_graph::structure::*;
use stoa_graph::{Direction, GraphError, NONE};

#[test]
fn degrees_and_density() {
    over_all(800, |case| {
        let mut compared = case.holds_graph("density", density(&case.plain, Direction::Out))
            + case.holds_graph("density_undirected", density(&case.plain, Direction::Both));
        for (end, graph) in case.both() {
            let degrees = degree(graph, FREE).unwrap();
            let named = |name: &str| format!("{name}{end}");
            compared += case.holds_nodes(&named("degree_in"), degrees.weighted_incoming.iter().copied())
                + case.holds_nodes(&named("degree_out"), degrees.weighted_outgoing.iter().copied())
                + case.holds_nodes(&named("degree"), graph.nodes().map(|node| degrees.weighted_total(node)));
            case.holds_nodes("degree_in", degrees.incoming.iter().map(|count| f64::from(*count)));
            case.holds_nodes("degree_out", degrees.outgoing.iter().map(|count| f64::from(*count)));
            case.holds_nodes("degree", graph.nodes().map(|node| f64::from(degrees.total(node))));
        }
        compared
    });
}

#[test]
fn eccentricities_diameter_and_radius() {
    over_all(1000, |case| {
        let mut compared = 0;
        for (end, direction) in [("", Direction::Out), ("_undirected", Direction::Both)] {
            let found = eccentricity(&case.plain, direction, FREE).unwrap();
            let named = |name: &str| format!("{name}{end}");
            compared += case.holds_nodes(&named("eccentricity"), found.hops.iter().map(|n| f64::from(*n)))
                + case.holds_nodes(&named("reached"), found.reached.iter().map(|n| f64::from(*n)));
            let options = Diameter { direction, ..Diameter::default() };
            let extent = diameter(&case.plain, &options, FREE).unwrap();
            assert!(extent.exact);
            compared += case.holds_graph(&named("diameter"), f64::from(extent.diameter))
                + case.holds_graph(&named("radius"), f64::from(extent.radius))
                + case.holds_graph(&named("connected"), f64::from(u8::from(extent.connected)));
            let options = Diameter { direction, sample: Some(3), seed: 1 };
            let bounds = diameter(&case.plain, &options, FREE).unwrap();
            assert!(bounds.diameter <= extent.diameter && bounds.radius >= extent.radius, "{}", case.name);
        }
        compared
    });
}

#[test]
fn topological_orders_or_a_cycle() {
    over_all(250, |case| {
        let found = topological_sort(&case.plain, FREE);
        if !case.fails("topological_sort", "cycle") {
            let found = found.unwrap();
            let mut positions = vec![0.0; found.order.len()];
            found.order.iter().enumerate().for_each(|(at, node)| positions[*node as usize] = at as f64);
            case.holds_nodes("topological_position", positions);
            case.holds_nodes("generation", found.generation.iter().map(|n| f64::from(*n)));
            return 1;
        }
        let Err(GraphError::Cycle { nodes }) = found else { panic!("{} has a cycle", case.name) };
        let mut ends = nodes.clone();
        ends.rotate_left(1);
        for (from, to) in nodes.iter().zip(&ends) {
            let targets = case.plain.outgoing().neighbours(case.index(*from));
            assert!(targets.contains(&case.index(*to)), "{}: {nodes:?}", case.name);
        }
        assert!(matches!(transitive_reduction(&case.plain, FREE), Err(GraphError::Cycle { .. })));
        1
    });
}

#[test]
fn transitive_reductions() {
    over_all(80, |case| {
        let Ok(kept) = transitive_reduction(&case.plain, FREE) else { return 0 };
        let id = |node| case.plain.id(node);
        let edges = kept.iter().map(|edge| ((id(edge.source), id(edge.target)), 1.0));
        case.holds_edges("transitive_reduction", edges);
        1
    });
}

#[test]
fn articulation_points_and_bridges() {
    over_all(250, |case| {
        let found = articulation_points(&case.plain, FREE).unwrap();
        let expected: Vec<i64> = match case.node_values.get("articulation_point") {
            Some(expected) => expected.keys().copied().collect(),
            None => Vec::new(),
        };
        let found: Vec<i64> = found.into_iter().map(|node| case.plain.id(node)).collect();
        assert_eq!(found, expected, "{}", case.name);
        let id = |node| case.plain.id(node);
        let found = bridges(&case.plain, FREE).unwrap();
        case.holds_edges("bridge", found.iter().map(|edge| ((id(edge.source), id(edge.target)), 1.0)));
        1
    });
}

#[test]
fn immediate_dominators_and_post_dominators() {
    over_all(500, |case| {
        let mut compared = 0;
        for node in case.plain.nodes() {
            for (name, direction) in [("dominators", Direction::Out), ("post_dominators", Direction::In)] {
                let found = dominators(&case.plain, &[case.plain.id(node)], direction, FREE).unwrap();
                let named = format!("{name}:{}", case.plain.id(node));
                let others = found.immediate.iter().map(|other| (*other != NONE).then_some(*other));
                compared += case.holds_others(&named, others);
            }
        }
        compared
    });
}

#[test]
fn components() {
    over_all(500, |case| {
        let strong = strongly_connected_components(&case.plain, FREE).unwrap();
        let weak = weakly_connected_components(&case.plain, FREE).unwrap();
        case.holds_others("scc", strong.into_iter().map(Some))
            + case.holds_others("wcc", weak.into_iter().map(Some))
    });
}
