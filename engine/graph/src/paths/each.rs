//! Searches from many sources, each by itself: what every one of them reaches.
//!
//! Searches that reach few nodes go side by side, some sources on each thread. One that turns out to reach many is left until
//! the others are done: it takes as much memory as the graph has nodes, and all threads, so these go one after the other.

use rayon::prelude::*;

use super::bfs::{Bfs, bfs};
use super::found::{Found, Narrow};
use super::near::{FoundDistances, Near, Weighted};
use crate::{Control, Csr, Direction, Index, Result, Reused};

/// What each of several sources reaches: rows in the order of the sources, those of a source in the order of the nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromEach<F> {
    /// The source of each row.
    pub sources: Vec<Index>,
    /// The rows.
    pub found: F,
}

/// [`bfs_found`] from each of the sources by itself. Sources that are not in the graph are left out, and each is there once.
///
/// Time that of the searches, shared out among the threads as long as they stay narrow; memory that of one search a thread, and
/// 16 bytes a row.
///
/// [`bfs_found`]: super::bfs_found
pub fn bfs_from_each(
    graph: &Csr,
    sources: &[Index],
    options: &Bfs,
    control: &dyn Control,
) -> Result<FromEach<Found>> {
    let along = options.direction.adjacency(graph);
    let searches = Searches {
        room: || Narrow::new(graph.node_count()),
        room_bytes: graph.node_count() / 2,
        near: |room: &mut Narrow, source, control: &dyn Control| {
            room.search(along, &[source], options.max_depth, control)
        },
        far: |source, control: &dyn Control| Ok(Found::of(&bfs(graph, &[source], options, control)?)),
    };
    searches.run(graph, sources, control)
}

/// [`sssp_found`] from each of the sources by itself. Sources that are not in the graph are left out, and each is there once.
///
/// Time that of the searches, shared out among the threads as long as they stay near; memory that of one search a thread, and
/// 20 bytes a row. Fails with [`GraphError::NegativeCycle`].
///
/// [`sssp_found`]: super::sssp_found
/// [`GraphError::NegativeCycle`]: crate::GraphError::NegativeCycle
pub fn sssp_from_each(
    graph: &Csr,
    sources: &[Index],
    direction: Direction,
    control: &dyn Control,
) -> Result<FromEach<FoundDistances>> {
    if !graph.is_weighted() {
        let each = bfs_from_each(graph, sources, &Bfs { direction, max_depth: None }, control)?;
        return Ok(FromEach { sources: each.sources, found: each.found.into() });
    }
    let weighted = Weighted::new(graph, direction);
    let searches = Searches {
        room: Near::default,
        room_bytes: weighted.near_bytes(),
        near: |room: &mut Near, source, control: &dyn Control| weighted.near(room, &[source], control),
        far: |source, control: &dyn Control| weighted.far(&[source], control),
    };
    searches.run(graph, sources, control)
}

/// Rows of an answer, in columns.
pub trait Rows: Default + Send {
    /// The memory of a row, in bytes.
    const BYTES: usize;

    fn count(&self) -> usize;

    /// Puts further rows behind these.
    fn append(&mut self, behind: Self);
}

/// Into how many parts the sources are cut at most, whatever the number of threads.
const PARTS: usize = 64;

/// How to search from one source.
struct Searches<Room, Near, Far> {
    /// Makes room for searches that stay near, one after the other.
    room: Room,
    room_bytes: usize,
    /// What a source reaches; nothing if that is not near.
    near: Near,
    /// What a source reaches, however far away.
    far: Far,
}

/// What became of a source that was searched from.
enum Outcome<F> {
    /// It and others before it reach nothing that is far.
    Near(FromEach<F>),
    Far(Index),
}

impl<S, F, Room, Near, Far> Searches<Room, Near, Far>
where
    F: Rows,
    Room: Fn() -> S + Sync,
    Near: Fn(&mut S, Index, &dyn Control) -> Result<Option<F>> + Sync,
    Far: Fn(Index, &dyn Control) -> Result<F> + Sync,
{
    fn run(&self, graph: &Csr, sources: &[Index], control: &dyn Control) -> Result<FromEach<F>> {
        let mut sources: Vec<Index> =
            sources.iter().copied().filter(|source| graph.nodes().contains(source)).collect();
        sources.sort_unstable();
        sources.dedup();
        control.reserve(self.room_bytes * rayon::current_num_threads())?;
        let parts: Vec<Vec<Outcome<F>>> = sources
            .par_chunks(sources.len().div_ceil(PARTS).max(1))
            .map_init(&self.room, |room, sources| self.part(room, sources, control))
            .collect::<Result<_>>()?;
        let mut all = FromEach::default();
        let far = Reused::new(control);
        for outcome in parts.into_iter().flatten() {
            match outcome {
                Outcome::Near(rows) => all.append(rows),
                Outcome::Far(source) => {
                    far.again();
                    all.add(source, (self.far)(source, &far)?, control)?;
                }
            }
        }
        Ok(all)
    }

    fn part(&self, room: &mut S, sources: &[Index], control: &dyn Control) -> Result<Vec<Outcome<F>>> {
        let mut outcomes = Vec::new();
        let mut rows = FromEach::default();
        let near = Reused::new(control);
        for source in sources {
            control.check()?;
            near.again();
            match (self.near)(room, *source, &near)? {
                Some(found) => rows.add(*source, found, control)?,
                None => {
                    outcomes.push(Outcome::Near(std::mem::take(&mut rows)));
                    outcomes.push(Outcome::Far(*source));
                }
            }
        }
        outcomes.push(Outcome::Near(rows));
        Ok(outcomes)
    }
}

