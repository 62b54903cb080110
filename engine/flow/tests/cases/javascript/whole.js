const Box = require("lib-box");
const lib = require("lib");

const box = new Box();

function asks() {
    box.query(lib.input()); // flow: sql
    box.query("plain");
}

module.exports = box;
