#include "goods.h"

static int one(int value) {
    return value;
}

static int apply(int (*f)(int)) {
    return f(1);
//         ^ calls: main.c:one § callback
}

int main(void) {
    struct item it;
    one(1);
//  ^^^ calls: main.c:one § function
    weigh(&it);
//  ^^^^^ calls: weigh § imported function, files of one module
    helped(1, 2, 3);
//  ^^^^^^ calls: helped § variadic arguments
    int (*chosen)(int) = one;
    chosen(1);
//  ^^^^^^ calls: main.c:one § function as a value
    apply(one);
    return 0;
}
