package shop;

/** What has a size. */
public interface Shape {
    double area();
}
