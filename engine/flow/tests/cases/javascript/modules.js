const lib = require("lib");
const cleanIt = require("clean-it");
const app = require("make-app")();
const pool = lib.connect({ host: "db" });
const connection = pool.take();
const other = { query(text) { return text; } };

function modules() {
    const value = lib.input();
    lib.run(cleanIt(value));
    lib.run(clean(value)); // flow: sql
    app.show(value); // flow: xss
    app.show(cleanIt("fixed"));
}

function variables() {
    const value = lib.input();
    connection.query(value); // flow: sql
    connection.query("fixed");
    pool.query(value);
    other.query(value);
    const own = lib.connect().take();
    const show = () => own.query(value); // flow: sql
    show();
}

class Store {
    constructor() {
        this.db = lib.connect().take();
        this.log = lib.connect();
    }

    find() {
        this.db.query(lib.input()); // flow: sql
        this.log.query(lib.input());
    }
}
