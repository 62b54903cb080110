/*
id = "tainted-index"
title = "Index from untrusted input"
severity = "medium"
cwe = [129]
languages = ["java"]
what = """
Finds positions in arrays that others choose and that nobody compares with both ends of the array."""
why = """
A position outside of the array ends the request, or the program, with an exception."""
fix = """
Compare the position with 0 and with the length of the array before it is used."""

[[example]]
language = "java"
match = [8, 10]
code = '''
import javax.servlet.http.*;

class TaintedIndexHandler extends HttpServlet {
    private final int[] prices = { 3, 5, 8 };

    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int place = Integer.parseInt(request.getParameter("place"));
        response.setIntHeader("first", prices[place]);
        if (place < prices.length) {
            prices[place] = 0;
        }
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedIndexSoundHandler extends HttpServlet {
    private final int[] prices = { 3, 5, 8 };

    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int place = Integer.parseInt(request.getParameter("place"));
        if (place >= 0 && place < prices.length) {
            response.setIntHeader("first", prices[place]);
        }
        int other = Integer.parseInt(request.getParameter("other"));
        if (other < 0 || prices.length <= other) {
            return;
        }
        prices[other] = 0;
        for (int own = 0; own < prices.length; own++) {
            prices[own]++;
        }
    }
}
'''
*/
SELECT sink_id AS node_id, 'the position comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('index') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
