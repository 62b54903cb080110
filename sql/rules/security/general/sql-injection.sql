/*
id = "sql-injection"
title = "SQL built from untrusted input"
severity = "critical"
cwe = [89]
languages = ["java", "python", "javascript", "go", "csharp", "c", "cpp"]
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
[[example]]
language = "c"
match = [9]
code = '''
#include <sqlite3.h>
#include <stdio.h>

int show(sqlite3 *base) {
    char word[32], text[200];
    sqlite3_stmt *found;
    if (fgets(word, sizeof word, stdin) == NULL) return 1;
    snprintf(text, sizeof text, "SELECT * FROM words WHERE word = '%s'", word);
    return sqlite3_prepare_v2(base, text, -1, &found, NULL);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

int show_safely(sqlite3 *base) {
    char word[32], text[200];
    sqlite3_stmt *found;
    if (fgets(word, sizeof word, stdin) == NULL) return 1;
    snprintf(text, sizeof text, "SELECT * FROM words WHERE id = %d", atoi(word));
    if (sqlite3_exec(base, text, NULL, NULL, NULL) != SQLITE_OK) return 1;
    if (sqlite3_prepare_v2(base, "SELECT * FROM words WHERE word = ?", -1, &found, NULL) != SQLITE_OK) return 1;
    return sqlite3_bind_text(found, 1, word, -1, SQLITE_TRANSIENT);
}
'''

[[example]]
language = "cpp"
match = [6]
code = '''
#include <cstdio>
#include <mysql/mysql.h>

int remove_named(MYSQL *server, int count, char **arguments);
int main(int count, char **arguments) { MYSQL *server = mysql_init(nullptr); char text[200];
    snprintf(text, sizeof text, "DELETE FROM words WHERE word = '%s'", arguments[1]); return mysql_query(server, text);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <mysql/mysql.h>

int all_words(MYSQL *server) {
    return mysql_query(server, "SELECT * FROM words");
}
'''
*/
SELECT sink_id AS node_id, 'the statement is built from ' || source_name AS message, path AS trace
FROM probable_flows
LEFT JOIN character_checks k ON k.method_id = probable_flows.method_id
WHERE kind = 'sql' AND language IN ('java', 'python', 'javascript', 'go', 'csharp', 'typescript', 'c', 'cpp')
  AND (source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file') OR source_kind = 'argument' AND language IN ('c', 'cpp'))
  AND k.method_id IS NULL
