/*
id = "command-injection"
title = "Command built from untrusted input"
severity = "critical"
cwe = [78, 88]
languages = ["java", "python", "javascript", "go", "c", "csharp"]
what = "Finds text that others choose inside of a command that is run."
why = """
A shell reads `;`, `|` and `$(…)` in what is given as commands of their own; without a shell, it can still be an option of
the program that is run."""
fix = """
Run the program without a shell, each argument by itself, after `--`; take what is run from a list in the program."""
references = ["https://owasp.org/www-community/attacks/Command_Injection"]

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class CommandInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Runtime.getRuntime().exec("ls " + given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class CommandInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Runtime.getRuntime().exec(new String[] {"ls", "-l"});
        Runtime.getRuntime().exec("head -" + Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [10]
code = '''
from flask import Flask, request
import shlex
import subprocess

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    subprocess.run("ls " + given, shell=True)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import shlex
import subprocess

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    subprocess.run("ls " + shlex.quote(given), shell=True)
    subprocess.run(["ls", "-l"])
    return "done"
'''

[[example]]
language = "javascript"
match = [5]
code = '''
const app = require('express')();
const { exec } = require('child_process');
app.get('/', (req, res) => {
  const given = req.query.q;
  exec('ls ' + given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const { exec } = require('child_process');
app.get('/', (req, res) => {
  const given = req.query.q;
  exec('head -' + parseInt(given, 10));
});
'''

[[example]]
language = "go"
match = [11]
code = '''
package commandinjectionhandler

import (
	"net/http"
	"os/exec"
	"strconv"
)

func commandInjectionHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	exec.Command("sh", "-c", "ls "+given).Run()
}
'''

[[example]]
language = "go"
match = []
code = '''
package commandinjectionsoundhandler

import (
	"net/http"
	"os/exec"
	"strconv"
)

func commandInjectionSoundHandler(w http.ResponseWriter, r *http.Request) {
	given := r.FormValue("q")
	n, err := strconv.Atoi(given)
	if err == nil {
		exec.Command("head", strconv.Itoa(n)).Run()
	}
}
'''

[[example]]
language = "c"
match = [9]
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void command_injection(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    system(given);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void command_injection_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    system("ls");
}
'''

[[example]]
language = "csharp"
match = [7]
code = '''
using Microsoft.AspNetCore.Mvc;
using System.Diagnostics;

public class CommandInjectionHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        Process.Start("cmd.exe", "/c dir " + given);
        return Ok();
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using Microsoft.AspNetCore.Mvc;
using System.Diagnostics;

public class CommandInjectionSoundHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given) {
        Process.Start("cmd.exe", "/c head " + int.Parse(given));
        return Ok();
    }
}
'''
*/
SELECT sink_id AS node_id, 'the command is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'command' AND language IN ('java', 'python', 'javascript', 'go', 'c', 'csharp', 'typescript', 'cpp') AND source_kind IN ('remote', 'network')
