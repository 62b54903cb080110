/*
id = "weak-cipher"
title = "Weak cipher or mode"
severity = "high"
cwe = [327]
languages = ["java", "python", "javascript", "typescript", "go", "csharp", "rust", "elixir", "c", "cpp"]
what = "Finds DES, triple DES, RC2, RC4 and Blowfish, and block ciphers in ECB mode, asked for by name or by a function of their own."
why = """
Keys of DES can be tried out, the keystream of RC4 is not random enough, blocks of 64 bits repeat within one long session. ECB
turns equal blocks into equal blocks, so that the pattern of the text stays visible."""
fix = "Use AES-GCM or ChaCha20-Poly1305, with a nonce that is never used twice."
references = ["https://doi.org/10.6028/NIST.SP.800-131Ar2", "https://sweet32.info"]

[[example]]
language = "java"
match = [6, 8, 9]
code = '''
import javax.crypto.Cipher;

class Ciphers {
    private static final String NAME = "AES/ECB/PKCS5Padding";
    void weak() throws Exception {
        Cipher.getInstance("DES/CBC/PKCS5Padding");
        String name = NAME;
        Cipher.getInstance(name, "SunJCE");
        javax.crypto.KeyGenerator.getInstance("DES").generateKey();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.crypto.Cipher;

class SoundCiphers {
    void sound() throws Exception {
        Cipher.getInstance("AES/GCM/NoPadding");
        Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding"); // ECB means nothing of RSA
        Cipher.getInstance("ChaCha20-Poly1305");
        javax.crypto.KeyGenerator.getInstance("AES").generateKey(); // a key has no mode
    }
}
'''

[[example]]
language = "python"
match = [5, 6, 7]
code = '''
from Crypto.Cipher import AES, DES
from cryptography.hazmat.primitives.ciphers import algorithms, modes

def weak(key, data):
    DES.new(key, DES.MODE_CBC)
    AES.new(key, AES.MODE_ECB)
    return algorithms.ARC4(key)
'''

[[example]]
language = "python"
match = []
code = '''
from Crypto.Cipher import AES

def sound(key, nonce):
    return AES.new(key, AES.MODE_GCM, nonce=nonce)
'''

[[example]]
language = "javascript"
match = [3, 4]
code = '''
const crypto = require('crypto');
function weak(key, iv) {
  crypto.createCipheriv('des-ede3-cbc', key, iv);
  return crypto.createCipheriv('aes-128-ecb', key, null);
}
'''

[[example]]
language = "javascript"
match = []
code = '''
const crypto = require('crypto');
function sound(key, iv) {
  return crypto.createCipheriv('aes-256-gcm', key, iv);
}
'''

[[example]]
language = "typescript"
match = [4]
code = '''
import * as crypto from 'crypto';
const name = 'rc4';
export function weak(key: Buffer) {
  return crypto.createDecipheriv(name, key, null);
}
'''

[[example]]
language = "typescript"
match = []
code = '''
import * as crypto from 'crypto';
export function sound(key: Buffer, iv: Buffer) {
  return crypto.createDecipheriv('chacha20-poly1305', key, iv);
}
'''

[[example]]
language = "go"
match = [9, 10]
code = '''
package ciphers

import (
	"crypto/des"
	"crypto/rc4"
)

func weak(key []byte) {
	des.NewCipher(key)
	rc4.NewCipher(key)
}
'''

[[example]]
language = "go"
match = []
code = '''
package ciphers

import "crypto/aes"

func sound(key []byte) {
	aes.NewCipher(key)
}
'''

[[example]]
language = "csharp"
match = [5, 6]
code = '''
using System.Security.Cryptography;

class Ciphers {
    void Weak(Aes aes) {
        var des = DES.Create();
        aes.Mode = CipherMode.ECB;
        des.GenerateKey();
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using System.Security.Cryptography;

class SoundCiphers {
    void Sound(Aes aes) {
        aes.Mode = CipherMode.CBC;
        var gcm = new AesGcm(aes.Key);
    }
}
'''

[[example]]
language = "rust"
match = [5]
code = '''
use des::Des;
use des::cipher::KeyInit;

fn weak(key: &[u8; 8]) -> Des {
    des::Des::new(key.into())
}
'''

[[example]]
language = "rust"
match = []
code = '''
use aes_gcm::{Aes256Gcm, KeyInit};

fn sound(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(key.into())
}
'''

[[example]]
language = "elixir"
match = [3]
code = '''
defmodule Ciphers do
  def weak(key, iv, data) do
    :crypto.crypto_one_time(:des_ede3_cbc, key, iv, data, true)
  end
end
'''

[[example]]
language = "elixir"
match = []
code = '''
defmodule SoundCiphers do
  def sound(key, iv, data) do
    :crypto.crypto_one_time_aead(:aes_256_gcm, key, iv, data, "", true)
  end
end
'''

[[example]]
language = "c"
match = [4, 5]
code = '''
#include <openssl/evp.h>

void weak(EVP_CIPHER_CTX *context, const unsigned char *key) {
    EVP_EncryptInit_ex(context, EVP_des_ede3_cbc(), 0, key, 0);
    EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), 0, key, 0);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <openssl/evp.h>

void sound(EVP_CIPHER_CTX *context, const unsigned char *key, const unsigned char *iv) {
    EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), 0, key, iv);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <openssl/des.h>

void weak(const_DES_cblock *key, DES_key_schedule *schedule) {
    DES_set_key_checked(key, schedule);
}
'''

[[example]]
language = "cpp"
match = [5, 7, 8]
code = '''
#include <windows.h>
#include <bcrypt.h>

void weak(HCRYPTPROV provider, HCRYPTHASH hash, HCRYPTKEY *key, BCRYPT_ALG_HANDLE *algorithm) {
    CryptDeriveKey(provider, CALG_RC4, hash, 0, key);
    ALG_ID kind = CALG_3DES;
    CryptGenKey(provider, kind, CRYPT_EXPORTABLE, key);
    BCryptOpenAlgorithmProvider(algorithm, BCRYPT_DES_ALGORITHM, NULL, 0);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <windows.h>
#include <bcrypt.h>

void sound(HCRYPTPROV provider, HCRYPTHASH hash, HCRYPTKEY *key, BCRYPT_ALG_HANDLE *algorithm) {
    CryptDeriveKey(provider, CALG_AES_256, hash, 0, key);
    BCryptOpenAlgorithmProvider(algorithm, BCRYPT_AES_ALGORITHM, NULL, 0);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <openssl/evp.h>

const EVP_CIPHER *sound() {
    return EVP_chacha20_poly1305();
}
'''
*/
WITH RECURSIVE named AS (
    -- The argument that names the cipher, its mode and its padding.
    SELECT g.call_id, a.id AS node, g.callee_full_name LIKE '%Key%' AS is_key
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1
    WHERE g.is_external
      AND regexp_like(g.callee_full_name, concat(
        '^(javax\.crypto\.(Cipher|KeyGenerator|SecretKeyFactory)\.getInstance',
        '|(node:)?crypto\.(default\.)?create(Cipher|Decipher)(iv)?',
        '|(System\.Security\.Cryptography\.)?SymmetricAlgorithm\.Create',
        '|:crypto\.(crypto_one_time|crypto_init|block_encrypt|stream_init))$'))
), reached(call_id, is_key, node, depth) AS (
    SELECT call_id, is_key, node, 0 FROM named
    UNION ALL
    SELECT r.call_id, r.is_key, s.source, r.depth + 1 FROM reached r JOIN value_steps s ON s.node = r.node WHERE r.depth < 4
)
SELECT DISTINCT r.call_id AS node_id, trim(n.code, '":''') || ' is a weak cipher or mode' AS message
FROM reached r
JOIN nodes n ON n.id = r.node AND n.kind = 'LITERAL'
WHERE regexp_like(lower(trim(n.code, '":''')), concat(
    '^(des|desede|tripledes|3des|rc2|rc4|arcfour|blowfish|bf|cast5?|seed|idea)([-_/0-9].*)?$',
    '|^des[-_]ede.*|^[^/]*[-_/]ecb([-_/].*)?$'))
  AND NOT regexp_like(lower(trim(n.code, '":''')), '^rsa/')
  -- A key has no mode.
  AND NOT (r.is_key AND regexp_like(lower(n.code), 'aes'))
