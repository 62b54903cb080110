/*
id = "weak-padding"
title = "RSA without padding that holds"
severity = "medium"
cwe = [327, 780]
languages = ["c", "cpp", "python", "go"]
what = """
Finds texts that are encrypted by RSA without padding, or with that of PKCS #1 v1.5. Signatures, for which that padding is still used, are left alone."""
why = """
Without padding equal texts look equal, and short ones can be computed back; from answers to wrong padding of version 1.5 the text can be found out
step by step (Bleichenbacher, 1998)."""
fix = "Use OAEP: EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING), PKCS1_OAEP.new(key), rsa.EncryptOAEP."
references = ["https://docs.openssl.org/master/man3/RSA_public_encrypt/", "https://www.rfc-editor.org/rfc/rfc8017"]

[[example]]
language = "c"
match = [6, 11]
code = '''
#include <openssl/evp.h>
#include <openssl/rsa.h>

int weak(EVP_PKEY_CTX *context, RSA *key, unsigned char *from, unsigned char *to) {
    if (EVP_PKEY_encrypt_init(context) <= 0) return 0;
    if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) <= 0) return 0;
    return 1;
}

int weaker(RSA *key, unsigned char *from, unsigned char *to) {
    return RSA_public_encrypt(20, from, to, key, RSA_PKCS1_PADDING);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <openssl/evp.h>
#include <openssl/rsa.h>

int sound(EVP_PKEY_CTX *context) {
    if (EVP_PKEY_encrypt_init(context) <= 0) return 0;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
}

int sign(EVP_PKEY_CTX *context) {
    if (EVP_PKEY_sign_init(context) <= 0) return 0;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <openssl/rsa.h>

int encrypt(RSA *key, unsigned char *from, unsigned char *to) {
    return ::RSA_public_encrypt(20, from, to, key, RSA_NO_PADDING);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <openssl/rsa.h>

int encrypt_safely(RSA *key, unsigned char *from, unsigned char *to) {
    return RSA_public_encrypt(20, from, to, key, RSA_PKCS1_OAEP_PADDING);
}
'''

[[example]]
language = "python"
match = [4]
code = '''
from Crypto.Cipher import PKCS1_v1_5

def encrypt(key, text):
    return PKCS1_v1_5.new(key).encrypt(text)
'''

[[example]]
language = "python"
match = []
code = '''
from Crypto.Cipher import PKCS1_OAEP
from Crypto.Signature import PKCS1_v1_5 as Signature

def encrypt_and_sign(key, text, hashed):
    return PKCS1_OAEP.new(key).encrypt(text), Signature.new(key).sign(hashed)
'''

[[example]]
language = "go"
match = [9]
code = '''
package padding

import (
	"crypto/rand"
	"crypto/rsa"
)

func Encrypt(key *rsa.PublicKey, text []byte) ([]byte, error) {
	return rsa.EncryptPKCS1v15(rand.Reader, key, text)
}
'''

[[example]]
language = "go"
match = []
code = '''
package padding

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
)

func EncryptSafely(key *rsa.PublicKey, text []byte) ([]byte, error) {
	return rsa.EncryptOAEP(sha256.New(), rand.Reader, key, text, nil)
}
'''
*/
SELECT DISTINCT g.call_id AS node_id, 'RSA with ' || CASE a.name WHEN 'RSA_NO_PADDING' THEN 'no padding' ELSE 'the padding of PKCS #1 v1.5' END AS message
FROM call_graph g
JOIN (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c ON c.id = g.call_id
JOIN arguments a ON a.call_id = g.call_id
-- Padding is set of a context for which it was said, in the same function, what it is for.
LEFT JOIN (SELECT DISTINCT method_id FROM nodes WHERE kind = 'CALL' AND regexp_like(name, '^EVP_PKEY_(sign|verify|verify_recover)_init|^EVP_Digest(Sign|Verify)Init')) s ON s.method_id = c.method_id
WHERE g.is_external
  AND (g.callee_name IN ('EVP_PKEY_CTX_set_rsa_padding') AND a.argument_index = 2 AND s.method_id IS NULL
    OR g.callee_name IN ('RSA_public_encrypt', 'RSA_private_decrypt') AND a.argument_index = 5)
  AND a.name IN ('RSA_NO_PADDING', 'RSA_PKCS1_PADDING')
UNION
SELECT g.call_id, 'RSA with the padding of PKCS #1 v1.5'
FROM call_graph g
WHERE g.is_external AND regexp_like(g.callee_full_name, '^(Crypto|Cryptodome)\.Cipher\.PKCS1_v1_5\.new$|^crypto/rsa\.EncryptPKCS1v15$')
