class Flows {
    int last;
    int flows(int a, int b) {
        int x = a;
        if (b > 0)
            x = b;
        print(x);
        last = x;
        print(this.last);
        Flows q = this;
        q.last = b;
        while (b > 1)
            x += 1;
        return last;
    }
}
