use super::*;
use std::collections::HashSet;
use stoa_graph::Csr;

fn degrees(edges: &Edges, nodes: u64) -> (Vec<usize>, Vec<usize>) {
    let (mut out, mut into) = (vec![0; nodes as usize], vec![0; nodes as usize]);
    for (src, dst) in edges.src.iter().zip(&edges.dst) {
        out[*src as usize] += 1;
        into[*dst as usize] += 1;
    }
    (out, into)
}

/// Hill's estimate of the exponent of a power law, from the greatest `of`.
fn tail(mut degrees: Vec<usize>, of: usize) -> f64 {
    degrees.sort_unstable_by(|a, b| b.cmp(a));
    let least = degrees[of] as f64;
    1.0 + of as f64 / degrees[..of].iter().map(|degree| (*degree as f64 / least).ln()).sum::<f64>()
}

#[test]
fn a_seed_is_a_graph_on_any_number_of_threads() {
    for family in Family::ALL {
        let graph = family.of_size(300_000, 7).unwrap();
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(|| collect(graph.as_ref(), Some(3)));
        let three = pool(3).install(|| collect(graph.as_ref(), Some(3)));
        assert!(one == three, "{family:?}");
        assert!(one.weight.as_ref().unwrap().iter().all(|weight| *weight > 0.0 && *weight <= 1.0));
        assert_eq!(one.weight.as_ref().unwrap().len(), one.len());
        let other = collect(family.of_size(300_000, 8).unwrap().as_ref(), None);
        assert!(one.src != other.src || one.dst != other.dst, "{family:?} does not hear the seed");
        // The weights do not change the graph.
        assert_eq!(collect(graph.as_ref(), None).dst, one.dst, "{family:?}");
    }
}

#[test]
fn sizes_are_what_was_asked_for() {
    for family in Family::ALL {
        for size in [0, 1, 50, 3_000, 200_000] {
            let graph = family.of_size(size, 1).unwrap();
            let edges = collect(graph.as_ref(), None).len() as u64;
            let told = graph.edges();
            assert!(edges.abs_diff(told) <= told / 10 + 50, "{family:?}: {edges} edges for {told}");
            if size >= 3_000 {
                let ratio = (graph.nodes() + edges) as f64 / size as f64;
                // Powers of two only.
                let within = if *family == Family::Rmat { 0.70..1.42 } else { 0.90..1.10 };
                assert!(within.contains(&ratio), "{family:?}: {ratio}");
            }
        }
    }
}

#[test]
fn parameters_that_make_no_graph_are_refused() {
    assert!(ErdosRenyi::new(10, 91, 1).is_err());
    assert!(ErdosRenyi::new(1 << 33, 1, 1).is_err());
    assert!(BarabasiAlbert::new(u64::MAX, 2, 1).is_err());
    assert!(Rmat::new(41, 16, false, 1).is_err());
    assert!(PlantedPartition::new(2, 2, 1.5, 0.0, 1).is_err());
    assert!(PlantedPartition::new(2, 2, f64::NAN, 0.0, 1).is_err());
    assert!(CallGraph::new(1 << 35, 1).is_err());
}

#[test]
fn erdos_renyi_has_different_edges_without_loops_and_can_have_all() {
    for (nodes, count) in [(0, 0), (1, 0), (2, 2), (10, 90), (300, 5_000)] {
        let edges = collect(&ErdosRenyi::new(nodes, count, 5).unwrap(), None);
        let pairs: HashSet<(i64, i64)> = edges.src.iter().copied().zip(edges.dst.iter().copied()).collect();
        assert_eq!((edges.len() as u64, pairs.len() as u64), (count, count));
        assert!(pairs.iter().all(|(src, dst)| src != dst && (0..nodes as i64).contains(dst)));
    }
    // Degrees are nearly Poisson: variance is mean.
    let edges = collect(&ErdosRenyi::new(20_000, 200_000, 5).unwrap(), None);
    let (out, into) = degrees(&edges, 20_000);
    for degrees in [out, into] {
        let variance = degrees.iter().map(|d| (*d as f64 - 10.0).powi(2)).sum::<f64>() / 20_000.0;
        assert!((9.5..10.5).contains(&variance), "{variance}");
    }
}

#[test]
fn barabasi_albert_has_a_tail_of_power_three() {
    let edges = collect(&BarabasiAlbert::new(100_000, 4, 5).unwrap(), None);
    let (out, into) = degrees(&edges, 100_000);
    assert!(out.iter().all(|degree| *degree == 4));
    assert!(edges.src.iter().zip(&edges.dst).all(|(src, dst)| dst <= src));
    let total: Vec<usize> = into.iter().map(|degree| degree + 4).collect();
    let exponent = tail(total, 2_000);
    assert!((2.8..3.2).contains(&exponent), "{exponent}");
}

#[test]
fn rmat_falls_into_quarters_as_graph500_says() {
    let (scale, edge_factor) = (14, 16);
    let edges = collect(&Rmat::new(scale, edge_factor, false, 5).unwrap(), None);
    assert_eq!(edges.len(), 16 << 14);
    let half = 1 << (scale - 1);
    let mut quarters = [0.0; 4];
    for (src, dst) in edges.src.iter().zip(&edges.dst) {
        quarters[usize::from(*src >= half) * 2 + usize::from(*dst >= half)] += 1.0 / edges.len() as f64;
    }
    for (found, expected) in quarters.iter().zip([0.57, 0.19, 0.19, 0.05]) {
        assert!((found - expected).abs() < 0.005, "{quarters:?}");
    }
    // Permuted it is the same graph with other names.
    let permuted = collect(&Rmat::new(scale, edge_factor, true, 5).unwrap(), None);
    let sorted = |edges: &Edges| {
        let mut out = degrees(edges, 1 << scale).0;
        out.sort_unstable();
        out
    };
    assert_eq!(sorted(&edges), sorted(&permuted));
    assert_ne!(edges.src, permuted.src);
}

