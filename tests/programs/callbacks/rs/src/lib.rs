pub fn apply(f: impl Fn(i32) -> i32, x: i32) -> i32 {
    f(x)
}

fn twice(x: i32) -> i32 {
    2 * x
}

pub fn run() -> i32 {
    let thrice = |x: i32| 3 * x;
    apply(twice, 1) + apply(thrice, 2) + thrice(3)
}
