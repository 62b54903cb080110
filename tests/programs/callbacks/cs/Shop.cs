using System;

namespace Shop
{
    public class Till
    {
        public event EventHandler Sold;
        private Func<int, int> rounding;

        public Till(Func<int, int> rounding)
        {
            this.rounding = rounding;
        }

        public int Sell(int price)
        {
            Sold(this, null);
            return rounding(price);
        }
    }

    public class Program
    {
        static int Up(int price) { return price + 1; }

        static void Note(object sender, EventArgs e) { }

        static void Main()
        {
            var till = new Till(Up);
            till.Sold += Note;
            Action done = () => Note(null, null);
            done.Invoke();
        }
    }
}
