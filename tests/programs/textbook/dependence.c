// Control dependence as J. Ferrante, K. Ottenstein, J. Warren define it (The program dependence graph and its use in
// optimization, 1987), on a graph in which one node runs under either of two conditions, which is what their region nodes
// are for: 1 → 2, 3; 2 → 4, 5; 3 → 5, 7; 4 → 6; 5 → 6; 6 → 7.

void regions(void) {
    if (n1()) {
        if (n2()) {
            n4();
            goto l6;
        }
        goto l5;
    }
    if (n3()) goto l5;
    goto l7;
l5:
    n5();
l6:
    n6();
l7:
    n7();
}

// What is in a loop depends on its condition, which depends on itself; what stands behind a choice, on neither branch.
void rounds(void) {
    while (n1()) {
        if (n2())
            n3();
        else
            n4();
        n5();
    }
    n6();
}
