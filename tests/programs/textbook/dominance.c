// Cooper, Harvey, Kennedy, A simple, fast dominance algorithm: the irreducible graphs of figures 2 and 4.

void figure_2(void) {
    if (n5()) goto l4;
    n3();
    goto l2;
l4:
    n4();
l1:
    n1();
    if (leave()) return;
l2:
    n2();
    goto l1;
}

void figure_4(void) {
    if (n6()) goto l4;
    n5();
l1:
    n1();
    goto l2;
l4:
    if (n4()) goto l3;
l2:
    if (n2()) goto l1;
l3:
    if (n3()) goto l2;
}
