import java.util.*;
import lib.*;

class Aliases {
    void same(Request request) {
        StringBuilder text = new StringBuilder("a");
        twice(text, text, request);
    }

    private void twice(StringBuilder one, StringBuilder other, Request request) {
        one.append(request.get("a"));
        Sink.run(other.toString()); // flow: sql
    }

    void different(Request request) {
        apart(new StringBuilder("a"), new StringBuilder("b"), request);
    }

    private void apart(StringBuilder one, StringBuilder other, Request request) {
        one.append(request.get("a"));
        Sink.run(other.toString());
    }

    void dimensions(Request request) {
        String[][] table = new String[3][5];
        table[0][0] = request.get("a");
        Sink.run(table[0][0]); // flow: sql
    }

    void pairs(Request request) {
        Map<String, String> map = new HashMap<>();
        map.put("a", request.get("a"));
        for (Map.Entry<String, String> pair : map.entrySet()) {
            Sink.run(pair.getKey());
            Sink.run(pair.getValue()); // flow: sql
        }
    }
}
