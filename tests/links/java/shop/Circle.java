package shop;

public class Circle extends Square {
//           ^^^^^^ inherits: shop.Square § inheritance
    public Circle(double side) {
        super(side);
//      ^^^^^^^^^^^ calls: shop.Square.<init> § constructor of the supertype
    }

    @Override
    public double area() {
        return super.area();
//                   ^^^^ calls: shop.Square.area § super
    }
}
