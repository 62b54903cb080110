// Which writes reach which reads.

struct point { int x, y; struct point *next; };

int straight(int a) {
    int b = a;
//          ^ from: @5 § parameter's value
    b = b + one;
//      ^ from: @6 § value of a local
    return b;
//         ^ from: @8 § overwritten value
}

int branches(int c) {
    int x;
    if (c) x = 1;
    else x = 2;
    return x;
//         ^ from: @16 | @17 § values that meet
}

int sometimes(int c) {
    int x = 1;
    if (c) x = 2;
    return x;
//         ^ from: @23 | @24 § conditional write
}

int rounds(int n) {
    int s = 0;
    while (s < n) {
//         ^ from: @30 | @33 § value around a loop
        s = s + 1;
    }
    return s;
//         ^ from: @30 | @33
}

int compound(int n) {
    int x = n;
    x += n;
//  ^ from: @40
    return x;
//         ^ from: @41 § compound assignment
}

int counts(int n) {
    int x = n;
    x++;
//  ^ from: @48
    return x;
//         ^ from: @49 § increment
}

int fields(struct point *p, int n) {
    p->x = 0;
    p->x = n;
    p->y = n;
    return p->x;
//         ^^^^ from: @57 § field
}

int deep(struct point *p, int n) {
    p->next->x = n;
    p->x = 0;
    return p->next->x;
//         ^^^^^^^^^^ from: @64 § field of a field
}

int keys(int *v, int n) {
    v[0] = n;
    v[1] = 2;
    return v[0];
//         ^^^^ from: @71 § element by constant key
}

int any_key(int *v, int i) {
    v[0] = 1;
    v[i] = 2;
    return v[0];
//         ^^^^ from: @78 | @79 § element by any key
}

int aliases(struct point *p, int n) {
    struct point *q = p;
    q->x = n;
    return p->x;
//         ^^^^ from: @86 § alias
}

int chosen(int n) {
    int x = 0;
    switch (n) {
        case 1:
            x = 1;
        case 2:
            return x;
//                 ^ from: @92 | @95 § value through switch
    }
    return x;
//         ^ from: @92
}

int jumps(int c, int d) {
    int x = 0;
    while (c) {
        if (d) {
            x = 1;
            break;
        }
        x = 2;
    }
    return x;
//         ^ from: @105 | @108 | @111 § value through jumps
}

int changed(struct point *p, int n) {
    p->x = n;
    fill(p);
    return p->x;
//         ^^^^ from: @118 | @119 § change by a call
}

int pointers(int n) {
    int x = n;
    int *q = &x;
    *q = 1;
    return x;
//         ^ from: @125 | @127 § pointer
}
