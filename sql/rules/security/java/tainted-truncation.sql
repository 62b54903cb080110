/*
id = "tainted-truncation"
title = "Number from untrusted input cut to fewer bits"
severity = "low"
cwe = [197]
languages = ["java"]
what = "Finds casts to a smaller type of whole numbers that others choose and that nobody compares with both ends of that type."
why = "What is left is another number, which may have another sign: it passes tests that the one that was given would not."
fix = "Compare the number with both ends first, or use Math.toIntExact; read it with Short.parseShort or Byte.parseByte."
references = ["https://wiki.sei.cmu.edu/confluence/display/java/NUM12-J.+Ensure+conversions+of+numeric+types+to+narrower+types+do+not+result+in+lost+or+misinterpreted+data"]

[[example]]
language = "java"
match = [6, 8, 10]
code = '''
import javax.servlet.http.*;

class TaintedTruncationHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        byte small = (byte) count;
        long far = Long.parseLong(request.getParameter("far"));
        response.setIntHeader("far", (int) far);
        short middle = Short.parseShort(request.getParameter("middle"));
        byte low = (byte) middle;
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedTruncationSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        if (count >= Byte.MIN_VALUE && count <= Byte.MAX_VALUE) {
            byte small = (byte) count;
        }
        long wide = (long) count;
        double part = Double.parseDouble(request.getParameter("part"));
        response.setIntHeader("part", (int) part);
    }
}
'''
*/
SELECT sink_id AS node_id, 'bits are lost of what comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('narrowed') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
