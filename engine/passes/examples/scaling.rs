//! How the time of the passes grows with one method: `cargo run --release -p stoa-passes --example scaling`.
//!
//! Each shape is one generated function of so many definitions; near-linear growth is what is promised.

use std::time::Instant;

use stoa_model::Interner;
use stoa_passes::FilePasses;
use stoa_syntax::{Language, Tree, Workspace};

fn line(shape: &str, i: usize) -> String {
    match shape {
        "variables" => format!("    v{i} = a + {i}\n"),
        "one variable" => format!("    x = x + {i}\n"),
        "choices" => format!("    if a > {i}:\n        v{0} = {i}\n    use(v{0})\n", i % 97),
        "keys" => format!("    d[\"k{i}\"] = a\n"),
        _ if i == 0 => "    try:\n        x = f(0)\n".to_owned(),
        _ => format!("        v{i} = f(v{})\n", i - 1),
    }
}

fn main() {
    let shapes = ["variables", "one variable", "choices", "keys", "calls in a try"];
    for name in shapes {
        for count in [1_000, 10_000, 100_000] {
            let mut source = "def f(a, d, x):\n".to_owned();
            (0..count).for_each(|i| source.push_str(&line(name, i)));
            if name == "calls in a try" {
                source.push_str("    except:\n        use(x)\n");
            }
            source.push_str("    return x\n");
            let Some(language) = Language::of_path("f.py") else { return };
            let (mut tree, mut names, mut passes) = (Tree::default(), Interner::new(), FilePasses::default());
            Workspace::new().lower(language, "f.py", source.as_bytes(), &mut tree, &mut names);
            let start = Instant::now();
            let shortfall = passes.run(&tree, language, &mut names);
            let took = start.elapsed().as_secs_f64() * 1e3;
            let edges = passes.data_flow.edges.len();
            println!(
                "{name:15} {count:7} definitions {took:9.1} ms {edges:9} edges {:?}",
                shortfall.reasons(&names)
            );
        }
    }
}
