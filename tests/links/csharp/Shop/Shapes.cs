namespace Shop {
//        ^^^^ declares: NAMESPACE_BLOCK Shop § namespace
    public interface IShape {
//                   ^^^^^^ declares: TYPE_DECL Shop.IShape public interface § interface
        double Area();
    }

    public class Square : IShape {
//               ^^^^^^ inherits: Shop.IShape § implementation
        static int made = 0;
//                 ^^^^ declares: MEMBER Shop.Square.made static § static field
        private readonly double side;
//                              ^^^^ declares: MEMBER Shop.Square.side private readonly § field
        private IShape inner;

        public Square(double side) {
//             ^^^^^^ declares: METHOD Shop.Square.<init> public § constructor
//                           ^^^^ declares: METHOD_PARAMETER_IN side § parameter
            this.side = side;
        }

        [Obsolete]
//       ^^^^^^^^ declares: ANNOTATION Obsolete § annotation
        public virtual double Area() {
//                            ^^^^ overrides: Shop.IShape.Area
//                            ^^^^ declares: METHOD Shop.Square.Area public virtual § method
            double result = Scaled(side);
//                 ^^^^^^ declares: LOCAL result § local variable
//                          ^^^^^^ calls: Shop.Square.Scaled § own method
            return result;
        }

        public double Scaled(double by, int times = 1) {
//                                          ^^^^^ declares: METHOD_PARAMETER_IN times § default parameter
            return by * inner.Area();
//                            ^^^^ calls: Shop.IShape.Area | Shop.Square.Area | Shop.Circle.Area § method of a field
        }

        public double Size {
            get { return side; }
//          ^^^^^^^^^^^^^^^^^^^^ declares: METHOD Shop.Square.get_Size § property with accessors
        }

        public static Square operator +(Square left, Square right) {
//                           ^^^^^^^^^^^ declares: METHOD Shop.Square.op_Addition public static § operator overloading
            return left;
        }

        public static Square Unit() {
//                           ^^^^ declares: METHOD Shop.Square.Unit public static § static method
            return new Square(1);
//                     ^^^^^^ calls: Shop.Square.<init> § constructor
        }

        public Square Self() {
            return this;
        }

        enum Color { Red, Green }
//           ^^^^^ declares: TYPE_DECL Shop.Square.Color enum § enum, nested type
    }

    public record Pair(int Left, int Right);
//                ^^^^ declares: TYPE_DECL Shop.Pair public record § record

    public struct Point { public int X; }
//                ^^^^^ declares: TYPE_DECL Shop.Point public struct § struct

    public class Circle : Square {
//               ^^^^^^ inherits: Shop.Square § inheritance
        public Circle(double side) : base(side) {
//                                   ^^^^^^^^^^ calls: Shop.Square.<init> § constructor of the supertype
        }

        public override double Area() {
//                             ^^^^ overrides: Shop.Square.Area § overriding
            return base.Area();
//                      ^^^^ calls: Shop.Square.Area § super
        }
    }

    public static class Extensions {
        public static double Twice(this IShape shape) {
//                           ^^^^^ declares: METHOD Shop.Extensions.Twice public static § extension of a type
            return shape.Area();
        }
    }
}
