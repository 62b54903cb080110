function closures() {
    for (let i = 0; i < 3; i++) {
//           ^ def: i
        later(() => i);
//            ^ captures: i
//                  ^ ref: i
    }
}

function temporal() {
    use(x);
//      ^ ref: x
    let x = 1;
//      ^ def: x
}

function parts({ name, size: width = 1 }, ...others) {
//               ^^^^ def: name
//                           ^^^^^ def: width
//                                           ^^^^^^ def: others
    return [name, width, others];
//          ^^^^ ref: name
//                ^^^^^ ref: width
//                       ^^^^^^ ref: others
}

function chained(a) {
    return a?.b;
}

function assigns(a) {
    a ||= fallback;
//  ^ cfg: true: a ||= fallback | false: fallback
}

function recursive(n) {
//       ^^^^^^^^^ def: recursive
    return n ? recursive(n - 1) : zero;
//             ^^^^^^^^^ ref: recursive
//         ^ cfg: true: n @38 | false: zero
}

function finallyOnly() {
    while (a) {
//         ^ cfg: true: b | false: end
        try {
            if (b) return;
//                 ^^^^^^^ cfg: tidy()
        } finally {
            tidy();
//          ^^^^^^ cfg: a | end
        }
    }
}
