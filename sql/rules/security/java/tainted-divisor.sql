/*
id = "tainted-divisor"
title = "Division by a number from untrusted input"
severity = "low"
cwe = [369]
languages = ["java"]
what = """
Finds divisions and remainders by a number that others choose and that nobody compares with anything."""
why = """
Division by 0 ends the request, or the program, with an exception; of floating-point numbers it makes one that is none."""
fix = """
Ask whether the number is 0 before it divides."""

[[example]]
language = "java"
match = [6, 7]
code = '''
import javax.servlet.http.*;

class TaintedDivisorHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int parts = Integer.parseInt(request.getParameter("parts"));
        response.setIntHeader("part", 1000 / parts);
        response.setIntHeader("rest", 1000 % parts);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedDivisorSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int parts = Integer.parseInt(request.getParameter("parts"));
        if (parts == 0) {
            return;
        }
        response.setIntHeader("part", 1000 / parts);
        int others = Math.max(1, Integer.parseInt(request.getParameter("others")));
        response.setIntHeader("rest", others / 7);
    }
}
'''
*/
SELECT sink_id AS node_id, 'the divisor comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('divisor') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
