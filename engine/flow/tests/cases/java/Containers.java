import java.util.*;
import lib.*;

class Containers {
    void list(Request request) {
        List<String> list = new ArrayList<>();
        list.add("a");
        list.add(request.get("q"));
        list.add("b");
        Sink.run(list.get(2));
        list.remove(0);
        Sink.run(list.get(0)); // flow: sql
        Sink.run(list.get(1));
    }

    void map(Request request) {
        Map<String, Object> map = new HashMap<>();
        map.put("a", "x");
        map.put("b", request.get("q"));
        Sink.run(map.get("a"));
        Sink.run(map.get("b")); // flow: sql
    }

    void walk(Request request) {
        List<String> list = new ArrayList<>();
        list.add(request.get("q"));
        for (String each : list) {
            Sink.run(each); // flow: sql
        }
        String[] pair = {"x", request.get("y")};
        Sink.run(pair[0]);
        Sink.run(pair[1]); // flow: sql
    }

    void builder(Request request) {
        StringBuilder text = new StringBuilder("a");
        Sink.run(text.toString());
        text.append(request.get("q"));
        Sink.run(text.toString()); // flow: sql
    }
}