impl<F: Rows> FromEach<F> {
    /// Puts what a source reaches behind the rows of those before it.
    fn add(&mut self, source: Index, found: F, control: &dyn Control) -> Result<()> {
        let count = found.count();
        control.reserve(count * (size_of::<Index>() + F::BYTES))?;
        self.sources.resize(self.sources.len() + count, source);
        self.found.append(found);
        Ok(())
    }

    fn append(&mut self, behind: FromEach<F>) {
        self.sources.extend(behind.sources);
        self.found.append(behind.found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::{bfs_found, sssp_found};
    use crate::testing::{Cancelled, edge_lists, graph, weighted};
    use crate::{GraphError, Unlimited};
    use proptest::prelude::*;

    const DIRECTIONS: [Direction; 3] = [Direction::Out, Direction::In, Direction::Both];

    /// The sources that are in a graph, ascending, each once.
    fn known(graph: &Csr, sources: &[Index]) -> Vec<Index> {
        graph.nodes().filter(|node| sources.contains(node)).collect()
    }

    /// The rows of one search after the other.
    fn in_turn<F: Rows>(sources: &[Index], search: impl Fn(Index) -> Result<F>) -> FromEach<F> {
        let mut all = FromEach::default();
        for source in sources {
            all.add(*source, search(*source).unwrap(), &Unlimited).unwrap();
        }
        all
    }

    proptest! {
        #[test]
        fn each_source_reaches_what_it_reaches_alone(edges in edge_lists(), sources in prop::collection::vec(0..99u32, 0..99), depth in prop::option::of(0..4u32), which in 0..3usize) {
            let (graph, direction) = (graph(&edges), DIRECTIONS[which]);
            let options = Bfs { direction, max_depth: depth };
            let expected = in_turn(&known(&graph, &sources), |source| bfs_found(&graph, &[source], &options, &Unlimited));
            prop_assert_eq!(bfs_from_each(&graph, &sources, &options, &Unlimited).unwrap(), expected);
            let expected = in_turn(&known(&graph, &sources), |source| sssp_found(&graph, &[source], direction, &Unlimited));
            prop_assert_eq!(sssp_from_each(&graph, &sources, direction, &Unlimited).unwrap(), expected);
        }

        #[test]
        fn each_source_is_as_far_away_as_it_is_alone(edges in edge_lists(), sources in prop::collection::vec(0..99u32, 0..99), less in 0..4i32, negative in any::<bool>(), which in 0..3usize) {
            // Edges to greater nodes alone make no cycle; in both directions each edge is one.
            let (least, direction) = if negative { (-4.0, DIRECTIONS[which % 2]) } else { (0.0, DIRECTIONS[which]) };
            let kept = edges.into_iter().filter(|edge| !negative || edge.0 < edge.1);
            let graph = weighted(&kept.map(|(a, b, weight)| (a, b, (weight - f64::from(less)).max(least))).collect());
            let expected = in_turn(&known(&graph, &sources), |source| sssp_found(&graph, &[source], direction, &Unlimited));
            prop_assert_eq!(sssp_from_each(&graph, &sources, direction, &Unlimited).unwrap(), expected);
        }
    }

    /// A ring that all sources but the last reach, with chords so that searches are wide and go far.
    #[test]
    fn searches_that_reach_all_stand_between_those_that_reach_few() {
        let ring = (0..3000)
            .flat_map(|node| (1..8).map(move |by| (node, (node + by * by) % 3000, f64::from(by as i32))));
        let graph = weighted(
            &ring.chain((3000..3020).map(|node| (node, 3000, 1.0))).chain([(3007, 5, 2.0)]).collect(),
        );
        let sources: Vec<Index> = (2995..3021).rev().collect();
        let alone = in_turn(&known(&graph, &sources), |source| {
            sssp_found(&graph, &[source], Direction::Out, &Unlimited)
        });
        let each = sssp_from_each(&graph, &sources, Direction::Out, &Unlimited).unwrap();
        assert!(each.found.nodes.len() > 6 * 3000);
        assert_eq!(each, alone);
        let expected = in_turn(&known(&graph, &sources), |source| {
            bfs_found(&graph, &[source], &Bfs::default(), &Unlimited)
        });
        assert_eq!(bfs_from_each(&graph, &sources, &Bfs::default(), &Unlimited).unwrap(), expected);
        assert!(matches!(
            sssp_from_each(&graph, &sources, Direction::Out, &Cancelled),
            Err(GraphError::Cancelled)
        ));
        assert!(matches!(
            bfs_from_each(&graph, &sources, &Bfs::default(), &Cancelled),
            Err(GraphError::Cancelled)
        ));
    }
}
