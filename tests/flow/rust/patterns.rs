enum Shape {
//   ^^^^^ def: Shape
    Circle(f64),
    Square { side: f64 },
    Empty,
}

fn area(shape: Shape) -> f64 {
//             ^^^^^ ref: Shape
    match shape {
        Shape::Circle(r) => r * r,
//                    ^ def: r
//                          ^ ref: r
        Shape::Square { side } if side > zero => side * side,
//                                ^^^^^^^^^^^ cfg: true: side @14 | false: case @17
//                                               ^^^^^^^^^^^ cfg: match shape {
        Shape::Empty => none,
    }
}

fn drains(mut stack: Vec<i32>) {
//            ^^^^^ def: stack
    while let Some(top) = stack.pop() {
//                 ^^^ def: top
//                        ^^^^^ ref: stack
        touch(top);
//            ^^^ ref: top
    }
    done();
//  ^^^^^^ cfg: end
}

fn generic<T: Clone>(value: &T) -> T {
//         ^ def: T
//                           ^ ref: T
    value.clone()
}

fn breaks_with_value() -> i32 {
    let found = loop {
        if ready {
//         ^^^^^ cfg: true: seven | false: step()
            break seven;
//                ^^^^^ cfg: break seven
        }
        step();
//      ^^^^^^ cfg: ready
    };
    found
}

fn block_value(x: i32) -> i32 {
    let y = {
        let x = x * 2;
//          ^ def: inner
        x + 1
//      ^ ref: inner
    };
    x + y
}

fn returns_never() {
    return;
    late();
//  ^^^^^^ dead
}
