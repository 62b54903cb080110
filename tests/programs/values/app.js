// Functions that travel: callbacks, exports, members.
const lib = require('./lib');

function first() { return 1; }
const second = () => 2;

function run(task) { return task(); }

const table = { first, other: second };

class Timer {
    constructor(tick) { this.tick = tick; }
    start() { return this.tick(); }
}

function main() {
    run(first);
    table.other();
    new Timer(second).start();
    [1, 2].map((n) => first(n));
    setTimeout(second, 10);
    lib.helper();
    lib.made();
}

main();
