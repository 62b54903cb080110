/*
id = "tainted-loop-bound"
title = "Loop or delay as long as others like"
severity = "medium"
cwe = [400, 606, 834]
languages = ["java"]
what = """
Finds loops that count up to a number that others choose, and delays of a length that they choose, without an upper bound."""
why = """
A large number keeps a thread busy, or waiting, for as long as they like; a few requests stop the service."""
fix = """
Compare the number with the most that makes sense before it is used."""

[[example]]
language = "java"
match = [6, 10]
code = '''
import javax.servlet.http.*;

class TaintedLoopHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        int times = Integer.parseInt(request.getParameter("times"));
        for (int turn = 0; turn < times; turn++) {
            response.getWriter().print("-");
        }
        if (times > 0) {
            Thread.sleep(times);
        }
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedLoopSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        int times = Integer.parseInt(request.getParameter("times"));
        if (times > 80) {
            return;
        }
        for (int turn = 0; turn < times; turn++) {
            response.getWriter().print("-");
        }
        String text = request.getParameter("text");
        for (int place = 0; place < text.length(); place++) {
            Thread.sleep(10);
        }
    }
}
'''
*/
SELECT sink_id AS node_id, 'how long comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('loop-bound', 'delay') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
