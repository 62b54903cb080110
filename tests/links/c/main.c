#include "goods.h"

static int one(int value) {
    return value;
}

static int apply(int (*f)(int)) {
    return f(1);
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
    apply(one);
    return 0;
}
