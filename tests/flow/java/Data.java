// Which writes reach which reads.

class Data {
    int straight(int a) {
        int b = a;
//              ^ from: @4 § parameter's value
        b = b + one;
//          ^ from: @5 § value of a local
        return b;
//             ^ from: @7 § overwritten value
    }

    int branches(boolean c) {
        int x;
        if (c) x = 1;
        else x = 2;
        return x;
//             ^ from: @15 | @16 § values that meet
    }

    int sometimes(boolean c) {
        int x = 1;
        if (c) x = 2;
        return x;
//             ^ from: @22 | @23 § conditional write
    }

    int rounds(int n) {
        int s = 0;
        while (s < n) {
//             ^ from: @29 | @32 § value around a loop
            s = s + 1;
        }
        return s;
//             ^ from: @29 | @32
    }

    int elements(int[] items) {
        int last = 0;
        for (int item : items) {
            last = item;
//                 ^^^^ from: @40 § element of a loop
        }
        return last;
//             ^^^^ from: @39 | @41
    }

    int compound(int n) {
        int x = n;
        x += n;
//      ^ from: @49
        return x;
//             ^ from: @50 § compound assignment
    }

    int counts(int n) {
        int x = n;
        x++;
//      ^ from: @57
        return x;
//             ^ from: @58 § increment
    }

    int fields(Point p, int n) {
        p.x = 0;
        p.x = n;
        p.y = n;
        return p.x;
//             ^^^ from: @66 § field
    }

    int deep(Point p, int n) {
        p.next.x = n;
        p.x = 0;
        return p.next.x;
//             ^^^^^^^^ from: @73 § field of a field
    }

    int keys(int[] v, int n) {
        v[0] = n;
        v[1] = 2;
        return v[0];
//             ^^^^ from: @80 § element by constant key
    }

    int anyKey(int[] v, int i) {
        v[0] = 1;
        v[i] = 2;
        return v[0];
//             ^^^^ from: @87 | @88 § element by any key
    }

    int aliases(Point p, int n) {
        Point q = p;
        q.x = n;
        return p.x;
//             ^^^ from: @95 § alias
    }

    int chosen(int n) {
        int x = 0;
        switch (n) {
            case 1:
                x = 1;
            case 2:
                return x;
//                     ^ from: @101 | @104 § value through switch
        }
        return x;
//             ^ from: @101
    }

    int jumps(boolean c, boolean d) {
        int x = 0;
        while (c) {
            if (d) {
                x = 1;
                break;
            }
            x = 2;
        }
        return x;
//             ^ from: @114 | @117 | @120 § value through jumps
    }

    int changed(Point p, int n) {
        p.x = n;
        fill(p);
        return p.x;
//             ^^^ from: @127 | @128 § change by a call
    }

    int handled(int n) {
        int x = n;
        try {
            x = 1;
            risky();
            x = 2;
        } catch (E e) {
            report(x);
//                 ^ from: @136
            return e;
//                 ^ from: @139 § variable of a handler
        }
        return x;
//             ^ from: @138
    }

    int finishes(int n) {
        int x = n;
        try {
            x = 1;
            risky();
            x = 2;
        } finally {
            kept = x;
//                 ^ from: @152 | @154 § write before finally
        }
        return x;
//             ^ from: @152 | @154
    }

    int captures(int n) {
        Supplier s = () -> n;
//                         ^ from: @163 § capture
        return s.get();
    }

    int writes(int n) {
        int[] box = { n };
        Runnable r = () -> { box[0] = 1; };
        r.run();
        return box[0];
//             ^^^^^^ from: @170 | @171 § write in a closure
    }

}
