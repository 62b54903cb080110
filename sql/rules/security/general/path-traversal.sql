/*
id = "path-traversal"
title = "Path built from untrusted input"
severity = "high"
cwe = [22, 23, 36, 73]
languages = ["java", "python", "javascript", "go", "csharp", "c"]
what = """
Finds text that others choose inside of the path of a file that is opened, written, listed or removed."""
why = """
`../` and absolute paths lead out of the folder that was meant: to read secrets, or to replace what the program runs."""
fix = """
Use what is given as a name in a table of files, or take only its last part; else make the path canonical and see that it is
still below the folder."""
references = ["https://owasp.org/www-community/attacks/Path_Traversal"]

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.io.*;

class PathTraversalHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new FileInputStream("data/" + given).read();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.io.*;

class PathTraversalSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new FileInputStream("data/" + Integer.parseInt(given)).read();
        File base = new File("data").getCanonicalFile();
        File file = new File(base, given).getCanonicalFile();
        if (file.getPath().startsWith(base.getPath() + File.separator)) {
            new FileInputStream(file).read();
        }
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import os

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    open("data/" + given).read()
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import os

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    open("data/" + os.path.basename(given)).read()
    open(os.path.join("data", str(int(given)))).read()
    return "done"
'''

[[example]]
language = "javascript"
match = [6]
code = '''
const app = require('express')();
const fs = require('fs');
const path = require('path');
app.get('/', (req, res) => {
  const given = req.query.q;
  fs.readFileSync('data/' + given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const fs = require('fs');
const path = require('path');
app.get('/', (req, res) => {
  const given = req.query.q;
  fs.readFileSync('data/' + path.basename(given));
});
'''

[[example]]
language = "go"
match = [11]
code = '''
package pathtraversalhandler

import (
	"net/http"
	"os"
	"path/filepath"
)

func pathTraversalHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	os.ReadFile("data/" + given)
}
'''

[[example]]
language = "go"
match = []
code = '''
package pathtraversalsoundhandler

import (
	"net/http"
	"os"
	"path/filepath"
)

func pathTraversalSoundHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	os.ReadFile(filepath.Join("data", filepath.Base(given)))
}
'''

[[example]]
language = "csharp"
match = [7]
code = '''
using Microsoft.AspNetCore.Mvc;
using System.IO;

public class PathTraversalHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        System.IO.File.ReadAllText("data/" + given);
        return Ok();
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using Microsoft.AspNetCore.Mvc;
using System.IO;

public class PathTraversalSoundHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        System.IO.File.ReadAllText("data/" + Path.GetFileName(given));
        return Ok();
    }
}
'''

[[example]]
language = "c"
match = [9]
code = '''
#include <fcntl.h>
#include <sys/socket.h>

void path_traversal(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    open(given, O_RDONLY);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <fcntl.h>
#include <sys/socket.h>

void path_traversal_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    open("data", O_RDONLY);
}
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/files/:file', (req, res) => {
  res.sendFile(req.params.file, { root: 'files' });
});
'''

[[example]]
language = "python"
match = [10, 15]
code = '''
import pathlib
from flask import Flask, request

app = Flask(__name__)


@app.route("/read")
def read():
    folder = pathlib.Path("data")
    return (folder / request.args["name"]).read_text()


@app.route("/size")
def size():
    with open("/" + request.args["name"].replace("..", "")) as file:
        return str(len(file.read()))
'''

[[example]]
language = "python"
match = []
code = '''
import pathlib
from flask import Flask, request

app = Flask(__name__)


@app.route("/read")
def read():
    folder = pathlib.Path("data")
    path = (folder / request.args["name"]).resolve()
    if not str(path).startswith(str(folder.resolve())):
        return "no"
    return str(path.stat().st_size)


@app.route("/size")
def size():
    name = request.args["name"]
    if "../" in name:
        return "no"
    with open(f"data/{name}") as file:
        return str(len(file.read()))
'''
*/
SELECT sink_id AS node_id, 'the path is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'path' AND language IN ('java', 'python', 'javascript', 'go', 'csharp', 'c', 'typescript', 'cpp') AND source_kind IN ('remote', 'network', 'archive')
  -- Express keeps below the folder that it is given.
  AND sink_id NOT IN (SELECT id FROM calls WHERE language IN ('javascript', 'typescript') AND name IN ('sendFile', 'sendfile', 'download') AND regexp_like(code, '\broot\s*:'))
