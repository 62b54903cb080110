package app;

import static shop.Square.unit;
//            ^^^^^^^^^^^^^^^^ imports: shop.Square.unit § static import
import java.util.List;
//     ^^^^^^^^^^^^^^ imports: external java.util.List § external module
import shop.*;
//     ^^^^ imports: shop § import of everything
import shop.Square;
//     ^^^^^^^^^^^ imports: shop.Square § import of a name

public class Main {
//           ^^^^ declares: TYPE_DECL app.Main public § class
    void run(Shape shape, int... more) {
//                 ^^^^^ type: shop.Shape § declared type of a variable
//                               ^^^^ declares: METHOD_PARAMETER_IN more § variadic parameter
        Square square = new Circle(1);
//             ^^^^^^ type: shop.Square § type of an imported name
        square.area();
//             ^^^^ calls: shop.Square.area | shop.Circle.area § imported type's method, override, method
        shape.area();
//            ^^^^ calls: shop.Shape.area | shop.Square.area | shop.Circle.area § interface
        Square.unit();
//             ^^^^ calls: shop.Square.unit § static method
        unit().self().area();
//      ^^^^ calls: shop.Square.unit
//             ^^^^ calls: shop.Square.self § chained calls
        new Circle(2).scaled(3);
//                    ^^^^^^ calls: shop.Square.scaled
        Helper.helped(1);
//             ^^^^^^ calls: app.Helper.helped § files of one module
        over(1);
//      ^^^^ calls: app.Main.over § overloading
        run(shape, 1, 2, 3);
//      ^^^ calls: app.Main.run § variadic arguments, recursion
    }

    void over(int one) {}

    void over(int one, int two) {}

    <T extends Shape> T same(Box<T> box) {
//                                  ^^^ type: app.Box § generic type
        box.open();
//          ^^^^ calls: app.Base.open § inherited method
        return null;
    }

    void values(java.util.function.Function<Integer, Integer> f) {
        Runnable r = () -> over(1);
//                   ^^^^^^^^^^^^^ declares: METHOD app.Main.values.<lambda>0 § closure
        r.run();
        {
            int f2 = 1;
//              ^^ declares: LOCAL f2 § block scope
        }
    }
}
