// Which writes reach which reads.

fn straight(a: i32) -> i32 {
    let mut b = a;
//              ^ from: @3 § parameter's value
    b = b + 1;
//      ^ from: @4 § value of a local
    return b;
//         ^ from: @6 § overwritten value
}

fn branches(c: bool) -> i32 {
    let x;
    if c {
        x = 1;
    } else {
        x = 2;
    }
    x
//  ^ from: @15 | @17 § values that meet
}

fn sometimes(c: bool) -> i32 {
    let mut x = 1;
    if c {
        x = 2;
    }
    x
//  ^ from: @24 | @26 § conditional write
}

fn rounds(n: i32) -> i32 {
    let mut s = 0;
    while s < n {
//        ^ from: @33 | @36 § value around a loop
        s = s + 1;
    }
    s
//  ^ from: @33 | @36
}

fn elements(items: Vec<i32>) -> i32 {
    let mut last = 0;
    for item in items {
        last = item;
//             ^^^^ from: @44 § element of a loop
    }
    last
//  ^^^^ from: @43 | @45
}

fn compound(n: i32) -> i32 {
    let mut x = n;
    x += n;
//  ^ from: @53
    x
//  ^ from: @54 § compound assignment
}

fn parts(pair: (i32, Point)) -> i32 {
    let (left, Point { x, y: renamed }) = pair;
    left + x + renamed
//  ^^^^ from: @61 § destructuring
//         ^ from: @61
//             ^^^^^^^ from: @61
}

struct Point {
    x: i32,
    y: i32,
    next: Box<Point>,
}

fn fields(mut p: Point, n: i32) -> i32 {
    p.x = 0;
    p.x = n;
    p.y = n;
    p.x
//  ^^^ from: @76 § field
}

fn deep(mut p: Point, n: i32) -> i32 {
    p.next.x = n;
    p.x = 0;
    p.next.x
//  ^^^^^^^^ from: @83 § field of a field
}

fn keys(v: &mut [i32], n: i32) -> i32 {
    v[0] = n;
    v[1] = 2;
    v[0]
//  ^^^^ from: @90 § element by constant key
}

fn any_key(v: &mut [i32], i: usize) -> i32 {
    v[0] = 1;
    v[i] = 2;
    v[0]
//  ^^^^ from: @97 | @98 § element by any key
}

fn aliases(p: &mut Point, n: i32) -> i32 {
    let q = p;
    q.x = n;
    let r = q;
    r.x
//  ^^^ from: @105 § alias
}

fn pointers(n: i32) -> i32 {
    let mut x = n;
    let q = &mut x;
    *q = 1;
    x
//  ^ from: @112 | @114 § pointer
}

fn captures(n: i32) -> impl Fn() -> i32 {
    move || n
//          ^ from: @119 § capture
}

fn writes(n: i32) -> i32 {
    let mut x = n;
    let mut change = || { x = 1; };
    change();
    x
//  ^ from: @125 | @126 § write in a closure
}

fn chosen(n: i32) -> i32 {
    let mut x = 0;
    match n {
        1 => x = 1,
        2 => x = 2,
        _ => (),
    }
    x
//  ^ from: @133 | @135 | @136 § value through switch
}

fn jumps(c: bool, d: bool) -> i32 {
    let mut x = 0;
    while c {
        if d {
            x = 1;
            break;
        }
        x = 2;
    }
    x
//  ^ from: @144 | @147 | @150 § value through jumps
}

fn changed(p: &mut Point, n: i32) -> i32 {
    p.x = n;
    fill(p);
    p.x
//  ^^^ from: @157 | @158 § change by a call
}
