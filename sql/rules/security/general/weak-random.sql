/*
id = "weak-random"
title = "Random numbers that can be foretold"
severity = "medium"
cwe = [330, 338]
languages = ["java", "python", "javascript", "typescript", "go", "csharp", "c", "cpp"]
what = """
Finds numbers of an ordinary generator where they have to be unguessable: in a program for the web in Java and Python, in a
source of C and C++ that calls a library of cryptography, and wherever what is drawn goes by the name of a token, a password, a key, a session or the like."""
why = """
The state of such a generator follows from a few of its numbers, or from the time at which it was seeded: whoever sees one
token knows the next ones."""
fix = """
Draw from the system's generator: java.security.SecureRandom, Python's secrets, crypto.randomBytes, crypto/rand,
RandomNumberGenerator, getrandom. Where nothing depends on it, give the generator a fixed seed, which says so."""
references = ["https://www.rfc-editor.org/rfc/rfc4086"]

[[example]]
language = "java"
match = [5, 6]
code = '''
import javax.servlet.http.*;

class Tokens {
    void weak(HttpServletResponse response) {
        int number = new java.util.Random().nextInt();
        double other = Math.random();
        response.addCookie(new Cookie("t", number + "" + other));
    }
}
'''

[[example]]
language = "java"
match = [3]
code = '''
class Passwords {
    String reset() {
        String token = Long.toString(new java.util.Random().nextLong());
        return token;
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class SoundTokens {
    void sound(HttpServletResponse response) {
        int number = new java.security.SecureRandom().nextInt();
        response.addCookie(new Cookie("t", number + ""));
        new java.util.Random(42).nextInt(); // the same numbers every time, and meant to be
    }
    int pick(java.util.Random given) {
        return given.nextInt(6); // which generator that is the caller decides
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class Simulation {
    double pi(int n) {
        int in = 0;
        for (int i = 0; i < n; i++) {
            if (Math.hypot(Math.random(), Math.random()) < 1) in++;
        }
        return 4.0 * in / n;
    }
}
'''

[[example]]
language = "python"
match = [6]
code = '''
import random
from flask import session

def weak():
    letters = "abcdef"
    value = "".join(random.choice(letters) for _ in range(9))
    session["id"] = value
'''

[[example]]
language = "python"
match = [4]
code = '''
import random

def reset(user):
    user.reset_token = random.getrandbits(64)
'''

[[example]]
language = "python"
match = []
code = '''
import random
import secrets

def sound():
    token = secrets.token_hex()
    pivot = random.randrange(10)
    session_key = random.SystemRandom().random()
    return token, pivot, session_key
'''

[[example]]
language = "javascript"
match = [2]
code = '''
function newSession(user) {
  const sessionId = Math.random().toString(36).slice(2);
  user.id = sessionId;
}
'''

[[example]]
language = "javascript"
match = []
code = '''
const crypto = require('crypto');
function shuffle(list) {
  const sessionId = crypto.randomBytes(16).toString('hex');
  const at = Math.floor(Math.random() * list.length);
  return [sessionId, list[at]];
}
'''

[[example]]
language = "typescript"
match = [2]
code = '''
export function reset(): string {
  const password: string = Math.random().toString(36);
  return password;
}
'''

[[example]]
language = "typescript"
match = []
code = '''
export function jitter(milliseconds: number): number {
  return milliseconds * (1 + Math.random());
}
'''

[[example]]
language = "go"
match = [6]
code = '''
package tokens

import "math/rand"

func weak() int64 {
	token := rand.Int63()
	return token
}
'''

[[example]]
language = "go"
match = []
code = '''
package tokens

import (
	crand "crypto/rand"
	"math/rand"
)

func sound(list []int) {
	token := make([]byte, 16)
	crand.Read(token)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}
'''

[[example]]
language = "csharp"
match = [6]
code = '''
using System;

class Passwords {
    string Weak() {
        var random = new Random();
        var password = random.Next().ToString();
        return password;
    }
}
'''

[[example]]
language = "csharp"
match = []
code = '''
using System;
using System.Security.Cryptography;

class SoundPasswords {
    int Sound() {
        var password = RandomNumberGenerator.GetInt32(100);
        var dice = new Random().Next(6);
        return password + dice;
    }
}
'''

[[example]]
language = "c"
match = [4]
code = '''
#include <stdlib.h>

int weak(void) {
    int session_key = rand();
    return session_key;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <sys/random.h>

int sound(void) {
    int session_key;
    getrandom(&session_key, sizeof session_key, 0);
    int delay = rand() % 100;
    return session_key + delay;
}
'''

[[example]]
language = "c"
match = [7]
code = '''
#include <stdlib.h>
#include <openssl/evp.h>

void weak(EVP_CIPHER_CTX *context, const unsigned char *key) {
    unsigned char start[16];
    for (int i = 0; i < 16; i++)
        start[i] = rand();
    EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), 0, key, start);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <cstdlib>

int weak() {
    auto token = std::rand();
    return token;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <random>

int sound() {
    std::random_device device;
    int token = device();
    return token;
}
'''
*/
WITH called AS MATERIALIZED (
    SELECT call_id, callee_full_name AS callee
    FROM call_graph
    WHERE is_external
      AND regexp_like(callee_full_name, concat(
        '^(java\.util\.Random\.(next[A-Z].*|ints|longs|doubles)|java\.lang\.Math\.random|org\.apache\.commons\.lang3?\.RandomStringUtils\.random.*',
        '|random\.(random|randint|randrange|choice|choices|getrandbits|uniform|sample|randbytes|shuffle|gauss|normalvariate|triangular|betavariate|expovariate|lognormvariate)',
        '|Math\.random|math/rand(/v2)?\.(Int|Int31|Int31n|Int63|Int63n|Intn|IntN|N|Uint32|Uint64|Float32|Float64|Perm|Read)',
        '|(System\.)?Random\.(Next|NextBytes|NextDouble|NextInt64|NextSingle)',
        '|(std::)?(rand|random|drand48|lrand48|mrand48))$'))
), generators AS MATERIALIZED (
    SELECT r.call_id, r.id FROM arguments r JOIN called c ON c.call_id = r.call_id WHERE r.argument_index = 0
), meant AS (
    -- A generator that the caller gives may be a sound one.
    SELECT g.call_id
    FROM generators g
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') e ON e.src = g.id
    JOIN parameters p ON p.id = e.dst
    UNION ALL
    -- A generator with a seed in the text gives the same numbers every time, and is meant to.
    SELECT g.call_id
    FROM generators g
    JOIN (SELECT node, source FROM value_steps UNION ALL SELECT id, id AS source FROM generators) s ON s.node = g.id
    JOIN arguments seed ON seed.call_id = s.source AND seed.argument_index = 1 AND seed.call_name IN ('<init>', 'Random')
), drawn AS MATERIALIZED (
    SELECT c.id, c.language, c.file_id, c.method_id, c.position, c.name
    FROM called d
    JOIN calls c ON c.id = d.call_id
    WHERE d.call_id NOT IN (SELECT call_id FROM meant)
)
SELECT DISTINCT d.id AS node_id, 'what ' || d.name || ' draws can be foretold' AS message
FROM drawn d
WHERE d.language IN ('java', 'python')
  AND EXISTS (
    SELECT 1 FROM imports i
    WHERE i.file_id = d.file_id
      AND regexp_like(i.full_name, concat(
        '^((javax|jakarta)\.(servlet|ws)\b|org\.springframework\.(web|security)\b|java\.security\b|javax\.crypto\b',
        '|(flask|django|fastapi|starlette|quart|sanic|bottle|tornado|aiohttp|pyramid|falcon|werkzeug)(\.|$))')))
