int classify(int n, const char *text) {
    int kind = 0;
    while (*text && n-- > 0) {
        switch (*text++) {
        case 'a':
        case 'b':
            kind = 1;
            break;
        default:
            if (kind)
                goto done;
        }
    }
    do {
        kind = kind ? kind : 2;
    } while (kind > 9);
done:
    return kind;
}
