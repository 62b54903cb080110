using System.Collections.Generic;
using Shop;

namespace App;

public class Main : Base
{
    static double Sum(List<IShape> shapes)
    {
        double total = 0;
        foreach (IShape shape in shapes)
        {
            total += shape.Area();
        }
        return total;
    }

    [Entry]
    public static void Run(string[] args)
    {
        var square = new Square(2) { Name = "two" };
        Log(square.Area());
        Helper(args.Length);
    }

    private static void Helper(int n)
    {
        switch (n)
        {
            case 0:
                Log(0.0);
                break;
            default:
                Log(1.0);
                break;
        }
    }
}
