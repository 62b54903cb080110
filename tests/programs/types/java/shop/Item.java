package shop;

public class Item {
    public final Price price = new Price();

    public Price price() {
        return price;
    }

    public void sell() {}
}
