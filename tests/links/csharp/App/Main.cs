using System.Text;
//    ^^^^^^^^^^^ imports: external System.Text § external module
using Shop;
//    ^^^^ imports: Shop § import of a module, import of everything
using Round = Shop.Circle;
//            ^^^^^^^^^^^ imports: Shop.Circle § import under another name
using static Shop.Square;
//           ^^^^^^^^^^^ imports: Shop.Square § static import

namespace App {
    public class Main {
//               ^^^^ declares: TYPE_DECL App.Main public § class
        void Run(IShape shape, params int[] more) {
//                      ^^^^^ type: Shop.IShape § declared type of a variable, type of an imported name
//                                          ^^^^ declares: METHOD_PARAMETER_IN more § variadic parameter
            var square = new Circle(1);
            square.Scaled(1, times: 2);
//                 ^^^^^^ calls: Shop.Square.Scaled § keyword arguments, inherited method, method
            square.Scaled(1);
//                 ^^^^^^ calls: Shop.Square.Scaled § default arguments
            Square other = square;
            other.Area();
//                ^^^^ calls: Shop.Square.Area | Shop.Circle.Area § override, imported type's method
            Square.Unit();
//                 ^^^^ calls: Shop.Square.Unit § static method
            Square.Unit().Self();
//                        ^^^^ calls: Shop.Square.Self § chained calls
            new Round(2);
//              ^^^^^ calls: Shop.Circle.<init> § through an alias
            Helper.Helped(1);
//                 ^^^^^^ calls: App.Helper.Helped § files of one module
            Over(1);
//          ^^^^ calls: App.Main.Over § overloading
            Run(shape, 1, 2, 3);
//          ^^^ calls: App.Main.Run § variadic arguments, recursion
        }

        void Over(int one) {}

        void Over(int one, int two) {}

        void Values(Box<Square> box) {
//                              ^^^ type: App.Box § generic type
            Action r = () => Over(1);
//                     ^^^^^^^^^^^^^ declares: METHOD App.Main.Values.<lambda>0 § closure
            r();
            {
                int inside = 1;
//                  ^^^^^^ declares: LOCAL inside § block scope
            }

            int Local(int value) { return value; }
//              ^^^^^ declares: METHOD App.Main.Values.Local § nested function
            Local(1);
//          ^^^^^ calls: App.Main.Values.Local
        }
    }
}
