// Loops in loops with every way out, as a compiler course draws them.

int collatz(unsigned n) {
    int steps = 0;
    while (n != one) {
//         ^^^^^^^^ cfg: true: n @7 | false: steps @18
        if (n % two)
//          ^^^^^^^ cfg: true: n @10 | false: n @13
//          ^ cfg: two
            n = triple(n);
//              ^^^^^^^^^ cfg: n = triple(n)
        else
            n = half(n);
//          ^^^^^^^^^^^ cfg: steps @15
        steps++;
//      ^^^^^^^ cfg: n @5
    }
    return steps;
//  ^^^^^^^^^^^^^ cfg: end
}

void empty_body(void) {
    while (poll())
//         ^^^^^^ cfg: true: poll() | false: after()
        ;
    after();
}

void empty_branches(int x) {
    if (x) {
//      ^ cfg: true: after() | false: after()
    } else {
    }
    after();
}

void comma(int a) {
    a = first(), second();
//      ^^^^^^^ cfg: a = first()
    after();
}

void switch_in_loop(int n) {
    while (n) {
//         ^ cfg: true: kind() | false: end
        switch (kind()) {
//              ^^^^^^ cfg: case: case stop: | case: case skip: | default: tail()
        case stop:
            break;
//          ^^^^^^ cfg: tail()
        case skip:
            continue;
//          ^^^^^^^^^ cfg: n @44
        }
        tail();
//      ^^^^^^ cfg: n @44
    }
}

void default_first(int n) {
    switch (n) {
    default:
        other();
//      ^^^^^^^ cfg: case 1:
    case 1:
        one();
//      ^^^^^ cfg: end
    }
}

void labels(int n) {
    goto over;
//  ^^^^^^^^^^ cfg: over
    skipped();
//  ^^^^^^^^^ dead
over:
    last();
//  ^^^^^^ cfg: end
}

void not_taken(int a, int b, int c) {
    if (!(a || b) && c)
//        ^ cfg: true: a || b | false: b
//        ^^^^^^ cfg: !(a || b)
//      ^^^^^^^^^ cfg: true: c | false: !(a || b) && c
        yes();
}
