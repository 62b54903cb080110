/*
id = "nosql-injection"
title = "Query of a document store from untrusted input"
severity = "high"
cwe = [943]
languages = ["java"]
what = "Finds queries of a document store that others choose the form of."
why = "An object in the place of a text is an operator: `{\"$ne\": null}` as a password fits every one."
fix = "Make a text of it before it goes into the query, and see that it is one."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import org.bson.Document;

class NosqlInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Document.parse("{name: '" + given + "'}");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import org.bson.Document;

class NosqlInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new Document("name", given);
    }
}
'''
*/
SELECT sink_id AS node_id, 'the query is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'nosql' AND language IN ('java') AND source_kind IN ('remote', 'network')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
