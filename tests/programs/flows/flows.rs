fn flows(a: i32, b: i32) -> i32 {
    let mut x = a;
    if b > 0 {
        x = b;
    }
    print(x);
    let mut p = Pair { k: x, j: 1 };
    p.k = 2;
    print(p.k);
    while b > 1 {
        x += 1;
    }
    x
}
