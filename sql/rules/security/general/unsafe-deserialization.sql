/*
id = "unsafe-deserialization"
title = "Objects made from untrusted bytes"
severity = "critical"
cwe = [502]
languages = ["java", "python", "javascript"]
what = "Finds bytes or text that others choose turned into objects by a format that names the classes."
why = """
The format decides what is made and called: there are chains of ordinary classes that end in a command."""
fix = """
Use a format of plain data, such as JSON, and build the objects yourself; else let a filter allow the classes that are meant."""

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.io.*;

class UnsafeDeserializationHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new ObjectInputStream(request.getInputStream()).readObject();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.io.*;

class UnsafeDeserializationSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new ObjectInputStream(new FileInputStream("state.bin")).readObject();
    }
}
'''

[[example]]
language = "python"
match = [10]
code = '''
from flask import Flask, request
import json
import pickle

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    pickle.loads(request.get_data())
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import json
import pickle

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    json.loads(request.get_data())
    return "done"
'''

[[example]]
language = "javascript"
match = [5, 6]
code = '''
const app = require('express')();
const serialize = require('node-serialize');
const yaml = require('js-yaml');
app.post('/', (req, res) => {
  const session = serialize.unserialize(Buffer.from(req.cookies.session, 'base64').toString());
  const options = yaml.unsafeLoad(req.body.options);
  res.json([session.id, options.id]);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const serialize = require('node-serialize');
const yaml = require('js-yaml');
app.post('/', (req, res) => {
  const session = JSON.parse(req.cookies.session);
  const options = yaml.load(req.body.options, { schema: yaml.JSON_SCHEMA });
  const kept = serialize.unserialize('{}');
  res.json([session.id, options.id, kept.id]);
});
'''
*/
SELECT sink_id AS node_id, 'objects are made from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'deserialization' AND language IN ('java', 'python', 'javascript', 'typescript') AND source_kind IN ('remote', 'network')
