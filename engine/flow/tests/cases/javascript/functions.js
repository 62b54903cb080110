const lib = require("lib");

function Shelf(item, label) {
    this.item = item;
    this.label = label;
    this.show = function () {
        lib.run(this.item); // flow: sql
        lib.run(this.label);
    };
    this.later = () => lib.run(this.item); // flow: sql
}

Shelf.prototype.first = function () {
    return this.item;
};

Shelf.prototype.name = function () {
    return this.label;
};

function Deep() {
    this.depth = 1;
}

Deep.prototype = Object.create(Shelf.prototype);

function makes() {
    const shelf = new Shelf(lib.input(), "plain");
    shelf.show();
    shelf.later();
    lib.run(shelf.first()); // flow: sql
    lib.run(shelf.name());
    const deep = new Deep();
    deep.item = lib.input();
    deep.label = "plain";
    lib.run(deep.first()); // flow: sql
    lib.run(deep.name());
}

function holds() {
    const box = {
        inner: lib.input(),
        outer: "plain",
        get() {
            return this.inner;
        },
        other: function () {
            return this.outer;
        },
        get read() {
            return this.inner;
        },
    };
    lib.run(box.get()); // flow: sql
    lib.run(box.other());
    lib.run(box.read); // flow: sql
    shows(box);
}

function shows(box) {
    lib.run(box.get()); // flow: sql
    lib.run(box.other());
}

function second(a, b) {
    return b;
}

function own() {
    return this.held;
}

function indirect() {
    const value = lib.input();
    lib.run(second.call(null, "plain", value)); // flow: sql
    lib.run(second.call(null, value, "plain"));
    lib.run(second.apply(null, ["plain", value])); // flow: sql
    lib.run(second(...["plain", value])); // flow: sql
    lib.run(second(...[value, "plain"]));
    lib.run(own.call({ held: value, other: "plain" })); // flow: sql
    lib.run(own.call({ held: "plain", other: value }));
    lib.run(Reflect.apply(second, null, ["plain", value])); // flow: sql
}

class Counter {
    #held = "plain";
    start = "plain";

    set held(value) {
        this.#held = value;
    }

    get held() {
        return this.#held;
    }

    begin() {
        return this.start;
    }
}

class Loud extends Counter {
    constructor(value) {
        super();
        this.start = value;
    }
}

function classes() {
    const counter = new Counter();
    lib.run(counter.held);
    counter.held = lib.input();
    lib.run(counter.held); // flow: sql
    lib.run(counter.begin());
    lib.run(new Loud(lib.input()).begin()); // flow: sql
}

function undeclared(yes) {
    // eslint would have none of it: without a declaration it is a variable of the program.
    found = "plain";
    if (yes) {
        found = lib.input();
    }
    lib.run(found); // flow: sql
}

function removed() {
    const box = { a: lib.input(), b: lib.input() };
    delete box.a;
    lib.run(box.a);
    lib.run(box.b); // flow: sql
    const keys = {};
    keys[lib.input()] = 1;
    lib.run(Object.keys(keys)[0]); // flow: sql
    const merged = Object.assign({ c: "plain" }, { d: lib.input() });
    lib.run(merged.c);
    lib.run(merged.d); // flow: sql
    Reflect.set(merged, "c", lib.input());
    lib.run(Reflect.get(merged, "c")); // flow: sql
}

function* gives() {
    yield "plain";
    yield lib.input();
}

function takes() {
    for (const value of gives()) {
        lib.run(value); // flow: sql
    }
    lib.run(gives().next().value); // flow: sql
}
