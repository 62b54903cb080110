/*
id = "weak-hash"
title = "Weak hash function"
severity = "medium"
cwe = [327, 328]
languages = ["java", "python", "javascript", "typescript", "go", "csharp", "rust", "elixir", "c", "cpp"]
what = "Finds MD2, MD4, MD5 and SHA-1, asked for by name, by a constant that names them, or by a function of their own."
why = """
Two inputs with the same MD5 or SHA-1 can be made on one computer. Whoever relies on the hash of a file, a message or a
password to say which one it is can be given another."""
fix = """
Use SHA-256 or better; for passwords a function that is made to be slow, such as Argon2id. Where the hash protects nothing,
say so: `usedforsecurity=False` in Python, a stoa-ignore comment elsewhere."""
references = ["https://www.rfc-editor.org/rfc/rfc6151", "https://www.rfc-editor.org/rfc/rfc6194"]

[[example]]
language = "java"
match = [4, 5, 7]
code = '''
class Digests {
    static final String NAME = "MD5";
    byte[] weak(byte[] data, boolean old) throws Exception {
        java.security.MessageDigest first = java.security.MessageDigest.getInstance("md5");
        java.security.MessageDigest second = java.security.MessageDigest.getInstance(NAME);
        String name = old ? "SHA-1" : "SHA-256";
        return java.security.MessageDigest.getInstance(name, "SUN").digest(first.digest(data));
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class SoundDigests {
    byte[] sound(byte[] data) throws Exception {
        String name = "MD5";
        name = "SHA-512";
        java.security.MessageDigest.getInstance(name);
        return java.security.MessageDigest.getInstance("SHA-256").digest(data);
    }
    Widget widget(Widgets widgets) {
        return widgets.getInstance("MD5");
    }
}
'''

[[example]]
language = "python"
match = [5, 6, 7]
code = '''
import hashlib
from hashlib import sha1

def weak(data):
    first = hashlib.md5(data).digest()
    other = hashlib.new('md5', data)
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
    hashlib.new("sha512")
    return hashlib.sha256(key.encode()).hexdigest()
'''

[[example]]
language = "javascript"
match = [3]
code = '''
const crypto = require('crypto');
function weak(data) {
  return crypto.createHash('md5').update(data).digest('hex');
}
'''

[[example]]
language = "javascript"
match = []
code = '''
const crypto = require('crypto');
function sound(data) {
  return crypto.createHash('sha256').update(data).digest('hex');
}
'''

[[example]]
language = "typescript"
match = [4]
code = '''
import { createHash } from 'crypto';
export function weak(data: string): string {
  const name = 'sha1';
  return createHash(name).update(data).digest('hex');
}
'''

[[example]]
language = "typescript"
match = []
code = '''
import { createHash } from 'crypto';
export function sound(data: string): string {
  return createHash('sha512').update(data).digest('hex');
}
'''

[[example]]
language = "go"
match = [9, 10]
code = '''
package digests

import (
	"crypto/md5"
	"crypto/sha1"
)

func weak(data []byte) []byte {
	h := md5.New()
	sum := sha1.Sum(data)
	h.Write(sum[:])
	return h.Sum(nil)
}
'''

[[example]]
language = "go"
match = []
code = '''
package digests

import "crypto/sha256"

func sound(data []byte) [32]byte {
	return sha256.Sum256(data)
}
'''

[[example]]
language = "csharp"
match = [5, 6]
code = '''
using System.Security.Cryptography;

class Digests {
    byte[] Weak(byte[] data) {
        using var md5 = MD5.Create();
        using var sha = new SHA1CryptoServiceProvider();
        return sha.ComputeHash(md5.ComputeHash(data));
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using System.Security.Cryptography;

class SoundDigests {
    byte[] Sound(byte[] data) => SHA256.HashData(data);
}
'''

[[example]]
language = "rust"
match = [4, 5]
code = '''
use sha1::{Digest, Sha1};

fn weak(data: &[u8]) -> Vec<u8> {
    let first = md5::compute(data);
    Sha1::digest(&first.0).to_vec()
}
'''

[[example]]
language = "rust"
match = []
code = '''
use sha2::{Digest, Sha256};

fn sound(data: &[u8]) -> Vec<u8> {
    Sha256::digest(data).to_vec()
}
'''

[[example]]
language = "elixir"
match = [2, 3]
code = '''
defmodule Digests do
  def weak(data), do: :crypto.hash(:md5, data)
  def other(data), do: :erlang.md5(data)
end
'''

[[example]]
language = "elixir"
match = []
code = '''
defmodule SoundDigests do
  def sound(data), do: :crypto.hash(:sha256, data)
end
'''

[[example]]
language = "c"
match = [4, 6]
code = '''
#include <openssl/md5.h>

void weak(const unsigned char *data, unsigned long n, unsigned char *out, EVP_MD_CTX *context) {
    MD5(data, n, out);
    const EVP_MD *kind;
    kind = EVP_sha1();
    EVP_DigestInit_ex(context, kind, 0);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <openssl/sha.h>

void sound(const unsigned char *data, unsigned long n, unsigned char *out) {
    SHA256(data, n, out);
}
'''

[[example]]
language = "cpp"
match = [5, 7]
code = '''
#include <windows.h>
#include <bcrypt.h>

void weak(HCRYPTPROV provider, HCRYPTHASH *hash, BCRYPT_ALG_HANDLE *algorithm) {
    CryptCreateHash(provider, CALG_MD5, 0, 0, hash);
    ALG_ID kind = CALG_SHA_256;
    BCryptOpenAlgorithmProvider(algorithm, BCRYPT_SHA1_ALGORITHM, NULL, 0);
    CryptCreateHash(provider, kind, 0, 0, hash);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <openssl/sha.h>

void weak(const unsigned char *data, unsigned long n, unsigned char *out) {
    SHA1(data, n, out);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <string>

struct Table { int MD5(const std::string &name) const { return 0; } };
int count(const Table &table) { return table.MD5("x"); }
'''
*/
WITH RECURSIVE named AS (
    -- The argument that names the algorithm.
    SELECT g.call_id, a.id AS node
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1
    WHERE g.is_external
      AND g.callee_full_name IN (
        'java.security.MessageDigest.getInstance', 'org.apache.commons.codec.digest.DigestUtils.getDigest',
        'java.security.Signature.getInstance', 'hashlib.new', 'crypto.createHash', 'crypto.default.createHash',
        'node:crypto.createHash', 'node:crypto.default.createHash', 'HashAlgorithm.Create', ':crypto.hash')
), reached(call_id, node, depth) AS (
    SELECT call_id, node, 0 FROM named
    UNION ALL
    SELECT r.call_id, s.source, r.depth + 1 FROM reached r JOIN value_steps s ON s.node = r.node WHERE r.depth < 4
)
SELECT DISTINCT r.call_id AS node_id, upper(trim(n.code, '":''')) || ' is a weak hash function' AS message
FROM reached r
JOIN nodes n ON n.id = r.node AND n.kind = 'LITERAL'
WHERE lower(trim(n.code, '":''')) IN ('md2', 'md4', 'md5', 'sha', 'sha1', 'sha-1', 'ripemd128')
UNION
-- By way of parameters, fields and property files.
SELECT DISTINCT g.call_id, upper(c.value) || ' is a weak hash function'
FROM argument_constants() c
JOIN call_graph g ON g.call_id = c.call_id
WHERE c.argument_index = 1
  AND g.is_external
  AND g.callee_full_name IN (
    'java.security.MessageDigest.getInstance', 'org.apache.commons.codec.digest.DigestUtils.getDigest',
    'java.security.Signature.getInstance', 'hashlib.new', 'crypto.createHash', 'crypto.default.createHash',
    'node:crypto.createHash', 'node:crypto.default.createHash', 'HashAlgorithm.Create', ':crypto.hash')
  AND lower(ltrim(c.value, ':')) IN ('md2', 'md4', 'md5', 'sha', 'sha1', 'sha-1', 'ripemd128')
