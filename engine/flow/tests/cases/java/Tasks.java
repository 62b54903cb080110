import java.util.concurrent.*;
import lib.*;

class Tasks {
    static class Loud implements Runnable {
        private final String held;

        Loud(String held) {
            this.held = held;
        }

        public void run() {
            Sink.run(held); // flow: sql
        }
    }

    static class Own extends Thread {
        private final String held;
        private final String other;

        Own(String held, String other) {
            this.held = held;
            this.other = other;
        }

        @Override
        public void run() {
            Sink.run(held); // flow: sql
            Sink.run(other);
        }
    }

    interface Gives {
        String give();
    }

    void starts(Request request, ExecutorService service) throws Exception {
        service.execute(new Loud(request.get("a")));
        new Own(request.get("b"), "safe").start();
        String value = request.get("c");
        new Thread(new Runnable() {
            public void run() {
                Sink.run(value); // flow: sql
            }
        }).start();
        Gives gives = new Gives() {
            private String held = value;

            public String give() {
                return held;
            }
        };
        Sink.run(gives.give()); // flow: sql
    }

    void quiet(ExecutorService service) {
        service.execute(new Quiet("safe"));
    }

    static class Quiet implements Runnable {
        private final String held;

        Quiet(String held) {
            this.held = held;
        }

        public void run() {
            Sink.run(held);
        }
    }
}
