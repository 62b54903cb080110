// Where control goes, construct by construct.

void once(int c) {
    if (c) yes();
//      ^ cfg: true: yes() | false: after() § if
    after();
}

void either(int c) {
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

void ladder(int a, int b) {
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

void conditional(int c) {
    int x = c ? left : right; 
//          ^ cfg: true: left | false: right § conditional expression
//              ^^^^ cfg: c ? left : right
    after(x);
}

void shortCircuit(int a, int b) {
    if (a && b || d) yes();
//      ^ cfg: true: b | false: a && b § short circuit
//      ^^^^^^ cfg: true: a && b || d | false: d
    after();
}

void loops(int c) {
    while (c) {
//         ^ cfg: true: body() | false: after() § while
        body();
//      ^^^^^^ cfg: c
    }
    after();
}

void atLeastOnce(int c) {
    do {
        body();
//      ^^^^^^ cfg: c § do while
    } while (c);
//           ^ cfg: true: body() | false: after()
    after();
}

void counted(int n) {
    for (int i = 0; i < n; i++) {
//                  ^^^^^ cfg: true: body() | false: after() § for
//                         ^^^ cfg: i
        body();
//      ^^^^^^ cfg: i
    }
    after();
}

void endless(int c) {
    for (;;) {
        body();
//      ^^^^^^ cfg: c § endless loop
        if (c) break;
//          ^ cfg: true: break; | false: body()
//             ^^^^^^ cfg: after() § break
    }
    after();
}

void skips(int c, int d) {
    while (c) {
        if (d) continue;
//             ^^^^^^^^^ cfg: c § continue
        body();
    }
    after();
}

void jumps(int c) {
    again:
    body();
    if (c) goto again;
//         ^^^^^^^^^^^ cfg: again § goto
    after();
}

void early(int c) {
    if (c) return;
//         ^^^^^^^ cfg: end § early return
    after();
}

void dead() {
    return;
    never();
//  ^^^^^^^ dead § dead code
}

void chooses(int x) {
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

void falls(int x) {
    switch (x) {
        case 1:
            one();
//          ^^^^^ cfg: case @136 § fall through
        case 2:
            two();
    }
    after();
}
