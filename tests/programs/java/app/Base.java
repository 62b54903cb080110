package app;

public abstract class Base {
    protected static void log(double value) {
        System.out.println(value);
    }
}
