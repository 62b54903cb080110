namespace Shop
{
    public interface IShape
    {
        double Area();
    }

    public class Square : IShape
    {
        private readonly double side;
        public string Name { get; set; } = "square";

        public Square(double side)
        {
            this.side = side;
        }

        public double Perimeter => 4 * side;

        public double Area() => side * side;
    }
}
