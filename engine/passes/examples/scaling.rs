//! How the time of the passes grows with one method: `cargo run --release -p stoa-passes --example scaling`.
//!
//! Each shape is one generated function of so many definitions; near-linear growth is what is promised.

use std::fmt::Write;
use std::time::Instant;

use stoa_model::Interner;
use stoa_passes::FilePasses;
use stoa_syntax::{Language, Tree, Workspace};

fn main() {
    let shapes: [(&str, fn(&mut String, usize)); 5] = [
        ("variables", |out, i| writeln!(out, "    v{i} = a + {i}").unwrap()),
        ("one variable", |out, i| writeln!(out, "    x = x + {i}").unwrap()),
        ("choices", |out, i| {
            writeln!(out, "    if a > {i}:\n        v{} = {i}\n    use(v{})", i % 97, i % 97).unwrap()
        }),
        ("keys", |out, i| writeln!(out, "    d[\"k{i}\"] = a").unwrap()),
        ("calls in a try", |out, i| match i {
            0 => out.push_str("    try:\n        x = f(0)\n"),
            _ => writeln!(out, "        v{i} = f(v{})", i - 1).unwrap(),
        }),
    ];
    for (name, line) in shapes {
        for count in [1_000, 10_000, 100_000] {
            let mut source = "def f(a, d, x):\n".to_owned();
            (0..count).for_each(|i| line(&mut source, i));
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
