/*
id = "tainted-arithmetic"
title = "Sum or product of a number from untrusted input"
severity = "low"
cwe = [190, 191]
languages = ["java"]
what = """
Finds sums, differences and products of a whole number that others choose and that nobody compares with a bound before."""
why = """
The result wraps around: what was too large comes out small or negative, and passes the tests that are made of it later."""
fix = """
Compare the number with the most and the least that makes sense, or use Math.addExact and the methods beside it."""
references = ["https://wiki.sei.cmu.edu/confluence/display/java/NUM00-J.+Detect+or+prevent+integer+overflow"]

[[example]]
language = "java"
match = [6, 7, 9]
code = '''
import javax.servlet.http.*;

class TaintedArithmeticHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        response.setIntHeader("next", count + 1);
        response.setIntHeader("previous", count - 1);
        if (count > 0) {
            response.setIntHeader("price", count * 200);
        }
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedArithmeticSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        response.setHeader("text", "count " + count);
        if (count < 0 || count > 1000) {
            return;
        }
        response.setIntHeader("next", count + 1);
        response.setIntHeader("price", count * 200);
        response.setIntHeader("own", request.getParameter("text").length() + 1);
        String name = Integer.toString(new java.util.Random().nextInt(), 36);
        int letters = name.length();
        response.setIntHeader("letters", letters + 1);
    }
}
'''
*/
SELECT sink_id AS node_id, 'nothing bounds what comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('sum', 'difference', 'product') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
