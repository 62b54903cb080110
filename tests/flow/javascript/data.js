// Which writes reach which reads.

function straight(a) {
    let b = a;
//          ^ from: @3 § parameter's value
    b = b + one;
//      ^ from: @4 § value of a local
    return b;
//         ^ from: @6 § overwritten value
}

function branches(c) {
    let x;
    if (c) x = 1;
    else x = 2;
    return x;
//         ^ from: @14 | @15 § values that meet
}

function sometimes(c) {
    let x = 1;
    if (c) x = 2;
    return x;
//         ^ from: @21 | @22 § conditional write
}

function rounds(n) {
    let s = 0;
    while (s < n) {
//         ^ from: @28 | @31 § value around a loop
        s = s + 1;
    }
    return s;
//         ^ from: @28 | @31
}

function elements(items) {
    let last = 0;
    for (const item of items) {
        last = item;
//             ^^^^ from: @39 § element of a loop
    }
    return last;
//         ^^^^ from: @38 | @40
}

function compound(n) {
    let x = n;
    x += n;
//  ^ from: @48
    return x;
//         ^ from: @49 § compound assignment
}

function counts(n) {
    let x = n;
    x++;
//  ^ from: @56
    return x;
//         ^ from: @57 § increment
}

function fields(p, n) {
    p.x = 0;
    p.x = n;
    p.y = n;
    return p.x;
//         ^^^ from: @65 § field
}

function deep(p, n) {
    p.next.x = n;
    p.x = 0;
    return p.next.x;
//         ^^^^^^^^ from: @72 § field of a field
}

function keys(v, n) {
    v[0] = n;
    v[1] = 2;
    return v[0];
//         ^^^^ from: @79 § element by constant key
}

function anyKey(v, i) {
    v[0] = 1;
    v[i] = 2;
    return v[0];
//         ^^^^ from: @86 | @87 § element by any key
}

function aliases(p, n) {
    const q = p;
    q.x = n;
    return p.x;
//         ^^^ from: @94 § alias
}

function chosen(n) {
    let x = 0;
    switch (n) {
        case 1:
            x = 1;
        case 2:
            return x;
//                 ^ from: @100 | @103 § value through switch
    }
    return x;
//         ^ from: @100
}

function jumps(c, d) {
    let x = 0;
    while (c) {
        if (d) {
            x = 1;
            break;
        }
        x = 2;
    }
    return x;
//         ^ from: @113 | @116 | @119 § value through jumps
}

function changed(p, n) {
    p.x = n;
    fill(p);
    return p.x;
//         ^^^ from: @126 | @127 § change by a call
}

function handled(n) {
    let x = n;
    try {
        x = 1;
        risky();
        x = 2;
    } catch (e) {
        report(x);
//             ^ from: @135
        return e;
//             ^ from: @138 § variable of a handler
    }
    return x;
//         ^ from: @137
}

function finishes(n) {
    let x = n;
    try {
        x = 1;
        risky();
        x = 2;
    } finally {
        kept = x;
//             ^ from: @151 | @153 § write before finally
    }
    return x;
//         ^ from: @151 | @153
}

function parts(p, v) {
    const { x, y: renamed } = p;
    const [first] = v;
    return x + renamed + first;
//         ^ from: @163 § destructuring
//             ^^^^^^^ from: @163
//                       ^^^^^ from: @164
}

function captures(n) {
    const s = () => n;
//                  ^ from: @171 § capture
    return s();
}

function writes(n) {
    let x = n;
    const r = () => { x = 1; };
    r();
    return x;
//         ^ from: @178 | @179 § write in a closure
}

function deletes(p, n) {
    p.x = n;
    delete p.x;
    return p.x;
//         ^^^ from: none § deletion
}
