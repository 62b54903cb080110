function hoisted() {
    early = 1;
//  ^^^^^ ref: early
    if (later) {
        var early = 2;
//          ^^^^^ def: early
    }
    return helper();
//         ^^^^^^ ref: helper
    function helper() { return 1; }
//           ^^^^^^ def: helper
}

function blocks(x) {
//              ^ def: parameter
    {
        let x = 1;
//          ^ def: inner
        use(x);
//          ^ ref: inner
    }
    return x;
//         ^ ref: parameter
}

function optional(a) {
    return a ?? fallback;
//         ^ cfg: true: a ?? fallback | false: fallback
}

function labelled() {
    outer:
    for (;;) {
        for (;;) {
            if (a) break outer;
//              ^ cfg: true: break outer; | false: b
//                 ^^^^^^^^^^^^ cfg: done()
            if (b) continue outer;
//                 ^^^^^^^^^^^^^^^ cfg: a
            c();
//          ^^^ cfg: a
        }
    }
    done();
}

function fall(x) {
    switch (x) {
        case 1:
            one();
//          ^^^^^ cfg: case
        case 2:
            two();
            break;
//          ^^^^^^ cfg: after()
        default:
            other();
//          ^^^^^^^ cfg: after()
    }
    after();
}

async function waits(url) {
    const answer = await load(url);
//                       ^^^^^^^^^ cfg: await load(url)
    return answer;
//  ^^^^^^^^^^^^^^ cfg: end
}

function* counts() {
    yield one;
//        ^^^ cfg: yield one
//  ^^^^^^^^^ cfg: two()
    two();
}

function protects() {
    try {
        risky();
//      ^^^^^^^ cfg: exception: rescue() | tidy()
    } catch (e) {
        rescue();
//      ^^^^^^^^ cfg: tidy() | exception: tidy()
    } finally {
        tidy();
//      ^^^^^^ cfg: after()
    }
    after();
}

function counter(start) {
//               ^^^^^ def: start
    let n = start;
//      ^ def: n
    const step = () => n++ + start;
//               ^ captures: n, start
//                     ^ ref: n
    return step();
}

class Box {
    size = 1;
//  ^^^^ def: size
    area() {
        return this.size * size;
//                  ^^^^ ref: size
//                         ^^^^ ref: none
    }
}
