/*
id = "xpath-injection"
title = "XPath built from untrusted input"
severity = "high"
cwe = [643]
languages = ["java", "python", "javascript", "go"]
what = "Finds text that others choose inside of an XPath expression."
why = """
A quote in what is given ends the literal that it stands in: the expression then selects other parts of the document."""
fix = "Bind it as a variable of the expression, or take only what consists of letters and digits."

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import javax.xml.xpath.*;

class XpathInjectionHandler extends HttpServlet {
    private org.w3c.dom.Document document;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        XPathFactory.newInstance().newXPath().evaluate("/users/user[@name='" + given + "']", document);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import javax.xml.xpath.*;

class XpathInjectionSoundHandler extends HttpServlet {
    private org.w3c.dom.Document document;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        XPathFactory.newInstance().newXPath().evaluate("/users/user[" + Integer.parseInt(given) + "]", document);
    }
}
'''

[[example]]
language = "python"
match = [10]
code = '''
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    tree = etree.parse("users.xml")
    tree.xpath("/users/user[@name='" + given + "']")
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    tree = etree.parse("users.xml")
    tree.xpath("/users/user[@name=$name]", name=given)
    return "done"
'''

[[example]]
language = "python"
match = [11]
code = '''
from flask import Flask, request
from lxml import etree

app = Flask(__name__)
TREE = etree.parse("shops.xml")


@app.route("/shop")
def shop():
    name = request.args["name"].replace("'", "&apos;")
    found = TREE.xpath(f"//shop[@size={name}]")
    return str(len(found))
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
from lxml import etree

app = Flask(__name__)
TREE = etree.parse("shops.xml")


@app.route("/shop")
def shop():
    name = request.args["name"]
    found = TREE.xpath("//shop[@name=$name]", name=name)
    found += TREE.xpath("//shop[@name='" + name.replace("'", "") + "']")
    if "'" not in name:
        found += TREE.xpath(f"//shop[@name='{name}']")
    return str(len(found))
'''

[[example]]
language = "javascript"
match = [6, 8]
code = '''
const app = require('express')();
const xpath = require('xpath');
const { DOMParser } = require('@xmldom/xmldom');
const users = new DOMParser().parseFromString('<users/>');
app.get('/', (req, res) => {
  const nodes = xpath.select("//user[name='" + req.query.name + "']", users);
  const { id } = req.params;
  const one = xpath.evaluate(`//user[@id='${id}']`, users, null, 0, null);
  res.json([nodes.length, one]);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const xpath = require('xpath');
const { DOMParser } = require('@xmldom/xmldom');
const users = new DOMParser().parseFromString('<users/>');
app.get('/', (req, res) => {
  const named = xpath.parse('//user[name=$name]');
  const nodes = named.select({ node: users, variables: { name: req.query.name } });
  const one = xpath.select('//user[@id=' + Number(req.params.id) + ']', users);
  res.json([nodes.length, one]);
});
'''

[[example]]
language = "go"
match = [10]
code = '''
package users

import (
	"net/http"

	"github.com/antchfx/xmlquery"
)

func find(document *xmlquery.Node, r *http.Request) *xmlquery.Node {
	return xmlquery.FindOne(document, "//user[name='"+r.FormValue("name")+"']")
}
'''

[[example]]
language = "go"
match = []
code = '''
package users

import (
	"net/http"
	"strconv"

	"github.com/antchfx/xmlquery"
)

func find(document *xmlquery.Node, r *http.Request) *xmlquery.Node {
	id, err := strconv.Atoi(r.FormValue("id"))
	if err != nil {
		return nil
	}
	return xmlquery.FindOne(document, "//user[@id="+strconv.Itoa(id)+"]")
}
'''
*/
SELECT sink_id AS node_id, 'the expression is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'xpath' AND language IN ('java', 'python', 'javascript', 'typescript', 'go') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
