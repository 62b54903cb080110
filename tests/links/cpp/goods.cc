#include "goods.hpp"
//        ^^^^^^^^^ imports: goods.hpp § import of a module, relative import
#include <vector>
//        ^^^^^^ imports: external vector § external module

#define TWICE(x) ((x) * 2)
//      ^^^^^ declares: METHOD goods.cc:TWICE § macro

int limit = 10;
//  ^^^^^ declares: MEMBER limit § variable of a module

namespace geo {

Shape::Shape(int side) {}

int Shape::area() {
    return 1;
}

int Shape::label() {
    return area();
}

int weigh(Shape *shape) {
//  ^^^^^ declares: METHOD geo::weigh § function
    int total = TWICE(shape->area());
//      ^^^^^ declares: LOCAL total § local variable
//              ^^^^^ calls: goods.cc:TWICE § macro
    {
        int inside = total;
//          ^^^^^^ declares: LOCAL inside § block scope
    }
    return weigh(shape);
//         ^^^^^ calls: geo::weigh § recursion
}

int helped(int first, ...) {
    return first;
}

}
