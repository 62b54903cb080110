package app;

public interface Handler {
    void handle(String event);
}
