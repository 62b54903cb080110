use stoa_model::*;
use stoa_syntax::{Language, Tree, Workspace};
fn main() {
    let mut ws = Workspace::new();
    let mut t = Tree::default();
    let mut seen = 0;
    for p in std::env::args().skip(1) {
        let Some(l) = Language::of_path(&p) else { continue };
        let s = std::fs::read(&p).unwrap();
        let mut n = Interner::new();
        let o = ws.lower(l, &p, &s, &mut t, &mut n);
        if o.error_nodes == 0 {
            continue;
        }
        for x in t.nodes.iter().filter(|x| x.kind == NodeKind::Unknown).take(2) {
            let line = String::from_utf8_lossy(&s).lines().nth(x.line as usize).unwrap_or("").to_string();
            println!(
                "{p}:{}:{} [{}] {:?}",
                x.line + 1,
                line.trim().chars().take(90).collect::<String>(),
                x.end - x.start,
                String::from_utf8_lossy(&s[x.start as usize..(x.end as usize).min(x.start as usize + 40)])
            );
            seen += 1;
        }
    }
    println!("{seen}");
}
