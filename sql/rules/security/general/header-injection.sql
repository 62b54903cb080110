/*
id = "header-injection"
title = "Header built from untrusted input"
severity = "medium"
cwe = [113, 93]
languages = ["java"]
what = "Finds text that others choose inside of a header of a response. Node and Go refuse line breaks there by themselves."
why = "Where the server lets line breaks through, they end the header and begin the next one, or the page."
fix = "Encode it, or take only what consists of letters and digits."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.net.URLEncoder;

class HeaderInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.setHeader("X-Name", given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.net.URLEncoder;

class HeaderInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.setHeader("X-Name", URLEncoder.encode(given, "UTF-8"));
    }
}
'''
*/
SELECT sink_id AS node_id, 'the header is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'header' AND language = 'java' AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
