const lib = require("lib");

function made(value) {
    return new Promise((resolve, reject) => {
        setTimeout(() => resolve(value), 10);
    });
}

function chains() {
    const value = lib.input();
    made(value).then((result) => lib.run(result)); // flow: sql
    made("plain").then((result) => lib.run(result));
    made(value)
        .then((result) => result + "!")
        .then((result) => lib.run(result)); // flow: sql
    made(value)
        .then((result) => "plain")
        .then((result) => lib.run(result));
    new Promise((resolve, reject) => reject(value))
        .then((result) => lib.run(result))
        .catch((reason) => lib.run(reason)); // flow: sql
    Promise.resolve(value).then((result) => lib.run(result)); // flow: sql
    Promise.reject(value).then((result) => lib.run(result), () => "plain");
}

async function waits() {
    const value = lib.input();
    lib.run(await made(value)); // flow: sql
    lib.run(await made("plain"));
    lib.run(await later(value)); // flow: sql
    const [first, second] = await Promise.all([made(value), made("plain")]);
    lib.run(first); // flow: sql
    lib.run(second);
    try {
        await Promise.reject(value);
    } catch (reason) {
        lib.run(reason); // flow: sql
    }
}

async function later(value) {
    return value;
}
