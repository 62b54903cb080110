/*
id = "log-injection"
title = "Log entry built from untrusted input"
severity = "low"
cwe = [117]
languages = ["java", "python", "javascript", "go"]
what = "Finds text that others choose written to a log as it is."
why = "A line break in it begins an entry that the program never wrote."
fix = "Encode line breaks, or log in a format that does, such as JSON."

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import org.slf4j.*;

class LogInjectionHandler extends HttpServlet {
    private final Logger logger = LoggerFactory.getLogger("a");
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        logger.info("asked for " + given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import org.slf4j.*;

class LogInjectionSoundHandler extends HttpServlet {
    private final Logger logger = LoggerFactory.getLogger("a");
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        logger.info("asked for " + Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import logging

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    logging.info("asked for " + given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import logging

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    logging.info("asked for %d", int(given))
    return "done"
'''

[[example]]
language = "javascript"
match = [5, 6]
code = '''
const app = require('express')();
const winston = require('winston');
app.get('/', (req, res) => {
  const name = req.query.name;
  console.log('asked for ' + name);
  winston.info(`asked for ${name}`);
  res.json(true);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  const name = req.query.name;
  console.log('asked for', Number(name));
  console.log(JSON.stringify({ name }));
  console.log(encodeURIComponent(name));
  console.log(name.replace(/[\r\n]/g, ' '));
  res.json(true);
});
'''

[[example]]
language = "go"
match = [9, 10]
code = '''
package handlers

import (
	"log"
	"net/http"
)

func handle(w http.ResponseWriter, r *http.Request) {
	log.Println("asked for", r.FormValue("name"))
	log.Printf("by %s", r.Header.Get("User-Agent"))
}
'''

[[example]]
language = "go"
match = []
code = '''
package handlers

import (
	"log"
	"net/http"
	"strconv"
	"strings"
)

func handle(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	log.Printf("asked for %q", name)
	log.Println("asked for", strconv.Quote(name))
	log.Println("asked for", strings.ReplaceAll(name, "\n", " "))
}
'''
*/
SELECT sink_id AS node_id, 'the entry is built from ' || source_name AS message, path AS trace
FROM (
    SELECT f.sink_id, f.source_name, f.path,
        -- Line breaks are taken out on the way, or shown as what they are (%q of Go).
        bool_or(regexp_like(lower(n.name), '^replace(all)?$') AND regexp_like(n.code, '\\[nrsRW]')
            -- What an error says of it is its own affair.
            OR regexp_like(n.code, '^(err|error|e|ex)$|^err(or)?\.Error\(\)$')
            OR n.id = f.sink_id AND regexp_like(n.code, '%q') AND NOT regexp_like(n.code, '%[sv+]')) AS plain
    FROM (
        SELECT *, unnest(path) AS step FROM probable_flows
        WHERE kind = 'log' AND language IN ('java', 'python', 'javascript', 'typescript', 'go') AND source_kind IN ('remote')
    ) f
    JOIN nodes n ON n.id = f.step
    GROUP BY f.flow_id, f.sink_id, f.source_name, f.path
)
WHERE NOT plain
