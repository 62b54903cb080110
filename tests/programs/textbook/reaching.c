// Aho, Lam, Sethi, Ullman, Compilers, 2nd edition, figure 9.13: definitions d1 to d7 in blocks B1 to B4.
// Each block but the first begins with a call that reads all variables: what reaches it is IN of the block.
extern int m, n, u1, u2, u3;

void blocks(void) {
    int i, j, a;
    i = m - 1; // d1
    j = n;     // d2
    a = u1;    // d3
    do {
        B2(i, j, a);
        i = i + 1; // d4
        j = j - 1; // d5
        if (e1()) {
            B3(i, j, a);
            a = u2; // d6
        }
        B4(i, j, a);
        i = u3; // d7
    } while (e2());
    EXIT(i, j, a);
}
