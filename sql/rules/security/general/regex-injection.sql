/*
id = "regex-injection"
title = "Regular expression from untrusted input"
severity = "medium"
cwe = [1333, 400]
languages = ["java", "python", "javascript"]
what = "Finds regular expressions that others choose."
why = """
Some expressions take time that doubles with every character of the text: one request keeps a core busy for hours."""
fix = "Escape it, so that it means itself, or use an engine that takes linear time."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.util.regex.Pattern;

class RegexInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Pattern.compile(given).matcher("text").find();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.util.regex.Pattern;

class RegexInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Pattern.compile(Pattern.quote(given)).matcher("text").find();
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import re

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    re.search(given, "text")
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import re

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    re.search(re.escape(given), "text")
    return "done"
'''

[[example]]
language = "javascript"
match = [4]
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  new RegExp(given).test('text');
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  'text'.includes(given);
});
'''
*/
SELECT sink_id AS node_id, 'the expression is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'regex-dos' AND language IN ('java', 'python', 'javascript', 'typescript') AND source_kind IN ('remote', 'network')
