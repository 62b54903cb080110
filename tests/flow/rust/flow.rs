fn early(x: Option<i32>) -> Option<i32> {
    let y = x?;
//          ^^ cfg: exception: end | y
//      ^ def: y
    helper(y);
//  ^^^^^^ ref: helper
//         ^ ref: y
    Some(y)
}

fn helper(n: i32) {}
// ^^^^^^ def: helper

fn guards(n: i32) {
    match n {
//        ^ cfg: case: case @17 | case: case @19 | default: default
        0 => zero(),
//           ^^^^^^ cfg: after()
        k if k > limit => big(),
//           ^^^^^^^^^ cfg: true: big() | false: default
        _ => other(),
    }
    after();
}

fn labelled() {
    'outer: loop {
        while a {
//            ^ cfg: true: b | false: c
            if b {
                break 'outer;
//              ^^^^^^^^^^^^ cfg: end
            }
            continue 'outer;
//          ^^^^^^^^^^^^^^^ cfg: a
        }
        c;
    }
}

fn shadow(x: i32) -> i32 {
//        ^ def: first
    let x = x + 1;
//      ^ def: second
//          ^ ref: first
    let x = x * 2;
//      ^ def: third
//          ^ ref: second
    {
        let x = 0;
//          ^ def: inner
        touch(x);
//            ^ ref: inner
    }
    x
//  ^ ref: third
}

fn closures(base: i32) {
//          ^^^^ def: base
    let add = |n| n + base;
//            ^ captures: base
//             ^ def: n
//                ^ ref: n
//                    ^^^^ ref: base
    add(1);
}

fn let_else(v: Option<i32>) {
    if let Some(inner) = v {
        use_it(inner);
    } else {
        nothing();
//      ^^^^^^^^^ cfg: after()
    }
    after();
//  ^^^^^^^ cfg: end
}

struct Wallet {
    coins: u32,
//  ^^^^^ def: coins
}

impl Wallet {
    fn count(&self) -> u32 {
        let coins = self.coins;
//          ^^^^^ def: local coins
//                       ^^^^^ ref: coins
        coins
//      ^^^^^ ref: local coins
    }
}
