package app;

public class Main {
    void start(Bus bus) {
        bus.on(event -> log(event));
        bus.on(this::count);
        bus.whenIdle(Main::rest);
        bus.convert("a", text -> shout(text));
        new Thread(() -> tick()).start();
    }

    void log(String event) {}

    void count(String event) {}

    static void rest() {}

    static String shout(String text) {
        return text;
    }

    void tick() {}
}
