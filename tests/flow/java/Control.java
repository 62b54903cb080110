// Where control goes, construct by construct.

class Control {
    void once(boolean c) {
        if (c) yes();
//          ^ cfg: true: yes() | false: after() § if
        after();
    }

    void either(boolean c) {
        if (c) {
//          ^ cfg: true: yes() | false: no() § else
            yes();
//          ^^^^^ cfg: after()
        } else {
            no();
//          ^^^^ cfg: after()
        }
        after();
    }

    void ladder(boolean a, boolean b) {
        if (a) {
//          ^ cfg: true: one() | false: b § else if
            one();
//          ^^^^^ cfg: after()
        } else if (b) {
//                 ^ cfg: true: two() | false: three()
            two();
        } else {
            three();
        }
        after();
    }

    void conditional(boolean c) {
        int x = c ? left : right; 
//              ^ cfg: true: left | false: right § conditional expression
//                  ^^^^ cfg: c ? left : right
        after(x);
    }

    void shortCircuit(boolean a, boolean b) {
        if (a && b || d) yes();
//          ^ cfg: true: b | false: a && b § short circuit
//          ^^^^^^ cfg: true: a && b || d | false: d
        after();
    }

    void loops(boolean c) {
        while (c) {
//             ^ cfg: true: body() | false: after() § while
            body();
//          ^^^^^^ cfg: c
        }
        after();
    }

    void atLeastOnce(boolean c) {
        do {
            body();
//          ^^^^^^ cfg: c § do while
        } while (c);
//               ^ cfg: true: body() | false: after()
        after();
    }

    void counted(boolean n) {
        for (int i = 0; i < n; i++) {
//                      ^^^^^ cfg: true: body() | false: after() § for
//                             ^^^ cfg: i
            body();
//          ^^^^^^ cfg: i
        }
        after();
    }

    void elements(boolean xs) {
        for (int x : xs) {
//      ^^^^^^^^^^^^^^^^^^ cfg: true: x | false: after() § for each
            body();
//          ^^^^^^ cfg: <tmp>
        }
        after();
    }

    void endless(boolean c) {
        for (;;) {
            body();
//          ^^^^^^ cfg: c § endless loop
            if (c) break;
//              ^ cfg: true: break; | false: body()
//                 ^^^^^^ cfg: after() § break
        }
        after();
    }

    void skips(boolean c, boolean d) {
        while (c) {
            if (d) continue;
//                 ^^^^^^^^^ cfg: c § continue
            body();
        }
        after();
    }

    void labelled(boolean a, boolean b, boolean c) {
        outer:
        while (a) {
            while (b) {
                if (c) break outer;
//                     ^^^^^^^^^^^^ cfg: after() § labelled break
                continue outer;
//              ^^^^^^^^^^^^^^^ cfg: a § labelled continue
            }
        }
        after();
    }

    void early(boolean c) {
        if (c) return;
//             ^^^^^^^ cfg: end § early return
        after();
    }

    void dead() {
        return;
        never();
//      ^^^^^^^ dead § dead code
    }

    void chooses(boolean x) {
        switch (x) {
//              ^ cfg: case: case | default: default § switch
            case 1:
                one();
//              ^^^^^ cfg: break;
                break;
//              ^^^^^^ cfg: after()
            default:
                other();
        }
        after();
    }

    void falls(boolean x) {
        switch (x) {
            case 1:
                one();
//              ^^^^^ cfg: case @151 § fall through
            case 2:
                two();
        }
        after();
    }

    void throws(boolean c) {
        if (c) throw problem;
//             ^^^^^^^^^^^^^^ cfg: exception: end § throw
        after();
    }

    void catches() {
        try {
            risky();
//          ^^^^^^^ cfg: after() | exception: rescue() § try and catch
        } catch (Throwable e) {
            rescue();
//          ^^^^^^^^ cfg: after()
        }
        after();
    }

    void handlers() {
        try {
            risky();
//          ^^^^^^^ cfg: after() | exception: first() | exception: second() § typed handlers
        } catch (A a) {
            first();
//          ^^^^^^^ cfg: after()
        } catch (B b) {
            second();
        }
        after();
    }

    void finishes() {
        try {
            risky();
//          ^^^^^^^ cfg: tidy() | exception: tidy() § finally
        } finally {
            tidy();
//          ^^^^^^ cfg: after()
        }
        after();
    }

    void leaves(boolean c) {
        try {
            if (c) return;
//                 ^^^^^^^ cfg: tidy() § return through finally
            risky();
        } finally {
            tidy();
//          ^^^^^^ cfg: after() | end
        }
        after();
    }

    void arrows(boolean x) {
        switch (x) {
            case 1 -> one();
//                    ^^^^^ cfg: <tmp> @216 § match
            default -> other();
        }
        switch (x) {
            case Whole a when a.ok() -> one();
//                            ^^^^^^ cfg: true: one() | false: case @220 § guard
//                                      ^^^^^ cfg: after()
            case Part b -> two();
//                         ^^^^^ cfg: after()
            default -> other();
        }
        after();
    }

    void resources() {
        try (Reader in = open()) {
            use(in);
//          ^^^^^^^ cfg: in | exception: in § resource
        }
        after();
    }

    void closure(boolean c) {
        Runnable r = () -> {
            if (c) inside();
//              ^ cfg: true: inside() | false: end § closure's body
//                 ^^^^^^^^ cfg: end
        };
        r.run();
    }

}
