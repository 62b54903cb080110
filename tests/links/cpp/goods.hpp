#pragma once

namespace geo {
//        ^^^ declares: NAMESPACE_BLOCK geo § namespace

union Bits { int whole; char part; };
//    ^^^^ declares: TYPE_DECL geo::Bits union § union

enum class Color { Red, Green };
//         ^^^^^ declares: TYPE_DECL geo::Color enum § enum

using Meters = int;
//    ^^^^^^ declares: TYPE_DECL geo::Meters alias § type alias

struct Point { int x; };
//     ^^^^^ declares: TYPE_DECL geo::Point struct § struct

class Shape {
//    ^^^^^ declares: TYPE_DECL geo::Shape § class
public:
    Shape(int side);
    virtual int area();
    int label();
};

class Square : public Shape {
//    ^^^^^^ inherits: geo::Shape § inheritance
public:
    static int made;
//             ^^^^ declares: MEMBER geo::Square::made static public § static field
    int side;
//      ^^^^ declares: MEMBER geo::Square::side § field
    Shape *inner;

    Square(int side) : Shape(side), side(side) {}
//                     ^^^^^^^^^^^ calls: geo::Shape::<init> § constructor of the supertype
//  ^^^^^^ declares: METHOD geo::Square::<init> § constructor

    int area() override {
//      ^^^^ overrides: geo::Shape::area § overriding
//      ^^^^ declares: METHOD geo::Square::area § method
        return scaled(side) + Shape::area();
//                            ^^^^^^^^^^^^^ calls: geo::Shape::area § super
//             ^^^^^^ calls: geo::Square::scaled § own method
    }

    int scaled(int by, int times = 1) {
//                 ^^ declares: METHOD_PARAMETER_IN by § parameter
//                         ^^^^^ declares: METHOD_PARAMETER_IN times § default parameter
        return inner->area();
//                    ^^^^ calls: geo::Shape::area | geo::Square::area § method of a field
    }

    static Square *unit() {
//                 ^^^^ declares: METHOD geo::Square::unit static public § static method
        return new Square(1);
//                 ^^^^^^ calls: geo::Square::<init> § constructor
    }

    Square *self() { return this; }

    Square operator+(const Square &other) {
//         ^^^^^^^^^ declares: METHOD geo::Square::operator+ § operator overloading
        return other;
    }

    class Tag {};
//        ^^^ declares: TYPE_DECL geo::Square::Tag § nested type
};

template <typename T>
//                 ^ declares: TYPE_PARAMETER T § generic type
class Box {
    T value;
};

int weigh(Shape *shape);

int helped(int first, ...);
//                    ^^^ declares: METHOD_PARAMETER_IN ... § variadic parameter
//             ^^^^^ declares: METHOD_PARAMETER_IN first

}
