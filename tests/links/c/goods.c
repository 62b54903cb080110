#include "goods.h"
//        ^^^^^^^ imports: goods.h § import of a module, import of everything, relative import
#include <stdio.h>
//        ^^^^^^^ imports: external stdio.h § external module

int limit = 10;
//  ^^^^^ declares: MEMBER limit § variable of a module

int weigh(struct item *item) {
//  ^^^^^ declares: METHOD weigh § function
//                     ^^^^ type: item § declared type of a variable
    int total = SCALE(item->weight);
//      ^^^^^ declares: LOCAL total § local variable
//              ^^^^^ calls: SCALE § macro
    {
        int inside = total;
//          ^^^^^^ declares: LOCAL inside § block scope
    }
    return weigh(item);
//         ^^^^^ calls: weigh § recursion
}

int helped(int first, ...) {
    return first;
}
