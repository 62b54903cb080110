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

    int branches(bool c) {
        int x;
        if (c) x = 1;
        else x = 2;
        return x;
//             ^ from: @15 | @16 § values that meet
    }

    int sometimes(bool c) {
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
        foreach (int item in items) {
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
                break;
            case 2:
                x = 2;
                break;
        }
        return x;
//             ^ from: @101 | @104 | @107 § value through switch
    }

    int jumps(bool c, bool d) {
        int x = 0;
        while (c) {
            if (d) {
                x = 1;
                break;
            }
            x = 2;
        }
        return x;
//             ^ from: @115 | @118 | @121 § value through jumps
    }

    int changed(Point p, int n) {
        p.x = n;
        fill(p);
        return p.x;
//             ^^^ from: @128 | @129 § change by a call
    }

    int handled(int n) {
        int x = n;
        try {
            x = 1;
            risky();
            x = 2;
        } catch (E e) {
            report(x);
//                 ^ from: @137
            return e;
//                 ^ from: @140 § variable of a handler
        }
        return x;
//             ^ from: @139
    }

    int finishes(int n) {
        int x = n;
        try {
            x = 1;
            risky();
            x = 2;
        } finally {
            kept = x;
//                 ^ from: @153 | @155 § write before finally
        }
        return x;
//             ^ from: @153 | @155
    }

    int Parts(int n) {
        var (left, right) = (n, one);
        return left;
//             ^^^^ from: @165 § destructuring
    }

    int Captures(int n) {
        Func<int> s = () => n;
//                          ^ from: @170 § capture
        return s();
    }

    int Writes(int n) {
        int x = n;
        Action r = () => { x = 1; };
        r();
        return x;
//             ^ from: @177 | @178 § write in a closure
    }

}
