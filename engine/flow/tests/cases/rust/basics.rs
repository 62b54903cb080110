use lib;

struct Held {
    held: String,
    other: String,
}

fn same(value: String) -> String {
    value
}

fn boxes() {
    let value = lib::input();
    lib::run(same(value)); // flow: sql
    lib::run(same("safe"));
    let held = Held { held: lib::input(), other: String::new() };
    lib::run(held.held); // flow: sql
    lib::run(lib::quote(lib::input()));
}
