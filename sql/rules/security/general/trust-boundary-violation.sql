/*
id = "trust-boundary-violation"
title = "Untrusted input kept in the session"
severity = "low"
cwe = [501]
languages = ["java"]
what = "Finds text that others choose kept in the session, where what is trusted stands."
why = "Who reads the session later takes for checked what never was."
fix = "Check it before it is kept, or keep it under a name that says that it was not."

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class TrustBoundaryViolationHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        request.getSession().setAttribute("q", given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TrustBoundaryViolationSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        request.getSession().setAttribute("q", Integer.parseInt(given));
    }
}
'''
*/
SELECT sink_id AS node_id, 'kept in the session: ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'trust-boundary' AND language IN ('java') AND source_kind IN ('remote', 'network')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
