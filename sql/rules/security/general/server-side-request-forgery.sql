/*
id = "server-side-request-forgery"
title = "Address of a request from untrusted input"
severity = "high"
cwe = [918]
languages = ["java", "python", "javascript", "go"]
what = "Finds requests that the program makes to an address that others choose."
why = """
The program can reach what they cannot: services behind the firewall, the address that gives out the credentials of a cloud."""
fix = "Take the host from a list in the program; let only the rest of the path be given, encoded."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.net.URL;

class ServerSideRequestForgeryHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new URL(given).openStream().read();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.net.URL;

class ServerSideRequestForgerySoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new URL("https://example.org/" + Integer.parseInt(given)).openStream().read();
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import requests

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    requests.get(given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import requests

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    requests.get("https://example.org/" + str(int(given)))
    return "done"
'''

[[example]]
language = "javascript"
match = [5]
code = '''
const app = require('express')();
const axios = require('axios');
app.get('/', (req, res) => {
  const given = req.query.q;
  axios.get(given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const axios = require('axios');
app.get('/', (req, res) => {
  const given = req.query.q;
  axios.get('https://example.org/' + parseInt(given, 10));
});
'''

[[example]]
language = "go"
match = [10]
code = '''
package serversiderequestforgeryhandler

import (
	"net/http"
	"strconv"
)

func serverSideRequestForgeryHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	http.Get(given)
}
'''

[[example]]
language = "go"
match = []
code = '''
package serversiderequestforgerysoundhandler

import (
	"net/http"
	"strconv"
)

func serverSideRequestForgerySoundHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	n, err := strconv.Atoi(given)
	if err == nil {
		http.Get("https://example.org/" + strconv.Itoa(n))
	}
}
'''

[[example]]
language = "python"
match = []
code = '''
import requests
from flask import Flask, request

app = Flask(__name__)

@app.route("/weather")
def weather():
    place = request.args.get("place")
    return requests.get("https://weather.invalid/places/" + place).text
'''
*/
SELECT sink_id AS node_id, 'the address is built from ' || source_name AS message, path AS trace
FROM (
    SELECT f.sink_id, f.source_name, f.path,
        -- Behind a host that is fixed nobody else is asked.
        bool_or(regexp_like(n.code, '^([A-Za-z.]*([sS]printf|[fF]ormat)\(\s*)?[fF$]?["''`](https?|wss?)://[A-Za-z0-9.:-]+[/?#]')) AS fixed
    FROM (SELECT *, unnest(path) AS step FROM probable_flows WHERE kind = 'ssrf' AND language IN ('java', 'python', 'javascript', 'go', 'typescript')) f
    JOIN nodes n ON n.id = f.step
    WHERE f.source_kind IN ('remote', 'network')
    GROUP BY f.flow_id, f.sink_id, f.source_name, f.path
)
WHERE NOT fixed
