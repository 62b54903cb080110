class More {
    int conditional(int a, int b) {
        return a > b ? left : right;
//             ^^^^^ cfg: true: left | false: right
    }

    void resources() throws Exception {
        try (Reader in = open()) {
//                  ^^ def: in
            use(in);
//              ^^ ref: in
        }
    }

    int value(int day) {
        return switch (day) {
//                     ^^^ cfg: case: case @18 | default: default
            case 1 -> one;
//                    ^^^ cfg: return switch (day) {
            default -> {
                yield other;
            }
        };
    }

    void continues() {
        for (int i = 0; i < n; i++) {
//                      ^^^^^ cfg: true: skip | false: end
            if (skip) continue;
//                    ^^^^^^^^^ cfg: i @27
            work();
//          ^^^^^^ cfg: i @27
        }
    }

    void patterns(Object o) {
        if (o instanceof String text) {
//                              ^^^^ def: text
            print(text);
//                ^^^^ ref: text
        }
    }

    class Inner {
        int depth;
//          ^^^^^ def: depth
        int get() { return depth; }
//                         ^^^^^ ref: depth
    }

    int catchAndRethrow() {
        try {
            return risky();
//                 ^^^^^^^ cfg: return risky(); | exception: problem | exception: close()
        } catch (Exception problem) {
            throw problem;
//          ^^^^^^^^^^^^^^ cfg: exception: close()
        } finally {
            close();
//          ^^^^^^^ cfg: end | exception: end
        }
    }
}
