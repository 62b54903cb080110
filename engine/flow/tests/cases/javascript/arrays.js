const lib = require("lib");

function walks() {
    const list = ["plain", lib.input()];
    lib.run(list.map((item) => item)[1]); // flow: sql
    lib.run(list.map((item) => "plain").join());
    lib.run(list.map((item) => item).join()); // flow: sql
    list.forEach((item) => lib.run(item)); // flow: sql
    lib.run(list.reduce((all, item) => all + item, "")); // flow: sql
    lib.run(["a", "b"].reduce((all, item) => all + item, ""));
    lib.run(list.filter((item) => false));
    lib.run(["plain"].concat(list)[2]); // flow: sql
    lib.run(["plain"].concat(list)[0]);
}

function moves() {
    const list = [lib.input(), "plain"];
    lib.run(list.slice(1)[0]);
    lib.run(list.slice(0, 1)[0]); // flow: sql
    list.reverse();
    lib.run(list[0]);
    lib.run(list[1]); // flow: sql
    const more = ["plain"];
    more.push("plain", lib.input());
    lib.run(more[1]);
    lib.run(more[2]); // flow: sql
    const filled = new Array(2).fill(lib.input());
    lib.run(filled[1]); // flow: sql
}

function parts() {
    const [first, ...rest] = ["plain", "plain", lib.input()];
    lib.run(first);
    lib.run(rest[0]);
    lib.run(rest[1]); // flow: sql
    const spread = ["plain", ...[lib.input(), "plain"]];
    lib.run(spread[1]); // flow: sql
    lib.run(spread[2]);
}

function kept() {
    const map = new Map();
    map.set("a", lib.input());
    map.set("b", "plain");
    lib.run(map.get("a")); // flow: sql
    lib.run(map.get("b"));
    map.delete("a");
    lib.run(map.get("a"));
}