UNION
-- By way of parameters, fields and property files.
SELECT DISTINCT g.call_id, c.value || ' is a weak cipher or mode'
FROM argument_constants() c
JOIN call_graph g ON g.call_id = c.call_id
WHERE c.argument_index = 1
  AND g.is_external
  AND regexp_like(g.callee_full_name, concat(
    '^(javax\.crypto\.(Cipher|KeyGenerator|SecretKeyFactory)\.getInstance',
    '|(node:)?crypto\.(default\.)?create(Cipher|Decipher)(iv)?',
    '|(System\.Security\.Cryptography\.)?SymmetricAlgorithm\.Create',
    '|:crypto\.(crypto_one_time|crypto_init|block_encrypt|stream_init))$'))
  AND regexp_like(lower(ltrim(c.value, ':')), concat(
    '^(des|desede|tripledes|3des|rc2|rc4|arcfour|blowfish|bf|cast5?|seed|idea)([-_/0-9].*)?$',
    '|^des[-_]ede.*|^[^/]*[-_/]ecb([-_/].*)?$'))
  AND NOT regexp_like(lower(c.value), '^rsa/')
  -- A key has no mode.
  AND NOT (g.callee_full_name LIKE '%Key%' AND regexp_like(lower(c.value), 'aes'))
UNION ALL
SELECT DISTINCT g.call_id, g.callee_full_name || ' is a weak cipher'
FROM call_graph g
WHERE g.is_external
  AND regexp_like(g.callee_full_name, concat(
    '^((Crypto|Cryptodome)\.Cipher\.(DES|DES3|ARC2|ARC4|Blowfish|CAST|XOR)\.new',
    '|cryptography\.hazmat\.(primitives|decrepit)\.ciphers\.algorithms\.(ARC4|TripleDES|Blowfish|IDEA|CAST5|SEED|RC2)',
    '|cryptography\.hazmat\.primitives\.ciphers\.modes\.ECB',
    '|crypto/(des|rc4)\.New(Cipher|TripleDESCipher)|golang\.org/x/crypto/(blowfish|cast5|tea|xtea)\.NewCipher',
    '|(System\.Security\.Cryptography\.)?(DES|TripleDES|RC2)\.Create',
    '|(System\.Security\.Cryptography\.)?(DES|TripleDES|RC2)(CryptoServiceProvider|Cng)\.<init>',
    '|(des|rc4|rc2|blowfish|cast5)::(Des|TdesEde[23]|TdesEee[23]|Rc4|Rc2|Blowfish|Cast5)::new(_from_slice)?',
    '|EVP_(des|rc2|rc4|bf|cast5|idea|seed)(_.*)?|EVP_.*_ecb|DES_set_key(_checked|_unchecked)?|RC4_set_key|RC2_set_key|BF_set_key)$'))
