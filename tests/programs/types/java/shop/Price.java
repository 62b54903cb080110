package shop;

public class Price {
    public void round() {}
}
