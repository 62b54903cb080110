// Where control goes, construct by construct.

fn once(c: bool) {
    if c {
//     ^ cfg: true: yes() | false: after() § if
        yes();
    }
    after();
}

fn either(c: bool) {
    if c {
//     ^ cfg: true: yes() | false: no() § else
        yes();
//      ^^^^^ cfg: after()
    } else {
        no();
    }
    after();
}

fn ladder(a: bool, b: bool) {
    if a {
//     ^ cfg: true: one() | false: b § else if
        one();
    } else if b {
//            ^ cfg: true: two() | false: three()
        two();
    } else {
        three();
    }
    after();
}

fn short_circuit(a: bool, b: bool, d: bool) {
    if a && b || d {
//     ^ cfg: true: b | false: a && b § short circuit
//     ^^^^^^ cfg: true: a && b || d | false: d
        yes();
    }
    after();
}

fn loops(c: bool) {
    while c {
//        ^ cfg: true: body() | false: after() § while
        body();
//      ^^^^^^ cfg: c
    }
    after();
}

fn elements(xs: Vec<i32>) {
    for x in xs {
//  ^^^^^^^^^^^^^ cfg: true: <tmp> | false: after() § for each
        body(x);
//      ^^^^^^^ cfg: <tmp>
    }
    after();
}

fn endless(c: bool, d: bool) {
    loop {
        body();
//      ^^^^^^ cfg: c § endless loop
        if c {
            break;
//          ^^^^^ cfg: after() § break
        }
        if d {
            continue;
//          ^^^^^^^^ cfg: body() § continue
        }
        more();
    }
    after();
}

fn labelled(a: bool, b: bool, c: bool) {
    'outer: while a {
        while b {
            if c {
                break 'outer;
//              ^^^^^^^^^^^^ cfg: after() § labelled break
            }
            continue 'outer;
//          ^^^^^^^^^^^^^^^ cfg: a § labelled continue
        }
    }
    after();
}

fn early(c: bool) {
    if c {
        return;
//      ^^^^^^ cfg: end § early return
    }
    after();
}

fn asks() -> Option<i32> {
    let x = read()?;
//          ^^^^^^^ cfg: exception: end | x § early return by ?
    Some(x)
}

fn dead() {
    return;
    never();
//  ^^^^^^^ dead § dead code
}

fn chooses(x: i32) {
    match x {
//        ^ cfg: case: case | case: case | default: default § match
        1 => one(),
//           ^^^^^ cfg: after()
        k if k > limit => two(),
//           ^^^^^^^^^ cfg: true: two() | false: default § guard
        _ => other(),
    }
    after();
}

async fn waits() {
    let x = load().await;
//          ^^^^^^ cfg: load().await § await
    after(x);
}

fn closure(c: bool) {
    let r = || {
        if c {
//         ^ cfg: true: inside() | false: if c { § closure's body
            inside();
        }
    };
    r();
}
