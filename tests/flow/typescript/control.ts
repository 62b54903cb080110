// Where control goes, construct by construct.

function once(c: any) {
    if (c) yes();
//      ^ cfg: true: yes() | false: after() § if
    after();
}

function either(c: any) {
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

function ladder(a: any, b: any) {
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

function conditional(c: any) {
    let x = c ? left : right; 
//          ^ cfg: true: left | false: right § conditional expression
//              ^^^^ cfg: c ? left : right
    after(x);
}

function shortCircuit(a: any, b: any) {
    if (a && b || d) yes();
//      ^ cfg: true: b | false: a && b § short circuit
//      ^^^^^^ cfg: true: a && b || d | false: d
    after();
}

function loops(c: any) {
    while (c) {
//         ^ cfg: true: body() | false: after() § while
        body();
//      ^^^^^^ cfg: c
    }
    after();
}

function atLeastOnce(c: any) {
    do {
        body();
//      ^^^^^^ cfg: c § do while
    } while (c);
//           ^ cfg: true: body() | false: after()
    after();
}

function counted(n: any) {
    for (let i = 0; i < n; i++) {
//                  ^^^^^ cfg: true: body() | false: after() § for
//                         ^^^ cfg: i
        body();
//      ^^^^^^ cfg: i
    }
    after();
}

function elements(xs: any) {
    for (const x of xs) {
//  ^^^^^^^^^^^^^^^^^^^^^ cfg: true: x | false: after() § for each
        body();
//      ^^^^^^ cfg: <tmp>
    }
    after();
}

function endless(c: any) {
    for (;;) {
        body();
//      ^^^^^^ cfg: c § endless loop
        if (c) break;
//          ^ cfg: true: break; | false: body()
//             ^^^^^^ cfg: after() § break
    }
    after();
}

function skips(c: any, d: any) {
    while (c) {
        if (d) continue;
//             ^^^^^^^^^ cfg: c § continue
        body();
    }
    after();
}

function labelled(a: any, b: any, c: any) {
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

function early(c: any) {
    if (c) return;
//         ^^^^^^^ cfg: end § early return
    after();
}

function dead() {
    return;
    never();
//  ^^^^^^^ dead § dead code
}

function chooses(x: any) {
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

function falls(x: any) {
    switch (x) {
        case 1:
            one();
//          ^^^^^ cfg: case @150 § fall through
        case 2:
            two();
    }
    after();
}

function throws(c: any) {
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

function leaves(c: any) {
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

function coalesces(a: any) {
    const x = a ?? fallback;
//            ^ cfg: true: a ?? fallback | false: fallback § null coalescing
    after(x);
}

function chains(a: any) {
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

function closure(c: any) {
    const r = () => {
        if (c) inside();
//          ^ cfg: true: inside() | false: end § closure's body
//             ^^^^^^^^ cfg: end
    };
    r();
}
