/*
id = "ldap-injection"
title = "LDAP query built from untrusted input"
severity = "high"
cwe = [90]
languages = ["java", "python", "javascript", "go"]
what = "Finds text that others choose inside of an LDAP filter or a distinguished name."
why = """
`*`, `(` and `)` in what is given change what the filter asks: a login without a password, a list of everybody."""
fix = """
Encode it with the function that the library has for filters and for names, or give it as an argument of the filter."""
references = ["https://www.rfc-editor.org/rfc/rfc4515#section-3"]

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import javax.naming.directory.*;

class LdapInjectionHandler extends HttpServlet {
    private DirContext context;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        context.search("ou=people", "(uid=" + given + ")", new SearchControls());
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import javax.naming.directory.*;

class LdapInjectionSoundHandler extends HttpServlet {
    private DirContext context;
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        context.search("ou=people", "(uid={0})", new Object[] {given}, new SearchControls());
        context.search("ou=people", "(uidNumber=" + Integer.parseInt(given) + ")", new SearchControls());
    }
}
'''

[[example]]
language = "python"
match = [11]
code = '''
from flask import Flask, request
import ldap
from ldap.filter import escape_filter_chars

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    server = ldap.initialize("ldap://a")
    server.search_s("ou=people", ldap.SCOPE_SUBTREE, "(uid=" + given + ")")
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import ldap
from ldap.filter import escape_filter_chars

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    server = ldap.initialize("ldap://a")
    server.search_s("ou=people", ldap.SCOPE_SUBTREE, "(uid=" + escape_filter_chars(given) + ")")
    return "done"
'''

[[example]]
language = "javascript"
match = [5]
code = '''
const app = require('express')();
const ldap = require('ldapjs');
const client = ldap.createClient({ url: 'ldaps://directory' });
app.get('/', (req, res) => {
  client.search('ou=people', { filter: '(uid=' + req.query.user + ')' }, (error, found) => res.json(!error));
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const ldap = require('ldapjs');
const client = ldap.createClient({ url: 'ldaps://directory' });
app.get('/', (req, res) => {
  const filter = new ldap.EqualityFilter({ attribute: 'uid', value: req.query.user });
  client.search('ou=people', { filter }, (error, found) => res.json(!error));
});
'''

[[example]]
language = "go"
match = [12]
code = '''
package directory

import (
	"fmt"
	"net/http"

	"github.com/go-ldap/ldap/v3"
)

func find(connection *ldap.Conn, r *http.Request) (*ldap.SearchResult, error) {
	filter := fmt.Sprintf("(uid=%s)", r.FormValue("user"))
	request := ldap.NewSearchRequest("ou=people", 2, 0, 0, 0, false, filter, nil, nil)
	return connection.Search(request)
}
'''

[[example]]
language = "go"
match = []
code = '''
package directory

import (
	"fmt"
	"net/http"

	"github.com/go-ldap/ldap/v3"
)

func find(connection *ldap.Conn, r *http.Request) (*ldap.SearchResult, error) {
	filter := fmt.Sprintf("(uid=%s)", ldap.EscapeFilter(r.FormValue("user")))
	request := ldap.NewSearchRequest("ou=people", 2, 0, 0, 0, false, filter, nil, nil)
	return connection.Search(request)
}
'''
*/
SELECT sink_id AS node_id, 'the query is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'ldap' AND language IN ('java', 'python', 'javascript', 'typescript', 'go') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
