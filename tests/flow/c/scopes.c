static int counter;
//         ^^^^^^^ def: global

int shadow(int x) {
//             ^ def: parameter
    int y = x;
//      ^ def: outer y
//          ^ ref: parameter
    {
        int y = y + 1;
//          ^ def: inner y
        use(y);
//          ^ ref: inner y
    }
    for (int i = 0; i < y; i++) {
//           ^ def: i
//                  ^ ref: i
//                      ^ ref: outer y
        counter += i;
//      ^^^^^^^ ref: global
//                 ^ ref: i
    }
    return y;
//         ^ ref: outer y
}

struct point { int x; };
//     ^^^^^ def: point

int member(struct point *p) {
//                       ^ def: p
//                ^^^^^ ref: point
    return p->x;
//         ^ ref: p
}
