const lib = require("lib");
const util = require("util");
const { run } = require("lib");
const later = util.promisify(lib.run);
const again = util.promisify(run);

async function promised() {
    await later(lib.input()); // flow: sql
    await again(lib.input()); // flow: sql
    await later("plain");
}

lib.serve("/a", (given, plain) => {
    lib.run(given.text); // flow: sql
    lib.run(plain.text);
});

const served = lib.open();
served.on("ask", ({ text }) => {
    lib.run(text); // flow: sql
});
