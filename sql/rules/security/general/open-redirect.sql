/*
id = "open-redirect"
title = "Redirect to an address from untrusted input"
severity = "medium"
cwe = [601]
languages = ["java", "python", "javascript", "go", "csharp"]
what = "Finds redirects to an address that others choose."
why = "A link to the site that people trust leads them to one that looks like it."
fix = "Redirect to paths of the site alone, or to addresses from a list."

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class OpenRedirectHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.sendRedirect(given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class OpenRedirectSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        response.sendRedirect("/page/" + Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
from flask import redirect, url_for

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return redirect(given)
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
from flask import redirect, url_for

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return redirect(url_for("page", number=int(given)))
'''

[[example]]
language = "javascript"
match = [4]
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  res.redirect(given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const given = req.query.q;
  res.redirect('/page/' + parseInt(given, 10));
});
'''

[[example]]
language = "go"
match = [10]
code = '''
package openredirecthandler

import (
	"net/http"
	"strconv"
)

func openRedirectHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	http.Redirect(w, r, given, http.StatusFound)
}
'''

[[example]]
language = "go"
match = []
code = '''
package openredirectsoundhandler

import (
	"net/http"
	"strconv"
)

func openRedirectSoundHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	n, err := strconv.Atoi(given)
	if err == nil {
		http.Redirect(w, r, "/page/"+strconv.Itoa(n), http.StatusFound)
	}
}
'''

[[example]]
language = "csharp"
match = [6]
code = '''
using Microsoft.AspNetCore.Mvc;

public class OpenRedirectHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        return Redirect(given);
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using Microsoft.AspNetCore.Mvc;

public class OpenRedirectSoundHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        return LocalRedirect(given);
    }
}
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.post('/pets/:id', (req, res) => {
  res.redirect('/pets/' + req.params.id);
});
app.post('/back', (req, res) => {
  res.redirect(req.get('Referrer') || '/');
});
app.post('/search', (req, res) => {
  res.redirect(`/search?q=${req.body.q}`);
});
app.post('/shop', (req, res) => {
  res.redirect('https://shop.invalid/' + req.body.page);
});
'''

[[example]]
language = "go"
match = []
code = '''
package fixedredirect

import (
	"fmt"
	"net/http"
)

func fixedRedirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/query?"+r.URL.RawQuery, http.StatusFound)
	http.Redirect(w, r, fmt.Sprintf("/user/%s", r.FormValue("name")), http.StatusFound)
}
'''

[[example]]
language = "python"
match = [11]
code = '''
from urllib.parse import urlparse
from flask import Flask, redirect, request

app = Flask(__name__)


@app.route("/out")
def out():
    target = request.args["to"]
    if urlparse(target).scheme == "https":
        return redirect(target)
    return redirect("/")
'''

[[example]]
language = "python"
match = []
code = '''
from urllib.parse import urlparse
from flask import Flask, redirect, request

app = Flask(__name__)


@app.route("/out")
def out():
    target = request.args["to"]
    address = urlparse(target)
    if address.scheme != "https" or address.netloc not in ["shop.example"]:
        return redirect("/")
    return redirect(target)


@app.route("/on")
def on():
    target = request.args["to"]
    if urlparse(target).netloc:
        return redirect("/")
    return redirect(target)
'''

[[example]]
language = "go"
match = []
code = '''
package pages

import "net/http"

func slash(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
}
'''
*/
SELECT sink_id AS node_id, 'the address is built from ' || source_name AS message, path AS trace
FROM (
    SELECT f.sink_id, f.source_name, f.path,
        -- Behind a host or a path of the site nothing leads elsewhere.
        bool_or(regexp_like(n.code, '^([A-Za-z.]*([sS]printf|[fF]ormat)\(\s*)?[fF$]?["''`](/?[A-Za-z0-9_#?-]+[/?#=]|/[A-Za-z0-9_#?-]|https?://[A-Za-z0-9.:-]+[/?#])'))
            AS fixed,
        -- Back to where the request came from: whoever leads people here could have led them there.
        -- (Or to its own path: what adds a slash or takes one away.)
        bool_or(n.id = f.source_id AND regexp_like(n.code, '(?i)["'']referr?er["'']')
            OR regexp_like(n.code, '^[A-Za-z.]*\.URL\.(Path|EscapedPath\(\)|RequestURI\(\))(\s*\+\s*["''`]/?["''`])?$|^req(uest)?\.(path|originalUrl|baseUrl)$')) AS back
    FROM (SELECT *, unnest(path) AS step FROM probable_flows WHERE kind = 'redirect' AND language IN ('java', 'python', 'javascript', 'go', 'csharp', 'typescript')) f
    JOIN nodes n ON n.id = f.step
    -- What a test serves and asks is its own.
    LEFT JOIN test_files t ON t.file_id = f.file_id
    WHERE t.file_id IS NULL AND f.source_kind IN ('remote', 'network', 'database', 'directory', 'console', 'file')
    GROUP BY f.flow_id, f.sink_id, f.source_name, f.path
)
WHERE NOT fixed AND NOT back
