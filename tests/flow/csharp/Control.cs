// Where control goes, construct by construct.

class Control {
    void Once(bool c) {
        if (c) yes();
//          ^ cfg: true: yes() | false: after() § if
        after();
    }

    void Either(bool c) {
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

    void Ladder(bool a, bool b) {
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

    void Conditional(bool c) {
        int x = c ? left : right; 
//              ^ cfg: true: left | false: right § conditional expression
//                  ^^^^ cfg: c ? left : right
        after(x);
    }

    void ShortCircuit(bool a, bool b) {
        if (a && b || d) yes();
//          ^ cfg: true: b | false: a && b § short circuit
//          ^^^^^^ cfg: true: a && b || d | false: d
        after();
    }

    void Loops(bool c) {
        while (c) {
//             ^ cfg: true: body() | false: after() § while
            body();
//          ^^^^^^ cfg: c
        }
        after();
    }

    void AtLeastOnce(bool c) {
        do {
            body();
//          ^^^^^^ cfg: c § do while
        } while (c);
//               ^ cfg: true: body() | false: after()
        after();
    }

    void Counted(bool n) {
        for (int i = 0; i < n; i++) {
//                      ^^^^^ cfg: true: body() | false: after() § for
//                             ^^^ cfg: i
            body();
//          ^^^^^^ cfg: i
        }
        after();
    }

    void Elements(bool xs) {
        foreach (var x in xs) {
//      ^^^^^^^^^^^^^^^^^^^^^^^ cfg: true: x | false: after() § for each
            body();
//          ^^^^^^ cfg: <tmp>
        }
        after();
    }

    void Endless(bool c) {
        for (;;) {
            body();
//          ^^^^^^ cfg: c § endless loop
            if (c) break;
//              ^ cfg: true: break; | false: body()
//                 ^^^^^^ cfg: after() § break
        }
        after();
    }

    void Skips(bool c, bool d) {
        while (c) {
            if (d) continue;
//                 ^^^^^^^^^ cfg: c § continue
            body();
        }
        after();
    }

    void Jumps(bool c) {
        again:
        body();
        if (c) goto again;
//             ^^^^^^^^^^^ cfg: again § goto
        after();
    }

    void Early(bool c) {
        if (c) return;
//             ^^^^^^^ cfg: end § early return
        after();
    }

    void Dead() {
        return;
        never();
//      ^^^^^^^ dead § dead code
    }

    void Chooses(bool x) {
        switch (x) {
//              ^ cfg: case: case | default: default § switch
            case 1:
                one();
//              ^^^^^ cfg: break;
                break;
//              ^^^^^^ cfg: after()
            default:
                other();
                break;
        }
        after();
    }

    void Throws(bool c) {
        if (c) throw problem;
//             ^^^^^^^^^^^^^^ cfg: exception: end § throw
        after();
    }

    void Catches() {
        try {
            risky();
//          ^^^^^^^ cfg: after() | exception: rescue() § try and catch
        } catch {
            rescue();
//          ^^^^^^^^ cfg: after()
        }
        after();
    }

    void Handlers() {
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

    void Finishes() {
        try {
            risky();
//          ^^^^^^^ cfg: tidy() | exception: tidy() § finally
        } finally {
            tidy();
//          ^^^^^^ cfg: after()
        }
        after();
    }

    void Leaves(bool c) {
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

    void Coalesces(bool a) {
        var x = a ?? fallback;
//              ^ cfg: true: a ?? fallback | false: fallback § null coalescing
        After(x);
    }

    void Chains(bool a) {
        var x = a?.B();
//              ^^^^ cfg: true: null | false: a § optional chaining
        After(x);
    }

    void Patterns(bool o) {
        switch (o) {
            case int n when n > limit:
//                          ^^^^^^^^^ cfg: true: Big() | false: default § guard
                Big();
                break;
            default:
                Other();
                break;
        }
        After();
    }

    void Expression(bool o) {
        var x = o switch {
            1 => one,
//               ^^^ cfg: x = o switch { § match
            _ => other,
        };
        After(x);
    }

    void Resources() {
        using (var s = Open()) {
            Use(s);
//          ^^^^^^ cfg: s | exception: s § resource
        }
        After();
    }

    async Task Waits() {
        var x = await Load();
//                    ^^^^^^ cfg: await Load() § await
        After(x);
    }

    IEnumerable<int> Counts() {
        yield return one;
//                   ^^^ cfg: yield return one;
//      ^^^^^^^^^^^^^^^^^ cfg: After() § yield
        After();
    }

    void Closure(bool c) {
        Action r = () => {
            if (c) Inside();
//              ^ cfg: true: Inside() | false: end § closure's body
//                 ^^^^^^^^ cfg: end
        };
        r();
    }

}
