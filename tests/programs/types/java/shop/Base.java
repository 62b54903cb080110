package shop;

public abstract class Base<T> {
    protected Cart cart;

    public static class Entry {
        public Item item() {
            return null;
        }
    }

    public T load(String key) {
        return null;
    }

    protected void saved() {}
}
