/*
id = "tainted-size"
title = "Array or collection as large as others like"
severity = "medium"
cwe = [770, 789]
languages = ["java"]
what = """
Finds arrays, and collections with a capacity, that are made for a number of elements that others choose, without an upper bound."""
why = "A large number takes all the memory that there is: one request stops the service."
fix = "Compare the number with the most that makes sense before it is used, or let the collection grow with what comes."
references = ["https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/"]

[[example]]
language = "java"
match = [7, 8]
code = '''
import java.util.*;
import javax.servlet.http.*;

class TaintedSizeHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        List<String> names = new ArrayList<>(count);
        byte[] buffer = new byte[count];
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.util.*;
import javax.servlet.http.*;

class TaintedSizeSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        int count = Integer.parseInt(request.getParameter("count"));
        if (count > 100) {
            throw new IllegalArgumentException("too many");
        }
        List<String> names = new ArrayList<>(count);
        List<String> copy = new ArrayList<>(Arrays.asList(request.getParameterValues("name")));
        byte[] buffer = new byte[Math.min(1024, Integer.parseInt(request.getParameter("length")))];
    }
}
'''
*/
SELECT sink_id AS node_id, 'how much comes from ' || source_name AS message, path AS trace
FROM number_flows
WHERE kind IN ('size') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'random')
