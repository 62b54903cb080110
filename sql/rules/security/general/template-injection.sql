/*
id = "template-injection"
title = "Template built from untrusted input"
severity = "critical"
cwe = [1336, 94]
languages = ["python", "javascript", "go"]
what = "Finds text that others choose used as the text of a template."
why = "Templates can call functions of the program: whoever writes one runs code in it."
fix = "Keep templates in files; give what is untrusted as a value to be filled in."

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
from flask import render_template_string

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return render_template_string("Hello " + given)
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
from flask import render_template_string

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    return render_template_string("Hello {{ name }}", name=given)
'''

[[example]]
language = "javascript"
match = [5]
code = '''
const app = require('express')();
const ejs = require('ejs');
app.get('/', (req, res) => {
  const given = req.query.q;
  ejs.render('Hello ' + given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const ejs = require('ejs');
app.get('/', (req, res) => {
  const given = req.query.q;
  ejs.render('Hello <%= name %>', { name: given });
});
'''

[[example]]
language = "go"
match = [11]
code = '''
package pages

import (
	"net/http"
	"text/template"
)

func show(w http.ResponseWriter, r *http.Request) error {
	body := "<p>" + r.FormValue("body") + "</p>"

	page, err := template.New("page").Parse(body)
	if err != nil {
		return err
	}
	return page.Execute(w, nil)
}
'''

[[example]]
language = "go"
match = []
code = '''
package pages

import (
	"html/template"
	"net/http"
)

func show(w http.ResponseWriter, r *http.Request) error {
	page, err := template.New("page").Parse("<p>{{.}}</p>")
	if err != nil {
		return err
	}
	return page.Execute(w, r.FormValue("body"))
}
'''
*/
SELECT sink_id AS node_id, 'the template is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'template' AND language IN ('python', 'javascript', 'typescript', 'go') AND source_kind IN ('remote', 'network')
