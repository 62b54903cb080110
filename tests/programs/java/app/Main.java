package app;

import java.util.List;
import shop.Shape;
import shop.Square;

public class Main extends Base {
    static double sum(List<Shape> shapes) {
        double total = 0;
        for (Shape shape : shapes) {
            total += shape.area();
        }
        return total;
    }

    public static void main(String[] args) {
        Square square = new Square(2);
        log(square.area());
        helper(args.length);
    }

    private static void helper(int n) {
        switch (n) {
            case 0:
                log(0.0);
                break;
            default:
                log(1.0);
        }
    }
}
