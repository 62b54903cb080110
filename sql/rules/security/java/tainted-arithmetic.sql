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
    }
}
'''
*/
SELECT t.sink_id AS node_id, 'nothing bounds what comes from ' || coalesce(a.name, s.name) AS message, t.path AS trace
FROM taint(sinks => (SELECT id, kind FROM unchecked_numbers)) t
LEFT JOIN nodes s ON s.id = t.source_id
LEFT JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'FIELD_IDENTIFIER' AND argument_index = 2) a ON a.parent_id = t.source_id
WHERE t.kind IN ('sum', 'difference', 'product') AND t.source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
  -- What rests on several guesses at what a call means is no finding.
  AND t.confidence >= 0.4