#[test]
fn planted_partition_has_its_degrees_and_its_modularity() {
    let (groups, size) = (50, 100);
    let graph = PlantedPartition::of_degrees(groups, size, 12.0, 4.0, 5).unwrap();
    let edges = collect(&graph, None);
    assert!(edges.src.iter().zip(&edges.dst).all(|(src, dst)| src < dst));
    let pairs: HashSet<(i64, i64)> = edges.src.iter().copied().zip(edges.dst.iter().copied()).collect();
    assert_eq!(pairs.len(), edges.len());
    // 40,000 edges are expected, and five standard deviations are 1,000.
    assert!((39_000..41_000).contains(&edges.len()), "{}", edges.len());

    // Newman and Girvan's modularity of the groups that were planted.
    let all = edges.len() as f64;
    let (mut inside, mut degree) = (0.0, vec![0.0; groups as usize]);
    for (src, dst) in edges.src.iter().zip(&edges.dst) {
        let (a, b) = (graph.group(*src as u64), graph.group(*dst as u64));
        inside += f64::from(u8::from(a == b)) / all;
        degree[a as usize] += 0.5 / all;
        degree[b as usize] += 0.5 / all;
    }
    let modularity = inside - degree.iter().map(|degree| degree * degree).sum::<f64>();
    // 12 / 16 of the edges within, less what chance puts there.
    assert!((0.71..0.75).contains(&modularity), "{modularity}");

    let all_pairs = collect(&PlantedPartition::new(3, 5, 1.0, 1.0, 1).unwrap(), None);
    assert_eq!(all_pairs.len(), 15 * 14 / 2);
    let none = collect(&PlantedPartition::new(3, 5, 0.0, 0.0, 1).unwrap(), None);
    assert!(none.is_empty());
}

/// The bounds are those of the five trees that were measured, and a little beyond.
#[test]
fn call_graphs_look_like_those_of_source_trees() {
    for (methods, seed) in [(15_000, 1), (15_000, 2), (60_000, 3)] {
        let shape = shape::of_generated(methods, seed).unwrap();
        let within = |value: f64, low: f64, high: f64, what: &str| {
            assert!((low..=high).contains(&value), "{what}: {value}\n{}", shape.table());
        };
        within(shape.methods as f64, methods as f64, methods as f64, "methods");
        within(shape.calls as f64 / methods as f64, 1.6, 3.2, "calls of a method");
        within(shape.callees.zero, 0.29, 0.53, "methods that call nothing");
        within(shape.callers.zero, 0.43, 0.67, "methods without a caller");
        within(shape.callers.tail, 2.0, 3.2, "tail of callers");
        within(shape.callers.greatest as f64 / shape.calls as f64, 0.006, 0.07, "share of the most called");
        within(shape.same_file, 0.16, 0.42, "calls in the same file");
        within(shape.same_folder, 0.07, 0.46, "calls in the same folder");
        within(shape.recursive, 0.0002, 0.0065, "calls of the method itself");
        within(shape.in_cycles, 0.001, 0.06, "methods in cycles");
        within(shape.depth.greatest as f64, 20.0, 45.0, "depth");
        within(shape.depth.quantiles[4] as f64, 6.0, 17.0, "nine in ten have less depth");
        within(shape.alone, 0.13, 0.33, "methods alone");
    }
}

#[test]
fn ids_of_call_graphs_are_those_of_stores() {
    let graph = CallGraph::new(5_000, 1).unwrap();
    let ids: Vec<i64> = graph.ids().collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    let of_file: Vec<i64> = ids.iter().map(|id| id >> 32).collect();
    assert_eq!((of_file[0], *of_file.last().unwrap()), (1, graph.files() as i64));
    assert!(ids.iter().all(|id| (1..1 << 20).contains(&(id & 0xffff_ffff))));
    let known: HashSet<i64> = ids.into_iter().collect();
    let edges = collect(&graph, None);
    assert!(edges.src.iter().chain(&edges.dst).all(|id| known.contains(id)));
    assert!(CallGraph::new(0, 1).unwrap().blocks() == 0);
}

#[test]
fn what_is_written_is_what_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let graph = BarabasiAlbert::new(40_000, 4, 2).unwrap();
    assert_eq!(write(&graph, Some(9), &path).unwrap(), 160_000);
    let file = std::fs::File::open(&path).unwrap();
    let reader = ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.schema().fields(), schema(true).fields());
    let batches: Vec<_> = reader.build().unwrap().collect::<Result<_, _>>().unwrap();
    let read = arrow::compute::concat_batches(&schema(true), &batches).unwrap();
    assert_eq!(read, collect(&graph, Some(9)).batch().unwrap());
    let again = folder.path().join("y.parquet");
    write(&graph, Some(9), &again).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(again).unwrap());

    let nowhere = folder.path().join("no/such/folder.parquet");
    let error = write(&graph, None, &nowhere).unwrap_err().to_string();
    assert!(error.contains("folder.parquet"), "{error}");
    // An empty graph is a file with no rows.
    assert_eq!(write(&CallGraph::new(0, 1).unwrap(), None, &path).unwrap(), 0);
}

#[test]
fn a_graph_of_these_edges_is_one() {
    let edges = collect(&Rmat::new(8, 16, true, 1).unwrap(), Some(1));
    let graph = Csr::from_edges(&edges.src, &edges.dst, edges.weight.as_deref()).unwrap();
    assert_eq!(graph.edge_count(), 4096);
}
