class Flow {
    int size;
//      ^^^^ def: size

    int bare() {
        return size;
//             ^^^^ ref: size
    }

    int local(int size) {
//                ^^^^ def: parameter
        return size + this.size;
//             ^^^^ ref: parameter
//                         ^^^^ ref: size
    }

    void labelled() {
        outer:
        while (a) {
//             ^ cfg: true: b | false: done()
            while (b) {
//                 ^ cfg: true: c | false: a
                if (c) break outer;
//                     ^^^^^^^^^^^^ cfg: done()
                continue outer;
//              ^^^^^^^^^^^^^^^ cfg: a
            }
        }
        done();
    }

    int throughFinally() {
        try {
            return value;
//          ^^^^^^^^^^^^^ cfg: close()
        } finally {
            close();
//          ^^^^^^^ cfg: end
        }
    }

    void handlers() {
        try {
            risky();
//          ^^^^^^^ cfg: after() | exception: io() | exception: other()
        } catch (IOException e) {
            io();
//          ^^^^ cfg: after()
        } catch (RuntimeException e) {
            other();
        }
        after();
    }

    void fall(int x) {
        switch (x) {
            case 1:
                one();
//              ^^^^^ cfg: case
            case 2:
                two();
                break;
//              ^^^^^^ cfg: after()
        }
        after();
    }

    void arrows(int x) {
        switch (x) {
            case 1 -> one();
//                    ^^^^^ cfg: after()
            default -> other();
//                     ^^^^^^^ cfg: after()
        }
        after();
    }

    void doOnce() {
        do {
            body();
//          ^^^^^^ cfg: again
        } while (again);
//               ^^^^^ cfg: true: body() | false: end
    }

    void lambda(int n) {
//                  ^ def: n
        Runnable r = () -> print(n);
//                   ^ captures: n
//                               ^ ref: n
    }

    void thrown() {
        throw problem;
//      ^^^^^^^^^^^^^^ cfg: exception: end
    }

    void scoped() {
        for (int i = 0; i < 3; i++) {
//               ^ def: i
//                      ^ ref: i
            use(i);
//              ^ ref: i
        }
    }
}
