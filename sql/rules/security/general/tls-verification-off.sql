/*
id = "tls-verification-off"
title = "Certificates are not verified"
severity = "high"
cwe = [295, 297]
languages = ["java", "python", "javascript", "typescript", "go", "csharp", "rust", "elixir", "c", "cpp"]
what = "Finds clients of TLS that are told to take any certificate, or one of any host."
why = "Who stands between can show a certificate of their own, and reads and changes all that is sent."
fix = "Leave verification on; for a private authority, add its certificate to those that are trusted."
references = ["https://www.rfc-editor.org/rfc/rfc9525"]

[[example]]
language = "java"
match = [5, 8]
code = '''
import javax.net.ssl.*;
import java.security.cert.X509Certificate;

class All implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String kind) { }
    public void checkClientTrusted(X509Certificate[] chain, String kind) { }
    public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    static HostnameVerifier any = new HostnameVerifier() { public boolean verify(String host, SSLSession session) { return true; } };
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.net.ssl.*;
import java.security.cert.*;

class Pinned implements X509TrustManager {
    private X509TrustManager inner;
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException { inner.checkServerTrusted(chain, kind); }
    public void checkClientTrusted(X509Certificate[] chain, String kind) { }
    public X509Certificate[] getAcceptedIssuers() { return inner.getAcceptedIssuers(); }
    boolean verify(String name) { return true; }
}
'''

[[example]]
language = "python"
match = [5, 6, 8]
code = '''
import ssl
import requests

def weak(url):
    requests.get(url, verify=False)
    context = ssl._create_unverified_context()
    other = ssl.create_default_context()
    other.verify_mode = ssl.CERT_NONE
    return context, other
'''

[[example]]
language = "python"
match = []
code = '''
import ssl
import requests

def sound(url, store):
    requests.get(url, verify="/etc/authority.pem")
    store.get(url, verify=False)
    context = ssl.create_default_context()
    context.verify_mode = ssl.CERT_REQUIRED
    return context
'''

[[example]]
language = "javascript"
match = [2, 3]
code = '''
const https = require('https');
const agent = new https.Agent({ rejectUnauthorized: false });
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
module.exports = agent;
'''

[[example]]
language = "javascript"
match = []
code = '''
const https = require('https');
const agent = new https.Agent({ rejectUnauthorized: true });
module.exports = agent;
'''

[[example]]
language = "typescript"
match = [2]
code = '''
import * as tls from 'tls';
export const options: tls.ConnectionOptions = { host: 'a', rejectUnauthorized: false };
'''

[[example]]
language = "typescript"
match = []
code = '''
import * as tls from 'tls';
export const options: tls.ConnectionOptions = { host: 'a' };
'''

[[example]]
language = "go"
match = [5]
code = '''
package client

import "crypto/tls"

var config = &tls.Config{InsecureSkipVerify: true}
'''

[[example]]
language = "go"
match = []
code = '''
package client

import "crypto/tls"

func sound(skip bool) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	config.InsecureSkipVerify = skip
	return config
}
'''

[[example]]
language = "csharp"
match = [5, 6]
code = '''
using System.Net.Http;

class Client {
    void Weak(HttpClientHandler handler) {
        handler.ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) => true;
        handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using System.Net.Http;
using System.Net.Security;

class SoundClient {
    void Sound(HttpClientHandler handler) {
        handler.ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) => errors == SslPolicyErrors.None;
    }
}
'''

[[example]]
language = "rust"
match = [2]
code = '''
fn weak() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().danger_accept_invalid_certs(true).build()
}
'''

[[example]]
language = "rust"
match = []
code = '''
fn sound() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().danger_accept_invalid_certs(false).build()
}
'''

[[example]]
language = "elixir"
match = [2]
code = '''
defmodule Client do
  def weak(host), do: :ssl.connect(host, 443, verify: :verify_none)
end
'''

[[example]]
language = "elixir"
match = []
code = '''
defmodule SoundClient do
  def sound(host), do: :ssl.connect(host, 443, verify: :verify_peer)
end
'''

[[example]]
language = "c"
match = [4, 5]
code = '''
#include <curl/curl.h>

void weak(CURL *handle, SSL_CTX *context) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, 0);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <curl/curl.h>

void sound(CURL *handle, SSL_CTX *context, int asked) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    SSL_CTX_set_verify(context, asked ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, 0);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <boost/asio/ssl.hpp>

void weak(boost::asio::ssl::context &context) {
    context.set_verify_mode(boost::asio::ssl::verify_none);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <boost/asio/ssl.hpp>

void sound(boost::asio::ssl::context &context) {
    context.set_verify_mode(boost::asio::ssl::verify_peer);
}
'''

[[example]]
language = "python"
match = []
code = '''
import ssl

def server():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_NONE
    return context
'''

[[example]]
language = "c"
match = []
code = '''
#include <openssl/ssl.h>

void serve(SSL *ssl, int ask) {
    if (!ask) SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    SSL_set_accept_state(ssl);
}
'''
*/
WITH found AS (
    -- Java: checkServerTrusted and HostnameVerifier.verify that decide nothing.
    SELECT m.id AS node_id, 'every certificate is taken' AS message
    FROM methods m
    WHERE m.language = 'java' AND NOT m.is_external AND m.parameters >= 3
      AND (m.name = 'checkServerTrusted' AND NOT EXISTS (
            SELECT 1 FROM nodes n WHERE n.method_id = m.id AND n.kind IN ('CALL', 'CONTROL_STRUCTURE'))
        OR m.name = 'verify' AND regexp_like(m.code, '\(\s*(final\s+)?String\s+\w+\s*,\s*(final\s+)?SSLSession\s')
          AND regexp_like(source_text(m.id), '\{\s*return\s+true\s*;\s*\}\s*$'))
    UNION
    SELECT a.call_id, a.code || ' takes a certificate of any host'
    FROM arguments a
    WHERE a.language = 'java'
      AND regexp_like(a.code, '(^|\.)(ALLOW_ALL_HOSTNAME_VERIFIER|NoopHostnameVerifier\.INSTANCE)$|^new (AllowAllHostnameVerifier|NoopHostnameVerifier)\(')
    UNION
    -- Python: verify=False of a client, contexts without verification.
    SELECT g.call_id, 'every certificate is taken'
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_name IN ('verify', 'verify_ssl', 'ssl') AND a.code = 'False'
    WHERE g.is_external AND regexp_like(g.callee_full_name, '^(requests|httpx|aiohttp)\.')
    UNION
    SELECT g.call_id, 'every certificate is taken'
    FROM call_graph g
    WHERE g.is_external AND g.callee_full_name IN ('ssl._create_unverified_context', 'ssl._create_stdlib_context')
    UNION
    SELECT a.id, 'every certificate is taken'
    FROM calls a
    JOIN arguments l ON l.call_id = a.id AND l.argument_index = 1
    JOIN arguments r ON r.call_id = a.id AND r.argument_index = 2
    WHERE a.name = '<operator>.assignment'
      AND (a.language = 'python' AND l.code LIKE '%.verify_mode' AND r.code IN ('ssl.CERT_NONE', 'CERT_NONE')
          -- A server need not ask its clients for certificates.
          AND NOT EXISTS (
            SELECT 1 FROM calls s
            WHERE s.name = '<operator>.assignment' AND s.method_id = a.method_id
              AND starts_with(s.code, replace(l.code, '.verify_mode', '') || ' =') AND regexp_like(s.code, 'PROTOCOL_TLS_SERVER|CLIENT_AUTH'))
        OR a.language IN ('javascript', 'typescript') AND l.code = 'process.env.NODE_TLS_REJECT_UNAUTHORIZED' AND trim(r.code, '"''') = '0'
        OR a.language = 'go' AND l.code LIKE '%.InsecureSkipVerify' AND r.code = 'true'
        OR a.language = 'csharp' AND regexp_like(l.code, '\.(ServerCertificateCustomValidationCallback|ServerCertificateValidationCallback|RemoteCertificateValidationCallback)$')
          AND regexp_like(r.code, '=>\s*(true|\{\s*return\s+true\s*;\s*\})$|DangerousAcceptAnyServerCertificateValidator$'))
    UNION
    -- A field of a literal: { rejectUnauthorized: false }, tls.Config{InsecureSkipVerify: true}, verify: :verify_none.
    SELECT v.id, 'every certificate is taken'
    FROM nodes v
    JOIN nodes k ON k.parent_id = v.parent_id AND k.child_index = v.child_index - 1
    WHERE v.kind = 'LITERAL'
      AND (v.language IN ('javascript', 'typescript') AND v.code = 'false' AND trim(k.code, '"''') = 'rejectUnauthorized'
        OR v.language = 'go' AND v.code = 'true' AND k.code = 'InsecureSkipVerify' AND k.kind = 'FIELD_IDENTIFIER'
        OR v.language = 'elixir' AND v.code = ':verify_none' AND trim(k.code, ': ') = 'verify')
    UNION
    SELECT c.id, 'every certificate is taken'
    FROM calls c
    JOIN arguments a ON a.call_id = c.id
    WHERE c.language = 'elixir' AND a.argument_name = 'verify' AND a.code = ':verify_none'
       OR c.language = 'rust' AND c.name IN ('danger_accept_invalid_certs', 'danger_accept_invalid_hostnames') AND a.argument_index = 1 AND a.code = 'true'
       OR c.language = 'cpp' AND c.name = 'set_verify_mode' AND regexp_like(a.code, '(^|::)verify_none$')
       OR c.language IN ('c', 'cpp') AND c.name IN ('SSL_CTX_set_verify', 'SSL_set_verify') AND a.argument_index = 2 AND a.code IN ('SSL_VERIFY_NONE', '0')
          AND NOT EXISTS (SELECT 1 FROM calls s WHERE s.method_id = c.method_id AND s.name IN ('SSL_set_accept_state', 'SSL_accept', 'TLS_server_method'))
    UNION
    SELECT c.id, 'every certificate is taken'
    FROM calls c
    JOIN arguments o ON o.call_id = c.id AND o.argument_index = 2 AND o.code IN ('CURLOPT_SSL_VERIFYPEER', 'CURLOPT_SSL_VERIFYHOST')
    JOIN arguments v ON v.call_id = c.id AND v.argument_index = 3 AND regexp_like(v.code, '^(0[lL]?|false|FALSE)$')
    WHERE c.language IN ('c', 'cpp') AND c.name = 'curl_easy_setopt'
)
SELECT f.node_id, f.message
FROM found f
JOIN nodes n ON n.id = f.node_id
LEFT JOIN test_files t ON t.file_id = n.file_id
-- What a test serves and asks is its own.
WHERE t.file_id IS NULL