UNION ALL
SELECT DISTINCT g.call_id, g.callee_full_name || ' is a weak hash function'
FROM call_graph g
WHERE g.is_external
  AND regexp_like(g.callee_full_name, concat(
    '^(hashlib\.(md5|sha1)|(Crypto|Cryptodome)\.Hash\.(MD2|MD4|MD5|SHA|SHA1)\.new',
    '|cryptography\.hazmat\.primitives\.hashes\.(MD5|SHA1)',
    '|org\.apache\.commons\.codec\.digest\.DigestUtils\.(md[25]|md[25]Hex|sha|sha1|shaHex|sha1Hex|getMd[25]Digest|getSha1?Digest)',
    '|com\.google\.common\.hash\.Hashing\.(md5|sha1)',
    '|crypto/(md5|sha1)\.(New|Sum)|golang\.org/x/crypto/(md4|ripemd160)\.New',
    '|(System\.Security\.Cryptography\.)?(MD5|SHA1)\.(Create|HashData)',
    '|(System\.Security\.Cryptography\.)?(MD5CryptoServiceProvider|MD5Cng|SHA1CryptoServiceProvider|SHA1Managed|SHA1Cng|HMACMD5)\.<init>',
    '|md5::(compute|Md5::(new|digest))|md4::Md4::(new|digest)|sha1::Sha1::(new|digest|from)',
    '|:erlang\.md5|MD[245]|MD[245]_Init|SHA1|SHA1_Init|EVP_(md2|md4|md5|sha1)|CC_MD5|CC_SHA1)$'))
  AND NOT EXISTS (
      SELECT 1 FROM arguments a
      WHERE a.call_id = g.call_id AND a.argument_name = 'usedforsecurity' AND a.code = 'False')
UNION ALL
-- Algorithms of Windows, by the constants that name them.
SELECT DISTINCT g.call_id, n.name || ' is a weak hash function'
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 2 AND a.language IN ('c', 'cpp')
LEFT JOIN value_steps s ON s.node = a.id
JOIN nodes n ON n.id = coalesce(s.source, a.id)
WHERE g.is_external
  AND g.callee_name IN ('CryptCreateHash', 'BCryptOpenAlgorithmProvider')
  AND regexp_like(n.name, '^(CALG_(MD2|MD4|MD5|SHA|SHA1)|BCRYPT_(MD2|MD4|MD5|SHA1)_ALGORITHM)$')
