/*
id = "code-injection"
title = "Code built from untrusted input"
severity = "critical"
cwe = [94, 95]
languages = ["java", "python", "javascript", "go"]
what = "Finds text that others choose evaluated as code."
why = "It runs with all that the program may."
fix = """
Take the value apart instead of evaluating it: a parser of JSON or of numbers, a table of what may be asked for."""

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import javax.script.*;

class CodeInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new ScriptEngineManager().getEngineByName("js").eval("f(" + given + ")");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import javax.script.*;

class CodeInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new ScriptEngineManager().getEngineByName("js").eval("f(" + Integer.parseInt(given) + ")");
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import ast

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    eval(given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import ast

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    ast.literal_eval(given)
    return "done"
'''

[[example]]
language = "javascript"
match = [4]
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  eval('(' + given + ')');
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  JSON.parse(given);
});
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request

app = Flask(__name__)


@app.route("/read")
def read():
    given = request.args["text"]
    if not given.startswith("'") or not given.endswith("'") or "'" in given[1:-1]:
        return "no text"
    return str(len(eval(given)))
'''

[[example]]
language = "go"
match = [12]
code = '''
package scripts

import (
	"net/http"

	"github.com/robertkrimen/otto"
)

func handle(w http.ResponseWriter, r *http.Request) {
	vm := otto.New()
	script := r.URL.Query().Get("script")
	vm.Run(script)
}
'''

[[example]]
language = "go"
match = []
code = '''
package scripts

import (
	"net/http"

	"github.com/robertkrimen/otto"
)

func handle(w http.ResponseWriter, r *http.Request) {
	vm := otto.New()
	vm.Set("name", r.URL.Query().Get("name"))
	vm.Run("name.length")
}
'''
*/
SELECT sink_id AS node_id, 'the code is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'code' AND language IN ('java', 'python', 'javascript', 'typescript', 'go') AND source_kind IN ('remote', 'network')
