#include "goods.hpp"
using namespace geo;
//              ^^^ imports: geo § import of everything
namespace g = geo;
//        ^^^^^^^ imports: geo § import under another name

int local(int value) {
    return value;
}

int over(int one) { return one; }

int over(int one, int two) { return two; }

int main() {
    geo::Square *s = geo::Square::unit();
//               ^ type: geo::Square § type of an imported name
//                   ^^^^^^^^^^^^^^^^^^^ calls: geo::Square::unit § static method
    s->area();
//     ^^^^ calls: geo::Square::area § imported type's method, method
    s->label();
//     ^^^^^ calls: geo::Shape::label § inherited method
    s->scaled(1);
//     ^^^^^^ calls: geo::Square::scaled § default arguments
    s->self()->area();
    geo::Shape *shape = s;
    shape->area();
//         ^^^^ calls: geo::Shape::area | geo::Square::area § override
    s->Shape::area();
//     ^^^^^^^^^^^ calls: geo::Shape::area § super
    geo::weigh(shape);
//  ^^^^^^^^^^^^^^^^^ calls: geo::weigh § imported function, files of one module
    g::weigh(shape);
//  ^^^^^^^^^^^^^^^ calls: geo::weigh § through an alias
    geo::helped(1, 2, 3);
//  ^^^^^^^^^^^^^^^^^^^^ calls: geo::helped § variadic arguments
    local(1);
//  ^^^^^ calls: local § function
    over(1);
//  ^^^^ calls: over § overloading
    auto made = new geo::Square(1);
    auto add = [](int v) { return v; };
//             ^^^^^^^^^^^^^^^^^^^^^^^ declares: METHOD main::<lambda>0 § closure
    add(1);
}
