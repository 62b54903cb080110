//! Dominance and control dependence: figures of the papers, and the definitions on random graphs.

use std::collections::BTreeSet;

use proptest::prelude::*;
use stoa_model::{EdgeKind, EdgeLabel};
use stoa_passes::cfg::{CfgEdge, FlowGraph, MethodFlow};
use stoa_passes::dependence::Dependence;
use stoa_passes::dominance::Dominance;

/// The results for a graph whose nodes are numbers: 0 is where it begins, `count - 1` where it ends.
struct Solved {
    graph: FlowGraph,
    /// (dominator, dominated)
    dominate: BTreeSet<(u32, u32)>,
    post_dominate: BTreeSet<(u32, u32)>,
    dependent: BTreeSet<(u32, u32)>,
    virtual_exits: Vec<u32>,
}

fn solve(count: u32, edges: &[(u32, u32)]) -> Solved {
    let cfg: Vec<CfgEdge> = edges
        .iter()
        .enumerate()
        .map(|(place, &(src, dst))| CfgEdge { src, dst, label: [None, Some(EdgeLabel::True)][place % 2] })
        .collect();
    let flow = MethodFlow { method: 0, exit: count - 1, edges: 0..cfg.len() };
    let (mut graph, mut trees) = (FlowGraph::default(), Dominance::default());
    graph.build(count, &flow, &cfg);
    trees.run(&graph);
    let (mut dominate, mut post_dominate) = (BTreeSet::new(), BTreeSet::new());
    trees.edges(&graph, |kind, src, dst| {
        let set = if kind == EdgeKind::Dominate { &mut dominate } else { &mut post_dominate };
        assert!(set.insert((src, dst)), "{src} → {dst} twice");
    });
    let mut found = Vec::new();
    assert!(Dependence::default().run(&graph, &trees, &mut found));
    let dependent = found.iter().map(|d| (d.src, d.dst)).collect();
    let virtual_exits = trees.virtual_exits.iter().map(|b| graph.tail(*b)).collect();
    Solved { graph, dominate, post_dominate, dependent, virtual_exits }
}

/// What `from` reaches without passing `without`.
fn reached(edges: &[(u32, u32)], from: u32, without: Option<u32>) -> BTreeSet<u32> {
    let mut seen = BTreeSet::new();
    let mut work = vec![from];
    while let Some(at) = work.pop() {
        if Some(at) != without && seen.insert(at) {
            work.extend(edges.iter().filter(|e| e.0 == at).map(|e| e.1));
        }
    }
    seen
}

/// Pairs (a, b), a ≠ b: each way from the root to b passes a.
fn dominators(nodes: &BTreeSet<u32>, edges: &[(u32, u32)], root: u32) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for &a in nodes {
        let others = reached(edges, root, Some(a));
        pairs.extend(nodes.iter().filter(|b| **b != a && !others.contains(b)).map(|b| (a, *b)));
    }
    pairs
}

/// The pairs that a tree of immediate ones implies.
fn closure(tree: &BTreeSet<(u32, u32)>) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for &(_, node) in tree {
        let mut at = node;
        while let Some(&(above, _)) = tree.iter().find(|e| e.1 == at) {
            assert!(pairs.insert((above, node)), "a circle at {above}");
            at = above;
        }
    }
    pairs
}

fn check(count: u32, edges: &[(u32, u32)]) {
    let solved = solve(count, edges);
    let exit = count - 1;
    let live = reached(edges, 0, None);
    let nodes: BTreeSet<u32> = solved.graph.nodes.iter().copied().collect();
    let mut expected = live.clone();
    expected.insert(exit);
    assert_eq!(nodes, expected, "a node is reached, or not in the graph");
    assert_eq!(closure(&solved.dominate), dominators(&live, edges, 0));

    let mut backwards: Vec<(u32, u32)> =
        edges.iter().filter(|e| live.contains(&e.0)).map(|e| (e.1, e.0)).collect();
    for &left in &solved.virtual_exits {
        assert!(!reached(edges, left, None).contains(&exit), "{left} reaches the end by itself");
        backwards.push((exit, left));
    }
    let post = dominators(&nodes, &backwards, exit);
    assert_eq!(closure(&solved.post_dominate), post);
    assert!(reached(&backwards, exit, None).is_superset(&nodes), "each node has a way to the end");

    let mut dependent = BTreeSet::new();
    for &x in &live {
        let succs: Vec<u32> = edges.iter().filter(|e| e.0 == x).map(|e| e.1).collect();
        for &y in &nodes {
            let follows = succs.iter().any(|s| *s == y || post.contains(&(y, *s)));
            if succs.len() > 1 && follows && !post.contains(&(y, x)) {
                dependent.insert((x, y));
            }
        }
    }
    assert_eq!(solved.dependent, dependent);
}

