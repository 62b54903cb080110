// Where control goes, construct by construct.

void once(bool c) {
    if (c) yes();
//      ^ cfg: true: yes() | false: after() § if
    after();
}

void either(bool c) {
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

void ladder(bool a, bool b) {
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

void conditional(bool c) {
    int x = c ? left : right; 
//          ^ cfg: true: left | false: right § conditional expression
//              ^^^^ cfg: c ? left : right
    after(x);
}

void shortCircuit(bool a, bool b) {
    if (a && b || d) yes();
//      ^ cfg: true: b | false: a && b § short circuit
//      ^^^^^^ cfg: true: a && b || d | false: d
    after();
}

void loops(bool c) {
    while (c) {
//         ^ cfg: true: body() | false: after() § while
        body();
//      ^^^^^^ cfg: c
    }
    after();
}

void atLeastOnce(bool c) {
    do {
        body();
//      ^^^^^^ cfg: c § do while
    } while (c);
//           ^ cfg: true: body() | false: after()
    after();
}

void counted(bool n) {
    for (int i = 0; i < n; i++) {
//                  ^^^^^ cfg: true: body() | false: after() § for
//                         ^^^ cfg: i
        body();
//      ^^^^^^ cfg: i
    }
    after();
}

void elements(bool xs) {
    for (auto x : xs) {
//  ^^^^^^^^^^^^^^^^^^^ cfg: true: <tmp> | false: after() § for each
        body();
//      ^^^^^^ cfg: <tmp>
    }
    after();
}

void endless(bool c) {
    for (;;) {
        body();
//      ^^^^^^ cfg: c § endless loop
        if (c) break;
//          ^ cfg: true: break; | false: body()
//             ^^^^^^ cfg: after() § break
    }
    after();
}

void skips(bool c, bool d) {
    while (c) {
        if (d) continue;
//             ^^^^^^^^^ cfg: c § continue
        body();
    }
    after();
}

void jumps(bool c) {
    again:
    body();
    if (c) goto again;
//         ^^^^^^^^^^^ cfg: again § goto
    after();
}

void early(bool c) {
    if (c) return;
//         ^^^^^^^ cfg: end § early return
    after();
}

void dead() {
    return;
    never();
//  ^^^^^^^ dead § dead code
}

void chooses(bool x) {
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

void falls(bool x) {
    switch (x) {
        case 1:
            one();
//          ^^^^^ cfg: case @145 § fall through
        case 2:
            two();
    }
    after();
}

void throws(bool c) {
    if (c) throw problem;
//         ^^^^^^^^^^^^^^ cfg: exception: end § throw
    after();
}

void catches() {
    try {
        risky();
//      ^^^^^^^ cfg: after() | exception: rescue() § try and catch
    } catch (...) {
        rescue();
//      ^^^^^^^^ cfg: after()
    }
    after();
}

void handlers() {
    try {
        risky();
//      ^^^^^^^ cfg: after() | exception: first() | exception: second() § typed handlers
    } catch (const A& a) {
        first();
//      ^^^^^^^ cfg: after()
    } catch (const B& b) {
        second();
    }
    after();
}

void closure(bool c) {
    auto r = [&]() {
        if (c) inside();
//          ^ cfg: true: inside() | false: end § closure's body
//             ^^^^^^^^ cfg: end
    };
    r();
}
