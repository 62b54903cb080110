//! Cyclomatic complexity as lizard and radon count it: `tests/oracles/metrics/cyclomatic.csv`, made by `make` beside it.

use std::collections::BTreeMap;
use std::path::Path;
use stoa_datasets::metrics::{Counted, Oracle, compare_with};

use crate::slt::store_of;

#[test]
fn complexity_is_what_the_oracles_count() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/metrics/cyclomatic.csv");
    let mut counted: BTreeMap<(String, String), Vec<Counted>> = BTreeMap::new();
    for row in std::fs::read_to_string(table).unwrap().lines().skip(1) {
        let [oracle, program, path, name, line, complexity] = row.split(',').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        counted.entry((oracle.to_owned(), program.to_owned())).or_default().push(Counted {
            path: path.to_owned(),
            name: name.to_owned(),
            line: line.parse().unwrap(),
            end_line: 0,
            complexity: complexity.parse().unwrap(),
        });
    }
    assert!(!counted.is_empty());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut wrong = Vec::new();
    for ((oracle, program), functions) in counted {
        let store = store_of(&format!("programs/{program}"));
        let location = store.path().join("store").display().to_string();
        let which = if oracle == "radon" { Oracle::Radon } else { Oracle::Lizard };
        let agreements = runtime.block_on(compare_with(&location, which, functions)).unwrap();
        for (function, ours) in agreements.into_values().flat_map(|a| a.different) {
            let place = format!("{program}/{}:{}", function.path, function.line);
            wrong.push(format!(
                "{place}: {}: {oracle} {}, graph {ours:?}",
                function.name, function.complexity
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