/// K. Cooper, T. Harvey, K. Kennedy, *A simple, fast dominance algorithm*, figure 2: an irreducible graph, in which
/// node 5 (here 0) dominates all others at once.
#[test]
fn cooper_harvey_kennedy_figure_2() {
    let edges = [(0, 4), (0, 3), (4, 1), (3, 2), (1, 2), (2, 1), (1, 5)];
    let solved = solve(6, &edges);
    let expected = BTreeSet::from([(0, 4), (0, 3), (0, 2), (0, 1), (1, 5)]);
    assert_eq!(solved.dominate, expected);
    check(6, &edges);
}

/// The same paper, figure 4: 6 → 5, 4; 5 → 1; 4 → 2, 3; 1 ⇄ 2 ⇄ 3. (6 is 0 here, and 3 leads to the end, 7.)
#[test]
fn cooper_harvey_kennedy_figure_4() {
    let edges = [(0, 5), (0, 4), (5, 1), (4, 2), (4, 3), (1, 2), (2, 1), (2, 3), (3, 2), (3, 7)];
    let solved = solve(8, &edges);
    let expected = BTreeSet::from([(0, 5), (0, 4), (0, 1), (0, 2), (0, 3), (3, 7)]);
    assert_eq!(solved.dominate, expected);
    check(8, &edges);
}

/// T. Lengauer, R. Tarjan, *A fast algorithm for finding dominators in a flowgraph*, figure 1, with its dominator tree
/// (figure 2). R is 0, A to L are 1 to 12; the end, 13, is behind K and I.
#[test]
fn lengauer_tarjan_figure_1() {
    let text = "RA RB RC AD BA BD BE CF CG DL EH FI GI GJ HE HK IK JI KI KR LH";
    let number = |c: u8| if c == b'R' { 0 } else { u32::from(c - b'A') + 1 };
    let edges: Vec<(u32, u32)> = text
        .split(' ')
        .map(|e| (number(e.as_bytes()[0]), number(e.as_bytes()[1])))
        .chain([(9, 13)])
        .collect();
    let solved = solve(14, &edges);
    let tree = "RA RB RC RD RE RH RI RK CF CG DL GJ";
    let mut expected: BTreeSet<(u32, u32)> =
        tree.split(' ').map(|e| (number(e.as_bytes()[0]), number(e.as_bytes()[1]))).collect();
    expected.insert((9, 13));
    assert_eq!(solved.dominate, expected);
    check(14, &edges);
}

/// A loop around a choice, as in J. Ferrante, K. Ottenstein, J. Warren, *The program dependence graph and its use in
/// optimization*, section 3: what is in the loop depends on its condition, which depends on itself; the branches depend
/// on the choice alone; what stands behind it does not.
#[test]
fn ferrante_ottenstein_warren() {
    // 0 begin, 1 while, 2 if, 3 then, 4 else, 5 behind the choice, 6 behind the loop, 7 end
    let edges = [(0, 1), (1, 2), (2, 3), (2, 4), (3, 5), (4, 5), (5, 1), (1, 6), (6, 7)];
    let expected = BTreeSet::from([(1, 1), (1, 2), (1, 5), (2, 3), (2, 4)]);
    assert_eq!(solve(8, &edges).dependent, expected);
    check(8, &edges);
}

/// An endless loop is taken to be left at its end.
#[test]
fn endless_loop() {
    let edges = [(0, 1), (1, 2), (2, 3), (3, 1)];
    let solved = solve(5, &edges);
    assert_eq!(solved.virtual_exits, [3]);
    assert_eq!(solved.post_dominate, BTreeSet::from([(1, 0), (2, 1), (3, 2), (4, 3)]));
    assert_eq!(solved.dependent, BTreeSet::new());
    check(5, &edges);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn trees_equal_their_definitions(
        count in 3u32..14,
        edges in prop::collection::btree_set((0u32..14, 1u32..14), 1..40),
    ) {
        let edges: Vec<(u32, u32)> = edges
            .into_iter()
            .filter(|(src, dst)| *src < count - 1 && *dst < count)
            .collect();
        check(count, &edges);
    }
}
