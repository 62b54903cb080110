/*
id = "redirect-from-surroundings"
title = "Redirect to an address from the surroundings"
severity = "low"
cwe = [601]
languages = ["java"]
what = "Finds redirects to an address that comes from the environment or the properties of the system."
why = "Whoever may set it sends all visitors elsewhere, to a page that looks like this one."
fix = "Keep the addresses that may be gone to in a list, and take from it."

[[example]]
language = "java"
match = [5]
code = '''
import javax.servlet.http.*;

class RedirectFromSurroundingsHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.sendRedirect(System.getenv("START"));
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class RedirectFromSurroundingsSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.sendRedirect("/start?page=" + Integer.parseInt(System.getenv("PAGE")));
    }
}
'''
*/
SELECT sink_id AS node_id, 'the address is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'redirect' AND language = 'java' AND source_kind = 'environment'
