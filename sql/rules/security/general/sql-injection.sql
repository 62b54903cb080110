/*
id = "sql-injection"
title = "SQL built from untrusted input"
severity = "critical"
cwe = [89]
languages = ["java", "python", "javascript", "go", "csharp"]
what = "Finds text that others choose inside of the text of an SQL statement."
why = """
What is given can close the literal that it stands in and go on with statements of its own: it reads and changes whatever the
program may."""
fix = """
Leave a place in the statement (`?`, `%s`, `$1`) and give the value beside it. What cannot be bound, such as the name of a
column, is taken from a list in the program."""
references = ["https://owasp.org/www-community/attacks/SQL_Injection"]

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import java.sql.*;

class SqlInjectionHandler extends HttpServlet {
    private Connection connection;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        connection.createStatement().executeQuery("SELECT * FROM t WHERE a = '" + given + "'");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.sql.*;

class SqlInjectionSoundHandler extends HttpServlet {
    private Connection connection;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        PreparedStatement statement = connection.prepareStatement("SELECT * FROM t WHERE a = ?");
        statement.setString(1, given);
        statement.executeQuery();
        connection.createStatement().executeQuery("SELECT * FROM t WHERE a = " + Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [10]
code = '''
from flask import Flask, request
import sqlite3

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    cursor = sqlite3.connect("a.db").cursor()
    cursor.execute("SELECT * FROM t WHERE a = '%s'" % given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import sqlite3

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    cursor = sqlite3.connect("a.db").cursor()
    cursor.execute("SELECT * FROM t WHERE a = ?", (given,))
    cursor.execute(f"SELECT * FROM t WHERE a = {int(given)}")
    return "done"
'''

[[example]]
language = "javascript"
match = [6]
code = '''
const app = require('express')();
const mysql = require('mysql');
const connection = mysql.createConnection({ host: 'db' });
app.get('/', (req, res) => {
  const given = req.query.q;
  connection.query('SELECT * FROM t WHERE a = ' + given);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const mysql = require('mysql');
const connection = mysql.createConnection({ host: 'db' });
app.get('/', (req, res) => {
  const given = req.query.q;
  connection.query('SELECT * FROM t WHERE a = ?', [given]);
  connection.query('SELECT * FROM t WHERE a = ' + mysql.escape(given));
});
'''

[[example]]
language = "go"
match = [10]
code = '''
package sqlinjectionhandler

import (
	"database/sql"
	"net/http"
)

func sqlInjectionHandler(w http.ResponseWriter, r *http.Request, db *sql.DB) {
	given := r.FormValue("q")
	db.Query("SELECT * FROM t WHERE a = '" + given + "'")
}
'''

[[example]]
language = "go"
match = []
code = '''
package sqlinjectionsoundhandler

import (
	"database/sql"
	"net/http"
)

func sqlInjectionSoundHandler(w http.ResponseWriter, r *http.Request, db *sql.DB) {
	given := r.FormValue("q")
	db.Query("SELECT * FROM t WHERE a = $1", given)
}
'''

[[example]]
language = "csharp"
match = [7]
code = '''
using Microsoft.AspNetCore.Mvc;
using System.Data.SqlClient;

public class SqlInjectionHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given, SqlConnection connection) {
        var command = new SqlCommand("SELECT * FROM t WHERE a = '" + given + "'", connection);
        command.ExecuteReader();
        return Ok();
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using Microsoft.AspNetCore.Mvc;
using System.Data.SqlClient;

public class SqlInjectionSoundHandlerController : Controller {
    [HttpGet]
    public IActionResult Get(string given, SqlConnection connection) {
        var command = new SqlCommand("SELECT * FROM t WHERE a = @a", connection);
        command.Parameters.AddWithValue("@a", given);
        command.ExecuteReader();
        return Ok();
    }
}
'''
*/
SELECT sink_id AS node_id, 'the statement is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'sql' AND language IN ('java', 'python', 'javascript', 'go', 'csharp', 'typescript') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
