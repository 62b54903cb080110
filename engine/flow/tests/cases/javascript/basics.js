const lib = require("lib");

function choose(yes, value) {
    if (yes) {
        return value;
    }
    return "safe";
}

function calls() {
    const value = lib.input();
    lib.run("select " + value); // flow: sql
    lib.run(`select ${value}`); // flow: sql
    lib.run(lib.quote(value));
    lib.run(choose(true, value)); // flow: sql
    lib.run(choose(false, value));
}

function objects() {
    const box = { held: lib.input(), other: "safe" };
    lib.run(box.held); // flow: sql
    lib.run(box.other);
    const { held, other } = box;
    const show = () => lib.run(held); // flow: sql
    show();
}
