/*
id = "weak-hash"
title = "Weak hash function"
severity = "medium"
cwe = [328]
languages = ["java", "python"]
what = "Finds MD2, MD4, MD5 and SHA-1 asked for by name."
why = """
Two inputs with the same MD5 or SHA-1 can be made on one computer. Whoever relies on the hash of a file, a message or a
password to say which one it is can be given another."""
fix = """
Use SHA-256 or better; for passwords a function that is made to be slow, such as Argon2id. Where the hash protects nothing,
say so: `usedforsecurity=False` in Python, a stoa-ignore comment elsewhere."""
references = ["https://www.rfc-editor.org/rfc/rfc6151", "https://www.rfc-editor.org/rfc/rfc6194"]

[[example]]
language = "java"
match = [4, 5]
code = '''
class Digests {
    byte[] weak(byte[] data) throws Exception {
        /* both are broken */
        java.security.MessageDigest first = java.security.MessageDigest.getInstance("md5");
        return java.security.MessageDigest.getInstance("SHA-1").digest(first.digest(data));
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class SoundDigests {
    byte[] sound(byte[] data) throws Exception {
        return java.security.MessageDigest.getInstance("SHA-256").digest(data);
    }
    Widget widget(Widgets widgets) {
        return widgets.getInstance("MD5");
    }
}
'''

[[example]]
language = "python"
match = [5, 6]
code = '''
import hashlib
from hashlib import sha1

def weak(data):
    first = hashlib.md5(data).digest()
    return sha1(first).hexdigest()
'''

[[example]]
language = "python"
match = []
code = '''
import hashlib

def sound(data, store):
    key = hashlib.md5(data, usedforsecurity=False).hexdigest()
    store.md5(data)
    return hashlib.sha256(key.encode()).hexdigest()
'''
*/
SELECT c.id AS node_id, upper(trim(a.code, '"')) || ' is a weak hash function' AS message
FROM calls c
JOIN stored.edges e ON e.kind = 'CALL' AND e.src = c.id
JOIN stored.nodes m ON m.id = e.dst AND m.kind = 'METHOD'
JOIN arguments a ON a.call_id = c.id AND a.argument_index = 1
WHERE c.language = 'java' AND c.name = 'getInstance'
  AND m.full_name LIKE 'java.security.MessageDigest.getInstance%'
  AND lower(trim(a.code, '"')) IN ('md2', 'md4', 'md5', 'sha', 'sha1', 'sha-1')
UNION ALL
SELECT c.id, upper(c.name) || ' is a weak hash function'
FROM calls c
JOIN stored.edges e ON e.kind = 'CALL' AND e.src = c.id
JOIN stored.nodes m ON m.id = e.dst AND m.kind = 'METHOD'
WHERE c.language = 'python' AND c.name IN ('md5', 'sha1')
  AND m.full_name IN ('hashlib.md5', 'hashlib.sha1')
  AND NOT EXISTS (
      SELECT 1 FROM arguments a
      WHERE a.call_id = c.id AND a.argument_name = 'usedforsecurity' AND a.code = 'False')
