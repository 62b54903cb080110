import lib.*;

class Types {
    static String given;
    static String other;

    static class Made {
        static {
            Sink.run(given); // flow: sql
            other = "safe";
        }
    }

    static class Loaded {
        static {
            Sink.run(given); // flow: sql
        }
    }

    static class Idle {
        static {
            Sink.run(given);
        }
    }

    void make(Request request) {
        given = request.get("a");
        other = request.get("b");
        new Made();
        Sink.run(other); // flow: sql
    }

    void load(Request request) {
        given = request.get("a");
        Loader.load("Types$Loaded");
    }

    void decode(Request request) {
        String clean = Clean.escape(request.get("a"));
        Sink.run(clean);
        Sink.run(Clean.unescape(clean)); // flow: sql
    }

    void wrapped(Request request) {
        Buffer buffer = new Buffer();
        Buffer untouched = new Buffer();
        Writer writer = new Writer(buffer);
        writer.write(request.get("a"));
        Sink.run(buffer.text()); // flow: sql
        Sink.run(untouched.text());
    }

    void keys(Request request) {
        Session session = request.session();
        session.put("a", request.get("a"));
        Sink.run(session.find("a")); // flow: sql
        Sink.run(session.find("b"));
    }
}
