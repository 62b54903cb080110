/*
id = "hard-coded-secret"
title = "Password or key in the source"
severity = "high"
cwe = [259, 321, 798]
languages = ["java", "python", "javascript", "typescript", "go", "csharp", "rust", "elixir", "c", "cpp"]
what = """
Finds constants that are given to something as its password or key, constants assigned to what is called a password, a secret or
a key of an interface, and texts that have the form of a key that a service gives out."""
why = """
Whoever reads the source, or the program made of it, has the secret; it is the same in every installation and cannot be changed
without a new version."""
fix = "Read it from the environment or a store of secrets when the program starts; withdraw the one that was published."
references = ["https://owasp.org/www-community/vulnerabilities/Use_of_hard-coded_password"]

[[example]]
language = "java"
match = [5, 6, 8]
code = '''
import java.sql.*;

class Secrets {
    Connection weak() throws Exception {
        String password = "vX8#kk2!pq";
        Connection first = DriverManager.getConnection("jdbc:h2:mem:", "sa", password);
        byte[] bytes = new byte[0];
        new javax.crypto.spec.SecretKeySpec("0123456789abcdef".getBytes(), "AES");
        return first;
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.sql.*;

class SoundSecrets {
    static final String PASSWORD_KEY = "app.database.password";
    static final String PASSWORD_FIELD = "password";
    private String password = "";
    Connection sound(String given) throws Exception {
        String password = System.getenv("DB_PASSWORD");
        String tokenPrefix = "Bearer ";
        return DriverManager.getConnection("jdbc:h2:mem:", "sa", password);
    }
}
'''

[[example]]
language = "python"
match = [3, 6, 7]
code = '''
import psycopg2

API_KEY = "d41c8f00b2e9456a9c1de8"

def weak():
    psycopg2.connect(host="db", user="app", password="tr0ub4dor&3")
    aws = "AKIAZQ3DXEXT2NVRKQWT"
    return aws
'''

[[example]]
language = "python"
match = []
code = '''
import os
import psycopg2

PASSWORD_HELP = "Choose a long password."
TOKEN = "TOKEN"
password_label = "Enter your password:"

def sound(form):
    password = os.environ["PASSWORD"]
    secret = "changeme"
    psycopg2.connect(host="db", user="app", password=password)
    psycopg2.connect(host="db", user="app", password="<password>")
    return form.field(password="Password"), secret
'''

[[example]]
language = "javascript"
match = [2, 3]
code = '''
const mysql = require('mysql');
const connection = mysql.createConnection({ user: 'app', password: 'tr0ub4dor&3' });
const apiKey = 'f3a9c07be21d45889a1e';
module.exports = { connection, apiKey };
'''

[[example]]
language = "javascript"
match = []
code = '''
const passwordField = 'password';
const password = process.env.PASSWORD;
const labels = { password: 'Your password', token: '' };
module.exports = { passwordField, password, labels };
'''

[[example]]
language = "typescript"
match = [1]
code = '''
export const clientSecret: string = 'f3a9c07be21d45889a1e';
'''

[[example]]
language = "typescript"
match = []
code = '''
export const tokenName: string = 'access_token';
export const password: string = 'password';
export const token = 'token123';
export const user = { password: '$2a$08$6.mbXqsDX82ZZ7q5d8Osb..JrGSsNp4R3IKj7mgKF6YGt0BmMCq42' };
'''

[[example]]
language = "go"
match = [3, 6]
code = '''
package secrets

const apiKey = "f3a9c07be21d45889a1e"

func weak() string {
	password := "tr0ub4dor&3"
	return password
}
'''

[[example]]
language = "go"
match = []
code = '''
package secrets

import "os"

const passwordFlag = "password-file"

func sound() string {
	password := os.Getenv("PASSWORD")
	return password
}
'''

[[example]]
language = "csharp"
match = [2]
code = '''
class Secrets {
    private const string ApiKey = "f3a9c07be21d45889a1e";
    string Use() => ApiKey;
}
'''

[[example]]
language = "csharp"
match = []
code = '''
class SoundSecrets {
    private const string PasswordPropertyName = "Password";
    string password = System.Environment.GetEnvironmentVariable("PASSWORD");
}
'''

[[example]]
language = "rust"
match = [2]
code = '''
fn weak() -> String {
    let password = "tr0ub4dor&3";
    password.to_string()
}
'''

[[example]]
language = "rust"
match = []
code = '''
fn sound() -> String {
    let password = std::env::var("PASSWORD").unwrap_or_default();
    let password_file = "/etc/secret";
    format!("{password}{password_file}")
}
'''

[[example]]
language = "elixir"
match = [3]
code = '''
defmodule Secrets do
  def weak do
    password = "tr0ub4dor&3"
    login(password)
  end
end
'''

[[example]]
language = "elixir"
match = []
code = '''
defmodule SoundSecrets do
  def sound do
    password = System.get_env("PASSWORD")
    login(password)
  end
end
'''

[[example]]
language = "c"
match = [4, 5]
code = '''
#include <string.h>

int may_enter(const char *password) {
    const char *header = "Authorization: token ghp_Zk3Qm8Rt5Vx7Bn2Cj9Lp4Ws6Yd1Fg0Hu7Te5";
    return header != 0 && strcmp(password, "Blue7Horse") == 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <string.h>

int asks(const char *password, const char *token) {
    return strcmp(password, "") == 0 || strcmp(password, "prompt") == 0 || strcmp(token, "Begin2") == 0;
}
'''

[[example]]
language = "c"
match = [2]
code = '''
int weak(int (*login)(const char *)) {
    const char *password = "tr0ub4dor&3";
    return login(password);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

int sound(int (*login)(const char *)) {
    const char *password = getenv("PASSWORD");
    const char *password_prompt = "Password:";
    return login(password ? password : password_prompt);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <string>

std::string weak() {
    const std::string secret = "tr0ub4dor&3";
    return secret;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <string>

std::string sound(const std::string &given) {
    std::string secret = given;
    return secret;
}
'''

[[example]]
language = "c"
match = [7, 16]
code = '''
#include <string.h>
#include <windows.h>
#include <wincrypt.h>
#define PASS L"k7-wall"

static BOOL enter(const wchar_t *given, HANDLE *token) {
    return LogonUserW(L"app", L".", given, LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, token);
}

BOOL weak(HANDLE *token, HCRYPTPROV provider, HCRYPTKEY *key) {
    wchar_t pass[32] = L"";
    char seed[32];
    HCRYPTHASH hash;
    wcscpy(pass, PASS);
    strcpy(seed, "aQ9-wall");
    CryptHashData(hash, (BYTE *)seed, strlen(seed), 0);
    return CryptDeriveKey(provider, CALG_AES_256, hash, 0, key) && enter(pass, token);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <wincrypt.h>

BOOL sound(HANDLE *token, HCRYPTHASH hash) {
    char password[32] = "";
    size_t length;
    if (fgets(password, sizeof password, stdin) == NULL)
        password[0] = '\0';
    length = strlen(password);
    if (length > 0)
        password[length - 1] = '\0';
    CryptHashData(hash, (BYTE *)"a text to be compared", 21, 0);
    return LogonUserA("app", ".", password, LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, token);
}
'''

[[example]]
language = "go"
match = []
code = '''
package secretsoftests

const testSecretKey = "6d65f9e5-b5b9-49fc-b35f-c4feb9b87301"

var dummyClientSecret = "Cl1ent9ecretValue"
'''

[[example]]
language = "rust"
match = []
code = '''
fn manual() -> &'static str {
    "AKIAZZZZZZZZ7EXAMPLE"
}
'''

[[example]]
language = "java"
match = [9, 10]
code = '''
import java.sql.*;

class HandedSecrets {
    void start() throws Exception {
        open("aQ9-wall", "k7-wall-k7-wall-");
    }

    private void open(String pass, String key) throws Exception {
        DriverManager.getConnection("jdbc:h2:mem:", "sa", pass);
        new javax.crypto.spec.SecretKeySpec(key.getBytes("UTF-8"), "AES");
    }
}
'''

[[example]]
language = "javascript"
match = [4]
code = '''
const app = require('express')();
const session = require('express-session');
app.use(session({ secret: process.env.KEY, cookie: { secure: true } }));
app.use(session({ secret: 'keyboard cat', cookie: { secure: true } }));
'''

[[example]]
language = "go"
match = [9]
code = '''
package web

import (
	"os"

	"github.com/gorilla/sessions"
)

var known = sessions.NewCookieStore([]byte("a long and well known key"))
var own = sessions.NewCookieStore([]byte(os.Getenv("KEY")))
'''
*/
WITH RECURSIVE texts AS (
    SELECT id, language, parent_id, argument_index, argument_name, trim(code, '"''@bu') AS text, code LIKE '''%' AS is_character
    FROM nodes
    WHERE kind = 'LITERAL' AND (code LIKE '"%' OR code LIKE '''%' OR code LIKE 'b"%' OR code LIKE 'b''%' OR code LIKE '@"%')
), secret_texts AS MATERIALIZED (
    -- A text that is no name, no path, no word, no place-holder, no sentence.
    SELECT * FROM texts
    WHERE length(text) BETWEEN 6 AND 120
      AND regexp_like(text, '[0-9]') AND regexp_like(text, '[A-Za-z]')
      AND NOT regexp_like(text, '[\s<>{}\[\]]|%[sdv(]|\$\{|\\|^(/|\./|https?:|[a-z]+://)|[A-Za-z]+(_|-|\.)[A-Za-z]+(_|-|\.)')
      AND NOT regexp_like(lower(text), 'example|change_?me|password|passwd|secret|your|dummy|test|xxx|foo|\*\*|placeholder|12345678|abcdef')
      -- A place-holder with a number; a hash of a password, which is made to be kept.
      AND NOT regexp_like(lower(text), '^(token|key|api_?key|pass|user|admin|abc)[-_]?[0-9]{0,4}$|^\$(2[abxy]?|5|6|argon2[a-z]*|scrypt)\$')
), named AS (
    -- Assigned to a variable, or given as an argument or an entry of that name.
    SELECT t.id, coalesce(n.name, split_part(n.code, '.', -1)) AS name
    FROM secret_texts t
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') a ON a.id = t.parent_id AND a.name = '<operator>.assignment'
    JOIN (SELECT parent_id, kind, CASE WHEN kind = 'IDENTIFIER' THEN name END AS name, code FROM nodes WHERE argument_index = 1) n ON n.parent_id = a.id
    WHERE t.argument_index = 2
    UNION ALL
    SELECT t.id, t.argument_name FROM secret_texts t WHERE t.argument_name IS NOT NULL
    UNION ALL
    -- { password: '…' }, dict(password="…"), "password" => "…"
    SELECT t.id, trim(k.code, '"'':')
    FROM secret_texts t
    JOIN (SELECT id, parent_id, child_index FROM nodes WHERE kind = 'LITERAL') l ON l.id = t.id
    JOIN (SELECT parent_id, child_index, code FROM nodes WHERE kind IN ('FIELD_IDENTIFIER', 'LITERAL')) k
      ON k.parent_id = l.parent_id AND k.child_index = l.child_index - 1
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') o ON o.id = l.parent_id
      AND regexp_like(o.name, '^<operator>\.(objectLiteral|dictLiteral|mapLiteral|structLiteral|dict|keyValue|pair|object|map)')
), given AS (
    -- Arguments that are passwords and keys by what is called.
    SELECT g.call_id, a.id AS node, a.argument_index
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id
    WHERE g.is_external AND (
        g.callee_full_name = 'java.sql.DriverManager.getConnection' AND a.argument_index = 3
     OR g.callee_full_name IN ('javax.crypto.spec.SecretKeySpec.<init>', 'javax.crypto.spec.DESKeySpec.<init>', 'javax.crypto.spec.PBEKeySpec.<init>',
            'javax.security.auth.kerberos.KerberosKey.<init>', 'java.security.KeyStore.PasswordProtection.<init>')
          AND a.argument_index = CASE WHEN g.callee_full_name LIKE '%KerberosKey%' THEN 2 ELSE 1 END
     OR g.callee_full_name IN ('java.net.PasswordAuthentication.<init>', 'javax.mail.PasswordAuthentication.<init>') AND a.argument_index = 2
     OR g.callee_full_name IN ('java.security.KeyStore.load', 'javax.net.ssl.KeyManagerFactory.init') AND a.argument_index = 2
     OR regexp_like(g.callee_full_name, '^(Crypto|Cryptodome)\.Cipher\.[A-Za-z0-9]+\.new$|^(node:)?crypto\.(default\.)?createHmac$|^hmac\.new$|^jwt\.(default\.)?(sign|verify|encode)$|^jsonwebtoken\.(default\.)?(sign|verify)$')
          AND a.argument_index = CASE WHEN regexp_like(g.callee_full_name, 'createHmac|jwt|jsonwebtoken') THEN 2 ELSE 1 END
     OR regexp_like(g.callee_full_name, concat(
            '^(LogonUser(Ex)?[AW]?|CreateProcessWithLogonW|WNetAddConnection2[AW]|InternetConnect[AW]|SQLConnect[AW]?|mysql_real_connect|PQsetdbLogin|ldap_simple_bind(_s)?',
            '|BCryptGenerateSymmetricKey|EVP_(Encrypt|Decrypt|Cipher)Init(_ex2?)?|AES_set_(en|de)crypt_key|HMAC(_Init_ex)?)$'))
          AND a.language IN ('c', 'cpp')
          AND a.argument_index = CASE
            WHEN g.callee_full_name LIKE 'SQLConnect%' THEN 6
            WHEN regexp_like(g.callee_full_name, '^(InternetConnect|BCryptGenerate)') THEN 5
            WHEN regexp_like(g.callee_full_name, '^(mysql_real_connect|EVP_.*Init_ex)$') THEN 4
            WHEN regexp_like(g.callee_full_name, '^(WNetAdd|HMAC)') THEN 2
            WHEN g.callee_full_name = 'PQsetdbLogin' THEN 7
            WHEN g.callee_full_name LIKE 'AES%' THEN 1
            ELSE 3 END)
    UNION ALL
    -- What signs sessions and tokens.
    SELECT g.call_id, a.id, a.argument_index
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1
    WHERE g.is_external AND regexp_like(g.callee_full_name, concat(
        '^github\.com/gorilla/sessions\.New(Cookie|Filesystem)Store$|^github\.com/gin-contrib/sessions/(cookie|memstore)\.NewStore$',
        '|^github\.com/(golang-jwt|dgrijalva)/jwt(-go)?(/v[0-9]+)?\.Token\.SignedString$|^cookie-parser(\.default)?$'))
    UNION ALL
    -- What is hashed is a secret if a key is made of the hash.
    SELECT g.id, a.id, a.argument_index
    FROM (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND name = 'CryptHashData') g
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE argument_index = 2) a ON a.parent_id = g.id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) h ON h.parent_id = g.id
    JOIN (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND name = 'CryptDeriveKey') d ON d.method_id = g.method_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 3) k ON k.parent_id = d.id AND k.name = h.name
), reached(call_id, node, depth) AS (
    SELECT call_id, node, 0 FROM given
    UNION ALL
    SELECT r.call_id, s.source, r.depth + 1
    FROM reached r
    JOIN (
        SELECT node, source FROM value_steps
        UNION ALL
        -- The bytes and the characters of a text are as secret as the text.
        SELECT parent_id, id FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2 AND language = 'go'
          AND parent_id IN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast')
        UNION ALL
        SELECT parent_id, id FROM nodes WHERE argument_index = 0
          AND parent_id IN (SELECT id FROM nodes WHERE kind = 'CALL' AND name IN ('getBytes', 'toCharArray', 'encode'))
    ) s ON s.node = r.node
    WHERE r.depth < 5
), found AS (
    SELECT DISTINCT id AS node_id, 'a constant is the ' || name AS message
    FROM named
    WHERE NOT regexp_like(lower(name), '^(test|dummy|mock|fake|example|sample)')
      AND regexp_like(lower(name), '(^|[_a-z])(passw(or)?d|passphrase|secret|api_?key|access_?key|auth_?key|private_?key|secret_?key|(auth|access|api|bearer|refresh)_?token|credential)$|^(pwd|token)$')
    UNION
    SELECT DISTINCT r.call_id, 'the password or key is a constant'
    FROM reached r
    JOIN texts t ON t.id = r.node
    -- A character of C is no text.
    WHERE length(t.text) > 0 AND NOT (t.language IN ('c', 'cpp') AND t.is_character)
    UNION
    -- By way of parameters and fields; a text becomes bytes or characters by a call.
    SELECT DISTINCT g.call_id, 'the password or key is a constant'
    FROM given g
    JOIN argument_constants() c ON c.call_id = g.call_id AND c.argument_index = g.argument_index OR c.call_id = g.node AND c.argument_index = 0
    WHERE length(c.value) > 0
    UNION
    -- What a password is compared with: strcmp(password, "…").
    SELECT DISTINCT c.id, 'the password is compared with a constant'
    FROM (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^(std::)?(str|wcs|mem)n?(case)?cmp$')) c
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER') u ON u.parent_id = c.id
    JOIN texts t ON t.parent_id = c.id
    WHERE regexp_like(lower(u.name), '(^|_|[a-z])(passw(or)?d|passphrase|pwd)(_?(text|input|entered|given|in|buf(fer)?))?$')
      AND length(t.text) BETWEEN 6 AND 120 AND NOT t.is_character
      AND regexp_like(t.text, '[A-Za-z]') AND regexp_like(t.text, '[0-9]|[!@#$%^&*]|[a-z][A-Z]') AND NOT regexp_like(t.text, '\s|^[-/.]|:$')
    UNION
    -- session({ secret: '…' })
    SELECT DISTINCT l.id, 'the key of sessions is a constant'
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') e ON e.parent_id = a.id
    JOIN (SELECT parent_id FROM nodes WHERE kind = 'FIELD_IDENTIFIER' AND name = 'secret') k ON k.parent_id = e.id
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2 AND length(code) > 2) l ON l.parent_id = e.id
    WHERE regexp_like(g.callee_full_name, '^(express-session|cookie-session)(\.default)?$')
    UNION
    SELECT DISTINCT t.id, 'a text of the form of a key that is given out'
    FROM texts t
    WHERE regexp_like(t.text, concat(
        '(^|[ :=])(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{20,}',
        '|sk_live_[A-Za-z0-9]{20,}|AIza[0-9A-Za-z_-]{35}|SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36})$'))
      -- Those that manuals print.
      AND NOT regexp_like(lower(t.text), 'example|1234567890|abcdefghij|xxxx')
)
SELECT f.node_id, f.message
FROM found f
JOIN nodes n ON n.id = f.node_id
LEFT JOIN test_files t ON t.file_id = n.file_id
-- What a test serves and asks is its own.
WHERE t.file_id IS NULL
