package app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

public class Bus {
    private final List<Handler> handlers = new ArrayList<>();
    private Runnable idle;

    public void on(Handler handler) {
        handlers.add(handler);
    }

    public void whenIdle(Runnable task) {
        this.idle = task;
    }

    public void fire(String event) {
        for (Handler each : handlers) {
            each.handle(event);
        }
        idle.run();
    }

    public String convert(String text, Function<String, String> with) {
        return with.apply(text);
    }
}
