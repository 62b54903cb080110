class Flow {
    int size;
//      ^^^^ def: size

    int Bare() {
        return size;
//             ^^^^ ref: size
    }

    int Local(int size) {
//                ^^^^ def: parameter
        return size + this.size;
//             ^^^^ ref: parameter
    }

    int ThroughFinally() {
        try {
            return value;
//          ^^^^^^^^^^^^^ cfg: Close()
        } finally {
            Close();
//          ^^^^^^^ cfg: end
        }
    }

    void Handlers() {
        try {
            Risky();
//          ^^^^^^^ cfg: After() | exception: Io() | exception: Other()
        } catch (IOException e) {
            Io();
//          ^^^^ cfg: After()
        } catch (Exception e) {
            Other();
        }
        After();
    }

    void Loop() {
        while (a) {
//             ^ cfg: true: b | false: Done()
            if (b) break;
            Work();
//          ^^^^^^ cfg: a
        }
        Done();
    }

    int Outlives(object o) {
        if (!Find(out var found)) return 0;
//                        ^^^^^ def: found
        return found;
//             ^^^^^ ref: found
    }
}