UNION
-- By the name of what it is assigned to, at whatever depth it stands in the expression.
SELECT d.id, 'what ' || d.name || ' draws can be foretold, and becomes ' || CASE t.kind WHEN 'IDENTIFIER' THEN t.name ELSE t.code END
FROM drawn d
JOIN nodes a ON a.kind = 'CALL' AND a.name = '<operator>.assignment' AND a.file_id = d.file_id
  AND d.position BETWEEN a.position AND a.position_last
JOIN nodes t ON t.parent_id = a.id AND t.argument_index = 1
WHERE regexp_like(lower(CASE t.kind WHEN 'IDENTIFIER' THEN t.name ELSE t.code END), '(^|[._a-z])(token|passw(or)?d|secret|session_?(id|key)|nonce|salt|otp|csrf|api_?key|(secret|private|encryption|crypto)_?key)s?$')
UNION
-- Where cryptography is at hand, what is drawn becomes a part of it.
SELECT d.id, 'what ' || d.name || ' draws can be foretold, and cryptography needs what cannot'
FROM drawn d
WHERE d.language IN ('c', 'cpp')
  AND d.file_id IN (
    SELECT file_id FROM nodes
    WHERE kind = 'CALL' AND language IN ('c', 'cpp')
      AND regexp_like(name, '^(Crypt(AcquireContext[AW]?|GenRandom|GenKey|DeriveKey|Encrypt)|BCrypt(GenRandom|Encrypt|GenerateSymmetricKey)|RAND_(priv_)?bytes|EVP_(Encrypt|Cipher|Seal)Init(_ex2?)?|AES_set_encrypt_key|RSA_generate_key(_ex)?|gcry_(randomize|cipher_setkey)|crypto_(secretbox|box|aead_[a-z0-9_]+)|randombytes_buf|mbedtls_(ctr_drbg_random|aes_setkey_enc))$'))
