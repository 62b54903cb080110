// Which writes reach which reads.

type Point = { x: number; y: number; next: Point };

function straight(a: number) {
    let b = a;
//          ^ from: @5 § parameter's value
    b = b + one;
//      ^ from: @6 § value of a local
    return b;
//         ^ from: @8 § overwritten value
}

function branches(c: boolean) {
    let x;
    if (c) x = 1;
    else x = 2;
    return x;
//         ^ from: @16 | @17 § values that meet
}

function sometimes(c: boolean) {
    let x = 1;
    if (c) x = 2;
    return x;
//         ^ from: @23 | @24 § conditional write
}

function rounds(n: number) {
    let s = 0;
    while (s < n) {
//         ^ from: @30 | @33 § value around a loop
        s = s + 1;
    }
    return s;
//         ^ from: @30 | @33
}

function elements(items: number[]) {
    let last = 0;
    for (const item of items) {
        last = item;
//             ^^^^ from: @41 § element of a loop
    }
    return last;
//         ^^^^ from: @40 | @42
}

function compound(n: number) {
    let x = n;
    x += n;
//  ^ from: @50
    return x;
//         ^ from: @51 § compound assignment
}

function counts(n: number) {
    let x = n;
    x++;
//  ^ from: @58
    return x;
//         ^ from: @59 § increment
}

function fields(p: Point, n: number) {
    p.x = 0;
    p.x = n;
    p.y = n;
    return p.x;
//         ^^^ from: @67 § field
}

function deep(p: Point, n: number) {
    p.next.x = n;
    p.x = 0;
    return p.next.x;
//         ^^^^^^^^ from: @74 § field of a field
}

function keys(v: number[], n: number) {
    v[0] = n;
    v[1] = 2;
    return v[0];
//         ^^^^ from: @81 § element by constant key
}

function anyKey(v: number[], i: number) {
    v[0] = 1;
    v[i] = 2;
    return v[0];
//         ^^^^ from: @88 | @89 § element by any key
}

function aliases(p: Point, n: number) {
    const q = p;
    q.x = n;
    return p.x;
//         ^^^ from: @96 § alias
}

function chosen(n: number) {
    let x = 0;
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

function jumps(c: boolean, d: boolean) {
    let x = 0;
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

function changed(p: Point, n: number) {
    p.x = n;
    fill(p);
    return p.x;
//         ^^^ from: @128 | @129 § change by a call
}

function handled(n: number) {
    let x = n;
    try {
        x = 1;
        risky();
        x = 2;
    } catch (e) {
        report(x);
//             ^ from: @137
        return e;
//             ^ from: @140 § variable of a handler
    }
    return x;
//         ^ from: @139
}

function finishes(n: number) {
    let x = n;
    try {
        x = 1;
        risky();
        x = 2;
    } finally {
        kept = x;
//             ^ from: @153 | @155 § write before finally
    }
    return x;
//         ^ from: @153 | @155
}

function parts(p: Point, v: number[]) {
    const { x, y: renamed } = p;
    const [first] = v;
    return x + renamed + first;
//         ^ from: @165 § destructuring
//             ^^^^^^^ from: @165
//                       ^^^^^ from: @166
}

function captures(n: number) {
    const s = () => n;
//                  ^ from: @173 § capture
    return s();
}

function writes(n: number) {
    let x = n;
    const r = () => { x = 1; };
    r();
    return x;
//         ^ from: @180 | @181 § write in a closure
}

function deletes(p: Point, n: number) {
    p.x = n;
    delete p.x;
    return p.x;
//         ^^^ from: none § deletion
}
