//! Indexes a tree and prints the report: `cargo run --release -p stoa-indexer --example index TREE [STORE]`.

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().unwrap_or_else(|| ".".to_owned());
    let options = stoa_indexer::IndexOptions { store: arguments.next(), ..Default::default() };
    match stoa_indexer::index(root.as_ref(), &options, &stoa_indexer::Silent) {
        Ok(report) => println!("{report:#?}"),
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(1);
        }
    }
}
