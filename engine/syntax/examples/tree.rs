//! Prints the lowered tree of a file, one node a line: `cargo run -p stoa-syntax --example tree FILE`.

use stoa_model::{Interner, rows::NO_ARGUMENT};
use stoa_syntax::{Language, Slot, Tree, Workspace};

fn main() {
    for path in std::env::args().skip(1) {
        let Some(language) = Language::of_path(&path) else {
            eprintln!("{path}: no language has this ending");
            continue;
        };
        let source = match std::fs::read(&path) {
            Ok(source) => source,
            Err(e) => {
                eprintln!("{path}: {e}");
                continue;
            }
        };
        let language = language.of_text(&path, &source);
        let (mut tree, mut names) = (Tree::default(), Interner::new());
        let outcome = Workspace::new().lower(language, &path, &source, &mut tree, &mut names);
        println!("{path}: {outcome:?}");
        for at in 0..tree.len() {
            let node = tree.get(at);
            let mut depth = 0;
            let mut up = node.parent;
            while up != u32::MAX {
                depth += 1;
                up = tree.get(up).parent;
            }
            print!("{:4} {:indent$}{}", node.line + 1, "", node.kind, indent = depth * 2);
            if let Some(control) = node.control {
                print!(" {control}");
            }
            for (label, symbol) in [
                ("", node.name),
                ("full=", node.full_name),
                ("sig=", node.signature),
                ("type=", node.type_full_name),
                ("mod=", node.modifiers),
            ] {
                if symbol.is_some() {
                    print!(" {label}{}", names.get(symbol));
                }
            }
            if node.argument_index != NO_ARGUMENT {
                print!(" #{}", node.argument_index);
            }
            if node.slot != Slot::None {
                print!(" @{:?}", node.slot);
            }
            if node.flags != 0 {
                print!(" flags={}", node.flags);
            }
            println!();
        }
    }
}
