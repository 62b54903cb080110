/*
id = "cross-site-scripting"
title = "Page built from untrusted input"
severity = "high"
cwe = [79, 80]
languages = ["java", "python", "javascript", "go"]
what = "Finds text that others choose sent as a part of a page without being escaped."
why = "A script in what is given runs in the page of whoever opens the link: it acts as them."
fix = """
Let a template engine escape it, or escape it for the place where it stands: text, attribute, script, address."""
references = ["https://owasp.org/www-community/attacks/xss/"]

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import org.owasp.encoder.Encode;

class CrossSiteScriptingHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.getWriter().println("<p>" + given + "</p>");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import org.owasp.encoder.Encode;

class CrossSiteScriptingSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.getWriter().println("<p>" + Encode.forHtml(given) + "</p>");
        response.getWriter().println("<p>" + given.length() + "</p>");
    }
}
'''

[[example]]
language = "python"
match = [10]
code = '''
from flask import Flask, request
from flask import make_response
from markupsafe import escape

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return make_response("<p>" + given + "</p>")
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
from flask import make_response
from markupsafe import escape

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return make_response("<p>" + escape(given) + "</p>")
'''

[[example]]
language = "javascript"
match = [5]
code = '''
const app = require('express')();
const escapeHtml = require('escape-html');
app.get('/', (req, res) => {
  const given = req.query.q;
  res.send('<p>' + given + '</p>');
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const escapeHtml = require('escape-html');
app.get('/', (req, res) => {
  const given = req.query.q;
  res.send('<p>' + escapeHtml(given) + '</p>');
  res.json({ given });
});
'''

[[example]]
language = "go"
match = [11]
code = '''
package crosssitescriptinghandler

import (
	"fmt"
	"html"
	"net/http"
)

func crossSiteScriptingHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	fmt.Fprintf(w, "<p>%s</p>", given)
}
'''

[[example]]
language = "go"
match = []
code = '''
package crosssitescriptingsoundhandler

import (
	"fmt"
	"html"
	"net/http"
)

func crossSiteScriptingSoundHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(given))
}
'''

[[example]]
language = "go"
match = []
code = '''
package servedfile

import (
	"net/http"
	"os"
)

func servedFile(w http.ResponseWriter, r *http.Request) {
	page, err := os.ReadFile("pages/index.html")
	if err == nil {
		w.Write(page)
	}
}
'''

[[example]]
language = "javascript"
file = "test/echo.js"
match = []
code = '''
const express = require('express');
const request = require('supertest');

describe('echo', function () {
  it('sends what it gets', function (done) {
    const app = express();
    app.get('/:name', (req, res) => {
      res.cookie('seen', 'yes');
      res.send(req.params.name);
    });
    request(app).get('/a').expect(200, 'a', done);
  });
});
'''

[[example]]
language = "python"
match = [10, 17]
code = '''
from flask import Blueprint, make_response, request

shop = Blueprint("shop", __name__)


@shop.route("/find")
def find():
    given = request.args.get("q", "")
    if given:
        return f"<p>nothing like {given}</p>", 404
    return "<p>what?</p>"


def register(application):
    @application.route("/again")
    def again():
        return make_response("<p>" + request.headers["Referer"] + "</p>")
'''

[[example]]
language = "python"
match = []
code = '''
import html
from flask import Flask, Response, make_response, render_template, request

app = Flask(__name__)
SIGNS = {38: "amp", 60: "lt"}


def plain(text):
    out = ""
    for sign in text:
        if sign.isalnum() or sign in [" ", "."]:
            out += sign
        elif ord(sign) in SIGNS:
            out += f"&{SIGNS[ord(sign)]};"
        else:
            out += f"&#{ord(sign)};"
    return out


@app.route("/find")
def find():
    given = request.args.get("q", "")
    kind = request.args.get("kind")
    if kind == "escaped":
        return "<p>" + html.escape(given) + "</p>"
    if kind == "plain":
        return "<p>" + plain(given) + "</p>"
    if kind == "page":
        return render_template("page.html", given=given)
    if kind == "text":
        return Response(given, mimetype="text/plain")
    if kind == "header":
        return make_response(("<p>kept</p>", {"X-Given": given}))
    if kind == "path":
        return "<p>" + request.path + "</p>"
    return {"given": given}
'''
*/
SELECT sink_id AS node_id, 'the page is built from ' || source_name AS message, path AS trace
FROM (
    SELECT f.sink_id, f.source_name, f.source_kind, f.path,
        bool_or(n.name IN ('<operator>.addition', '<operator>.formatString', '<operator>.modulo', 'concat') OR regexp_like(n.name, '(^|[fF])ormat|[pP]rintf'))
            AS built
    FROM (SELECT *, unnest(path) AS step FROM probable_flows WHERE kind = 'xss' AND language IN ('java', 'python', 'javascript', 'go', 'typescript')) f
    JOIN nodes n ON n.id = f.step
    -- What a test serves and asks is its own.
    LEFT JOIN test_files t ON t.file_id = f.file_id
    WHERE t.file_id IS NULL
    GROUP BY f.flow_id, f.sink_id, f.source_name, f.source_kind, f.path
)
-- A file that is sent as it is, is what was asked for; a part of one in a page is text.
WHERE source_kind IN ('remote', 'network', 'database', 'directory', 'configuration') OR source_kind = 'file' AND built
