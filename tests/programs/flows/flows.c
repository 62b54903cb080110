int flows(int a, int b) {
    int x = a;
    if (b)
        x = b;
    print(x);
    int v[2];
    v[0] = x; v[1] = 1;
    print(v[1]);
    int *p = &x;
    *p = b;
    print(x);
    while (b)
        x += 1;
    return x;
}
