import lib.*;

class Calls {
    private String field;
    private static boolean on = true;

    String same(String value) {
        return value;
    }

    String choose(boolean yes, String value) {
        if (yes) {
            return value;
        }
        return "safe";
    }

    void calls(Request request) {
        String value = request.get("a");
        Sink.run(same(value)); // flow: sql
        Sink.run(same("safe"));
        Sink.run(choose(true, value)); // flow: sql
        Sink.run(choose(false, value));
        if (!on) {
            Sink.run(value);
        }
    }

    void fields(Request request) {
        field = request.get("a");
        show();
        Box box = new Box();
        box.set(request.get("b"));
        Box other = new Box();
        other.set("safe");
        Sink.run(box.get()); // flow: sql
        Sink.run(other.get());
    }

    private void show() {
        Sink.run(field); // flow: sql
    }

    void closure(Request request) {
        String value = request.get("a");
        Runnable run = () -> Sink.run(value); // flow: sql
        run.run();
    }
}

class Box {
    private String held;

    void set(String value) {
        held = value;
    }

    String get() {
        return held;
    }
}
