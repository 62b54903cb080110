// Which writes reach which reads.

struct Point { int x, y; Point *next; };

int straight(int a) {
    int b = a;
//          ^ from: @5 § parameter's value
    b = b + one;
//      ^ from: @6 § value of a local
    return b;
//         ^ from: @8 § overwritten value
}

int branches(bool c) {
    int x;
    if (c) x = 1;
    else x = 2;
    return x;
//         ^ from: @16 | @17 § values that meet
}

int sometimes(bool c) {
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

int elements(int *items) {
    int last = 0;
    for (int item : items) {
        last = item;
//             ^^^^ from: @41 § element of a loop
    }
    return last;
//         ^^^^ from: @40 | @42
}

int compound(int n) {
    int x = n;
    x += n;
//  ^ from: @50
    return x;
//         ^ from: @51 § compound assignment
}

int counts(int n) {
    int x = n;
    x++;
//  ^ from: @58
    return x;
//         ^ from: @59 § increment
}

int fields(Point *p, int n) {
    p->x = 0;
    p->x = n;
    p->y = n;
    return p->x;
//         ^^^^ from: @67 § field
}

int deep(Point *p, int n) {
    p->next->x = n;
    p->x = 0;
    return p->next->x;
//         ^^^^^^^^^^ from: @74 § field of a field
}

int keys(int *v, int n) {
    v[0] = n;
    v[1] = 2;
    return v[0];
//         ^^^^ from: @81 § element by constant key
}

int any_key(int *v, int i) {
    v[0] = 1;
    v[i] = 2;
    return v[0];
//         ^^^^ from: @88 | @89 § element by any key
}

int aliases(Point *p, int n) {
    Point *q = p;
    q->x = n;
    return p->x;
//         ^^^^ from: @96 § alias
}

int chosen(int n) {
    int x = 0;
    switch (n) {
        case 1:
            x = 1;
        case 2:
            return x;
//                 ^ from: @102 | @105 § value through switch
    }
    return x;
//         ^ from: @102
}

int jumps(bool c, bool d) {
    int x = 0;
    while (c) {
        if (d) {
            x = 1;
            break;
        }
        x = 2;
    }
    return x;
//         ^ from: @115 | @118 | @121 § value through jumps
}

int changed(Point *p, int n) {
    p->x = n;
    fill(p);
    return p->x;
//         ^^^^ from: @128 | @129 § change by a call
}

int handled(int n) {
    int x = n;
    try {
        x = 1;
        risky();
        x = 2;
    } catch (const E& e) {
        report(x);
//             ^ from: @137
        return e;
//             ^ from: @140 § variable of a handler
    }
    return x;
//         ^ from: @139
}

int pointers(int n) {
    int x = n;
    int *q = &x;
    *q = 1;
    return x;
//         ^ from: @151 | @153 § pointer
}

int parts(int n) {
    auto [left, right] = pair(n, one);
    return left;
//         ^^^^ from: @159 § destructuring
}

int captures(int n) {
    auto s = [&]() { return n; };
//                          ^ from: @164 § capture
    return s();
}

int writes(int n) {
    int x = n;
    auto r = [&]() { x = 1; };
    r();
    return x;
//         ^ from: @171 | @172 § write in a closure
}

int released(int n) {
    int *p = new int(n);
    delete p;
//         ^ from: @179
    return *p;
//          ^ from: @179
}