UNION ALL
-- A mode named by a constant: AES.new(key, AES.MODE_ECB), aes.Mode = CipherMode.ECB.
SELECT DISTINCT p.id, 'ECB shows which blocks are equal'
FROM nodes f
JOIN nodes a ON a.id = f.parent_id AND a.kind = 'CALL' AND a.name = '<operator>.fieldAccess'
JOIN nodes p ON p.id = a.parent_id AND p.kind = 'CALL'
WHERE f.kind = 'FIELD_IDENTIFIER'
  AND (f.language = 'python' AND f.name = 'MODE_ECB' AND p.name = 'new' AND a.code LIKE 'AES.%'
    OR f.language = 'csharp' AND f.name = 'ECB' AND a.code LIKE '%CipherMode.ECB' AND p.name = '<operator>.assignment')
UNION ALL
-- Algorithms of Windows, by the constants that name them.
SELECT DISTINCT g.call_id, n.name || ' is a weak cipher'
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 2 AND a.language IN ('c', 'cpp')
LEFT JOIN value_steps s ON s.node = a.id
JOIN nodes n ON n.id = coalesce(s.source, a.id)
WHERE g.is_external
  AND g.callee_name IN ('CryptDeriveKey', 'CryptGenKey', 'BCryptOpenAlgorithmProvider', 'NCryptCreatePersistedKey')
  AND regexp_like(n.name, '^(CALG_(DES|3DES(_112)?|DESX|RC2|RC4|RC5|SEAL|CYLINK_MEK|SKIPJACK)|BCRYPT_(DES|3DES(_112)?|DESX|RC2|RC4)_ALGORITHM)$')
