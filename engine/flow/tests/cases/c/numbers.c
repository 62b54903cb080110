#define DRAW() (draw() << 8 ^ draw())
#define LIMIT 2147483647

int drawn(const int *list, int count) {
    int number = DRAW();
    int more = number + 2; // flow: integer-overflow
    return list[number % count] + list[draw() & 7] + (1 + number % 31);
}

int square(void) {
    int side = LIMIT;
    if (abs((long)side) < (long)sqrt((double)LIMIT))
        return side * side;
    return side + 1; // flow: integer-overflow
}
