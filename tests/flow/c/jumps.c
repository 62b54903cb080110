// Control flow as the textbooks draw it.

// Tom Duff's device: the cases stand inside of the loop.
void copy(char *to, char *from, int count) {
    int n = (count + 7) / 8;
    switch (count % 8) {
//          ^^^^^^^^^ cfg: case: case 0: do { *to = *from++; | case: case 2:      two(); | case: case 1:      one(); | default: end
    case 0: do { *to = *from++;

    case 2:      two();
//               ^^^^^ cfg: case 1:      one();
    case 1:      one();
//               ^^^^^ cfg: n
            } while (--n > 0);
//                   ^^^ cfg: 0
//                   ^^^^^^^ cfg: true: to | false: end
    }
}

// Two entries into one loop: no structured program does this.
void irreducible(int c) {
    if (c)
//      ^ cfg: true: goto middle; | false: top
        goto middle;
//      ^^^^^^^^^^^^ cfg: middle
top:
    first();
//  ^^^^^^^ cfg: middle
middle:
    second();
    if (more())
//      ^^^^^^ cfg: true: goto top; | false: end
        goto top;
//      ^^^^^^^^^ cfg: top
}

// A jump out of two loops at once.
int search(int rows, int columns) {
    int i, j;
    for (i = 0; i < rows; i++) {
//       ^^^^^ cfg: i
//              ^^^^^^^^ cfg: true: j | false: missing
//                        ^^^ cfg: i
        for (j = 0; j < columns; j++) {
//                  ^^^^^^^^^^^ cfg: true: i | false: i
            if (at(i, j))
//              ^^^^^^^^ cfg: true: goto found; | false: j
                goto found;
        }
    }
    return missing;
//  ^^^^^^^^^^^^^^^ cfg: end
found:
    return here;
//  ^^^^^^^^^^^^ cfg: end
}

void nested(void) {
    while (a) {
//         ^ cfg: true: b | false: end
        while (b) {
//             ^ cfg: true: stop | false: tail()
            if (stop)
                break;
//              ^^^^^^ cfg: tail()
            if (skip)
                continue;
//              ^^^^^^^^^ cfg: b
            work();
//          ^^^^^^ cfg: b
        }
        tail();
//      ^^^^^^ cfg: a
    }
}

void fall(int x) {
    switch (x) {
//          ^ cfg: case: case 1: | case: case 2: | default: default
    case 1:
        one();
//      ^^^^^ cfg: case 2:
    case 2:
        two();
        break;
//      ^^^^^^ cfg: after()
    default:
        other();
//      ^^^^^^^ cfg: after()
    }
    after();
}

void once(void) {
    do {
        body();
//      ^^^^^^ cfg: early
        if (early)
            continue;
//          ^^^^^^^^^ cfg: again
    } while (again);
//           ^^^^^ cfg: true: body() | false: end
}

void forever(void) {
    for (;;) {
        tick();
//      ^^^^^^ cfg: done
        if (done)
//          ^^^^ cfg: true: break; | false: tick()
            break;
//          ^^^^^^ cfg: end
    }
}

int choose(int a, int b) {
    return a && b ? yes : no;
//         ^ cfg: true: b | false: a && b
//         ^^^^^^ cfg: true: yes | false: no
//                  ^^^ cfg: a && b ? yes : no
}
