// Where control goes, construct by construct.

function once(c) {
    if (c) yes();
//      ^ cfg: true: yes() | false: after() § if
    after();
}

function either(c) {
    if (c) {
//      ^ cfg: true: yes() | false: no() § else
        yes();
//      ^^^^^ cfg: after()
    } else {
        no();
//      ^^^^ cfg: after()
    }
    after();
}

function ladder(a, b) {
    if (a) {
//      ^ cfg: true: one() | false: b § else if
        one();
//      ^^^^^ cfg: after()
    } else if (b) {
//             ^ cfg: true: two() | false: three()
        two();
    } else {
        three();
    }
    after();
}

function conditional(c) {
    let x = c ? left : right; 
//          ^ cfg: true: left | false: right § conditional expression
//              ^^^^ cfg: c ? left : right
    after(x);
}

function shortCircuit(a, b) {
    if (a && b || d) yes();
//      ^ cfg: true: b | false: a && b § short circuit
//      ^^^^^^ cfg: true: a && b || d | false: d
    after();
}

function loops(c) {
    while (c) {
//         ^ cfg: true: body() | false: after() § while
        body();
//      ^^^^^^ cfg: c
    }
    after();
}

function atLeastOnce(c) {
    do {
        body();
//      ^^^^^^ cfg: c § do while
    } while (c);
//           ^ cfg: true: body() | false: after()
    after();
}

function counted(n) {
    for (let i = 0; i < n; i++) {
//                  ^^^^^ cfg: true: body() | false: after() § for
//                         ^^^ cfg: i
        body();
//      ^^^^^^ cfg: i
    }
    after();
}

function elements(xs) {
    for (const x of xs) {
//  ^^^^^^^^^^^^^^^^^^^^^ cfg: true: x | false: after() § for each
        body();
//      ^^^^^^ cfg: <tmp>
    }
    after();
}

function endless(c) {
    for (;;) {
        body();
//      ^^^^^^ cfg: c § endless loop
        if (c) break;
//          ^ cfg: true: break; | false: body()
//             ^^^^^^ cfg: after() § break
    }
    after();
}

function skips(c, d) {
    while (c) {
        if (d) continue;
//             ^^^^^^^^^ cfg: c § continue
        body();
    }
    after();
}

function labelled(a, b, c) {
    outer:
    while (a) {
        while (b) {
            if (c) break outer;
//                 ^^^^^^^^^^^^ cfg: after() § labelled break
            continue outer;
//          ^^^^^^^^^^^^^^^ cfg: a § labelled continue
        }
    }
    after();
}

function early(c) {
    if (c) return;
//         ^^^^^^^ cfg: end § early return
    after();
}

function dead() {
    return;
    never();
//  ^^^^^^^ dead § dead code
}

function chooses(x) {
    switch (x) {
//          ^ cfg: case: case | default: default § switch
        case 1:
            one();
//          ^^^^^ cfg: break;
            break;
//          ^^^^^^ cfg: after()
        default:
            other();
    }
    after();
}

function falls(x) {
    switch (x) {
        case 1:
            one();
//          ^^^^^ cfg: case @150 § fall through
        case 2:
            two();
    }
    after();
}

function throws(c) {
    if (c) throw problem;
//         ^^^^^^^^^^^^^^ cfg: exception: end § throw
    after();
}

function catches() {
    try {
        risky();
//      ^^^^^^^ cfg: after() | exception: rescue() § try and catch
    } catch (e) {
        rescue();
//      ^^^^^^^^ cfg: after()
    }
    after();
}

function finishes() {
    try {
        risky();
//      ^^^^^^^ cfg: tidy() | exception: tidy() § finally
    } finally {
        tidy();
//      ^^^^^^ cfg: after()
    }
    after();
}

function leaves(c) {
    try {
        if (c) return;
//             ^^^^^^^ cfg: tidy() § return through finally
        risky();
    } finally {
        tidy();
//      ^^^^^^ cfg: after() | end
    }
    after();
}

function coalesces(a) {
    const x = a ?? fallback;
//            ^ cfg: true: a ?? fallback | false: fallback § null coalescing
    after(x);
}

function chains(a) {
    const x = a?.b();
//            ^ cfg: true: undefined | false: a § optional chaining
    after(x);
}

async function waits() {
    const x = await load();
//                  ^^^^^^ cfg: await load() § await
    after(x);
}

function* counts() {
    yield one;
//        ^^^ cfg: yield one
//  ^^^^^^^^^ cfg: after() § yield
    after();
}

function closure(c) {
    const r = () => {
        if (c) inside();
//          ^ cfg: true: inside() | false: end § closure's body
//             ^^^^^^^^ cfg: end
    };
    r();
}
