package shop;

public class Square implements Shape {
//           ^^^^^^ inherits: shop.Shape § implementation
    static int made = 0;
//             ^^^^ declares: MEMBER shop.Square.made static § static field
    private final double side;
//                       ^^^^ declares: MEMBER shop.Square.side private final § field
    private Shape inner;

    public Square(double side) {
//         ^^^^^^ declares: METHOD shop.Square.<init> public § constructor
//                       ^^^^ declares: METHOD_PARAMETER_IN side § parameter
        this.side = side;
    }

    @Override
//   ^^^^^^^^ declares: ANNOTATION Override § annotation
    public double area() {
//                ^^^^ overrides: shop.Shape.area § overriding
//                ^^^^ declares: METHOD shop.Square.area public § method
        double result = scaled(side);
//             ^^^^^^ declares: LOCAL result § local variable
//                      ^^^^^^ calls: shop.Square.scaled § own method
        return result;
    }

    double scaled(double by) {
        return by * inner.area();
//                        ^^^^ calls: shop.Shape.area | shop.Square.area | shop.Circle.area § method of a field
    }

    public static Square unit() {
//                       ^^^^ declares: METHOD shop.Square.unit public static § static method
        return new Square(1);
//                 ^^^^^^ calls: shop.Square.<init> § constructor
    }

    public Square self() {
        return this;
    }

    enum Color { RED, GREEN }
//       ^^^^^ declares: TYPE_DECL shop.Square.Color enum § enum, nested type

    record Pair(int left, int right) {}
//         ^^^^ declares: TYPE_DECL shop.Square.Pair § record
}
