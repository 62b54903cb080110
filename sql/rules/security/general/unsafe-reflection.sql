/*
id = "unsafe-reflection"
title = "Class or method named by untrusted input"
severity = "medium"
cwe = [470]
languages = ["java", "python"]
what = "Finds classes and methods that are loaded by a name that others choose."
why = "It makes or calls what was never meant to be reached from outside."
fix = "Look the name up in a table of what may be asked for."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.util.Map;

class UnsafeReflectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Class.forName(given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.util.Map;

class UnsafeReflectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Class<?> known = Map.of("a", String.class).get(given);
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import importlib

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    importlib.import_module(given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import importlib

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    importlib.import_module({"a": "json"}.get(given, "html"))
    return "done"
'''
*/
SELECT sink_id AS node_id, 'the name is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'reflection' AND language IN ('java', 'python') AND source_kind IN ('remote', 'network')
