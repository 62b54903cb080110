/*
id = "insecure-cookie"
title = "Cookie that is also sent without encryption"
severity = "medium"
cwe = [614]
languages = ["java", "python", "javascript", "typescript", "go", "csharp"]
what = "Finds cookies that are set without the attribute Secure."
why = "A browser sends such a cookie over plain HTTP as well: whoever listens has the session."
fix = "Set Secure, HttpOnly and SameSite when the cookie is made."
references = ["https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.5"]

[[example]]
language = "java"
match = [5, 8]
code = '''
import javax.servlet.http.*;

class Cookies {
    void weak(HttpServletResponse response) {
        Cookie first = new Cookie("id", "1");
        first.setHttpOnly(true);
        response.addCookie(first);
        Cookie second = new Cookie("id", "2");
        second.setSecure(false);
        response.addCookie(second);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class SoundCookies {
    void sound(HttpServletRequest request, HttpServletResponse response) {
        Cookie cookie = new Cookie("id", "1");
        cookie.setSecure(true);
        response.addCookie(cookie);
        Cookie asked = new Cookie("lang", "en");
        asked.setSecure(request.isSecure());
        response.addCookie(asked);
        Cookie deleted = new Cookie("id", "");
        deleted.setMaxAge(0); // takes the cookie away
        response.addCookie(deleted);
    }
}
'''

[[example]]
language = "python"
match = [5, 6]
code = '''
from flask import make_response

def weak(value):
    response = make_response("x")
    response.set_cookie("id", value)
    response.set_cookie("id", value, secure=False)
    return response
'''

[[example]]
language = "python"
match = []
code = '''
from flask import make_response

def sound(value, options):
    response = make_response("x")
    response.set_cookie("id", value, secure=True, httponly=True)
    response.set_cookie("id", value, **options)
    return response
'''

[[example]]
language = "javascript"
match = [3, 4]
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  res.cookie('id', '1');
  res.cookie('id', '1', { httpOnly: true });
  res.end();
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
app.get('/', (req, res) => {
  res.cookie('id', '1', { httpOnly: true, secure: true });
  res.cookie('id', '1', options());
  const jar = res.cookie('id');
  res.end(jar);
});
'''

[[example]]
language = "typescript"
match = [4]
code = '''
import express from 'express';
const app = express();
app.get('/', (req: express.Request, res: express.Response) => {
  res.cookie('id', '1', { secure: false });
});
'''

[[example]]
language = "typescript"
match = []
code = '''
import express from 'express';
const app = express();
app.get('/', (req: express.Request, res: express.Response) => {
  res.cookie('id', '1', { secure: true });
});
'''

[[example]]
language = "go"
match = [6]
code = '''
package cookies

import "net/http"

func weak(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: "id", Value: "1", HttpOnly: true})
}
'''

[[example]]
language = "go"
match = []
code = '''
package cookies

import "net/http"

func sound(w http.ResponseWriter, c *http.Cookie) {
	http.SetCookie(w, &http.Cookie{Name: "id", Value: "1", Secure: true})
	http.SetCookie(w, c)
	late := &http.Cookie{Name: "id"}
	late.Secure = true
	http.SetCookie(w, late)
}
'''

[[example]]
language = "csharp"
match = [5]
code = '''
using Microsoft.AspNetCore.Http;

class Cookies {
    void Weak(HttpResponse response) {
        response.Cookies.Append("id", "1", new CookieOptions { HttpOnly = true });
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using Microsoft.AspNetCore.Http;

class SoundCookies {
    void Sound(HttpResponse response, CookieOptions options) {
        response.Cookies.Append("id", "1", new CookieOptions { HttpOnly = true, Secure = true });
        response.Cookies.Append("id", "1", options);
    }
}
'''

[[example]]
language = "javascript"
match = [4, 5]
code = '''
const app = require('express')();
const session = require('express-session');
const key = process.env.KEY;
app.use(session({ secret: key, resave: false }));
app.use(session({ secret: key, cookie: { httpOnly: true, secure: false } }));
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const session = require('express-session');
const { key, cookie, options } = require('./settings');
app.use(session({ secret: key, cookie: { httpOnly: true, secure: true } }));
app.use(session({ secret: key, cookie }));
app.use(session({ ...options, secret: key }));
app.use(session(options));
'''
*/
WITH found AS (
    -- Java: a new cookie, in a variable of which nothing says setSecure(true), setMaxAge(0) or setSecure(something unknown).
    SELECT c.id AS node_id, 'the cookie is not marked Secure' AS message
    FROM calls c
    JOIN call_graph g ON g.call_id = c.id AND g.callee_full_name IN ('javax.servlet.http.Cookie.<init>', 'jakarta.servlet.http.Cookie.<init>')
    JOIN nodes p ON p.id = c.parent_id AND p.name = '<operator>.assignment'
    JOIN nodes v ON v.parent_id = p.id AND v.argument_index = 1
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') made ON made.src = v.id
    WHERE c.language = 'java' AND c.name = '<init>'
      AND EXISTS (
        SELECT 1 FROM (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r
        JOIN arguments u ON u.id = r.src AND u.call_name = 'addCookie' AND u.argument_index = 1
        WHERE r.dst = made.dst)
      AND NOT EXISTS (
        SELECT 1 FROM (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r
        JOIN arguments u ON u.id = r.src AND u.argument_index = 0 AND u.call_name IN ('setSecure', 'setMaxAge')
        JOIN arguments b ON b.call_id = u.call_id AND b.argument_index = 1
        WHERE r.dst = made.dst AND (u.call_name = 'setSecure' AND b.code <> 'false' OR u.call_name = 'setMaxAge' AND b.code = '0'))
    UNION ALL
    -- Python: set_cookie of any response.
    SELECT c.id, 'the cookie is not marked Secure'
    FROM calls c
    WHERE c.language = 'python' AND c.name = 'set_cookie'
      AND EXISTS (SELECT 1 FROM arguments a WHERE a.call_id = c.id AND a.argument_index = 1)
      -- That it is the response of a web framework follows from what the file imports.
      AND EXISTS (
        SELECT 1 FROM imports i
        WHERE i.file_id = c.file_id
          AND regexp_like(i.full_name, '^(flask|django|werkzeug|starlette|fastapi|quart|sanic|bottle|aiohttp|pyramid|webob|falcon|tornado)(\.|$)'))
      AND NOT EXISTS (
        SELECT 1 FROM arguments a
        WHERE a.call_id = c.id AND (a.argument_name = 'secure' AND a.code <> 'False' OR a.code LIKE '**%' OR a.argument_index = 6))
      AND c.code NOT LIKE '%**%'
    UNION ALL
    -- Express: res.cookie(name, value, { … }).
    SELECT c.id, 'the cookie is not marked Secure'
    FROM calls c
    JOIN arguments v ON v.call_id = c.id AND v.argument_index = 2
    JOIN arguments r ON r.call_id = c.id AND r.argument_index = 0
    LEFT JOIN arguments o ON o.call_id = c.id AND o.argument_index = 3 AND o.language IN ('javascript', 'typescript')
    WHERE c.language IN ('javascript', 'typescript') AND c.name = 'cookie'
      AND r.name IN ('res', 'response', 'reply')
      AND (o.id IS NULL OR o.code LIKE '{%' AND o.code NOT LIKE '%...%'
        AND NOT regexp_like(o.code, '\bsecure\s*(:\s*[^f\s]|[,}])'))
    UNION ALL
    -- Sessions of Express: session({ … cookie: { … } }); without it, theirs is not marked either.
    SELECT c.id, 'the cookie of sessions is not marked Secure'
    FROM calls c
    JOIN call_graph g ON g.call_id = c.id AND regexp_like(g.callee_full_name, '^(express-session|cookie-session)(\.default)?$')
    JOIN arguments o ON o.call_id = c.id AND o.argument_index = 1 AND o.language IN ('javascript', 'typescript')
      AND o.name IN ('<operator>.dictLiteral', '<operator>.cast')
    WHERE c.language IN ('javascript', 'typescript') AND o.code LIKE '{%'
      AND NOT regexp_like(source_text(o.id), '\.\.\.|\bsecure[''"]?\s*(:\s*[^f\s]|[,}])|\bcookie[''"]?\s*(:\s*[^{\s]|[,}])')
    UNION ALL
    -- Go: a literal of http.Cookie without the field, which nobody sets later.
    SELECT c.id, 'the cookie is not marked Secure'
    FROM calls c
    WHERE c.language = 'go' AND regexp_like(c.code, '^http\.Cookie\s*\{')
      AND c.name = '<operator>.structLiteral'
      AND NOT regexp_like(source_text(c.id), '\bSecure\s*:\s*[^f\s]')
      AND NOT EXISTS (
        SELECT 1 FROM nodes a
        JOIN nodes f ON f.parent_id = a.id AND f.kind = 'CALL' AND f.name = '<operator>.fieldAccess' AND f.argument_index = 1
        WHERE a.kind = 'CALL' AND a.name = '<operator>.assignment' AND a.method_id = c.method_id AND f.code LIKE '%.Secure')
    UNION ALL
    -- ASP.NET Core: options made without it.
    SELECT c.id, 'the cookie is not marked Secure'
    FROM calls c
    JOIN arguments o ON o.call_id = c.id AND o.argument_index = 3 AND o.language = 'csharp' AND o.code LIKE 'new CookieOptions%'
    WHERE c.language = 'csharp' AND c.name = 'Append' AND NOT regexp_like(source_text(o.id), '\bSecure\s*=\s*[^f\s]')
)
SELECT f.node_id, f.message
FROM found f
JOIN nodes n ON n.id = f.node_id
LEFT JOIN test_files t ON t.file_id = n.file_id
-- What a test serves and asks is its own.
WHERE t.file_id IS NULL
