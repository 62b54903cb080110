/*
id = "token-not-verified"
title = "Token whose signature is not verified"
severity = "high"
cwe = [347, 345]
languages = ["javascript", "typescript", "go"]
what = "Finds JSON Web Tokens that are taken without a signature, or read without looking at it."
why = "Whoever writes a token of their own is whoever they say in it."
fix = "Verify with one algorithm that is named, and with a key; leave expiry on."
references = ["https://www.rfc-editor.org/rfc/rfc8725"]

[[example]]
language = "javascript"
match = [2, 3, 6, 9]
code = '''
const jwt = require('jsonwebtoken');
const options = { algorithms: ['HS256', 'none'] };
const lasting = { algorithms: ['HS256'], ignoreExpiration: true };

function weak(token, key) {
  jwt.verify(token, '');
  jwt.verify(token, key, options);
  jwt.verify(token, key, lasting);
  return jwt.sign({ user: 1 }, key, { algorithm: 'none' });
}
module.exports = weak;
'''

[[example]]
language = "javascript"
match = []
code = '''
const jwt = require('jsonwebtoken');
const none = { display: 'none', algorithms: [] };

function sound(token, key) {
  const { header } = jwt.decode(token, { complete: true });
  jwt.verify(token, key, { algorithms: ['RS256'], ignoreExpiration: false });
  return [header, jwt.sign({ user: 1 }, key, { algorithm: 'HS256' }), none];
}
module.exports = sound;
'''

[[example]]
language = "javascript"
match = [4]
code = '''
const jwt = require('jsonwebtoken');

module.exports = function who(request) {
  return jwt.decode(request.headers.token).user;
};
'''

[[example]]
language = "typescript"
match = [4]
code = '''
import * as jwt from 'jsonwebtoken';

export function who(token: string, key: string) {
  return jwt.verify(token, key, { algorithms: ['none'] });
}
'''

[[example]]
language = "typescript"
match = []
code = '''
import * as jwt from 'jsonwebtoken';

export function who(token: string, key: string) {
  return jwt.verify(token, key, { algorithms: ['ES256'] });
}
'''

[[example]]
language = "go"
match = [9, 14]
code = '''
package tokens

import (
	"github.com/golang-jwt/jwt/v5"
)

func weak(text string, claims jwt.Claims) (*jwt.Token, error) {
	parser := jwt.NewParser()
	token, _, err := parser.ParseUnverified(text, claims)
	return token, err
}

func none(token *jwt.Token) (interface{}, error) {
	return jwt.UnsafeAllowNoneSignatureType, nil
}
'''

[[example]]
language = "go"
match = []
code = '''
package tokens

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

func sound(text string, key []byte) (*jwt.Token, error) {
	return jwt.Parse(text, func(token *jwt.Token) (interface{}, error) {
		if _, ok := token.Method.(*jwt.SigningMethodHMAC); !ok {
			return nil, errors.New("another method")
		}
		return key, nil
	})
}
'''
*/
WITH users AS (
    -- Files that name a library of tokens.
    SELECT DISTINCT file_id FROM imports WHERE regexp_like(full_name, '^(jsonwebtoken|jwt-simple|jose|express-jwt)(#|$)')
), entries AS (
    -- `name: value` in literals of objects.
    SELECT e.id, e.parent_id, k.name, v.code
    FROM (SELECT id, parent_id, file_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND language IN ('javascript', 'typescript')) e
    JOIN users u ON u.file_id = e.file_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'FIELD_IDENTIFIER' AND name IN ('algorithms', 'algorithm', 'ignoreExpiration')) k ON k.parent_id = e.id
    JOIN (SELECT parent_id, code FROM nodes WHERE argument_index = 2) v ON v.parent_id = e.id
), verifying AS (
    SELECT DISTINCT file_id FROM call_graph WHERE regexp_like(callee_full_name, '^jsonwebtoken\.(default\.)?verify$')
), found AS (
    SELECT id AS node_id, 'a token without a signature is taken' AS message FROM entries
    WHERE name = 'algorithms' AND regexp_like(code, '^\[.*[''"]none[''"]') OR name = 'algorithm' AND regexp_like(code, '^[''"]none[''"]$')
    UNION ALL
    SELECT id, 'a token is taken long after its time' FROM entries WHERE name = 'ignoreExpiration' AND code = 'true'
    UNION ALL
    SELECT g.call_id, 'there is no key to verify the token with'
    FROM call_graph g
    JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 2
    WHERE regexp_like(g.callee_full_name, '^jsonwebtoken\.(default\.)?verify$') AND a.code IN ('''''', '""', 'null', 'undefined', 'false')
    UNION ALL
    -- Read, and nowhere in the file verified.
    SELECT g.call_id, 'the token is read, and not verified'
    FROM call_graph g
    LEFT JOIN verifying v ON v.file_id = g.file_id
    WHERE regexp_like(g.callee_full_name, '^jsonwebtoken\.(default\.)?decode$') AND v.file_id IS NULL
    UNION ALL
    SELECT c.id, 'the token is read, and not verified'
    FROM calls c
    WHERE c.language = 'go' AND c.name = 'ParseUnverified'
    UNION ALL
    SELECT c.id, 'a token without a signature is taken'
    FROM calls c
    WHERE c.language = 'go' AND c.name = '<operator>.fieldAccess' AND regexp_like(c.code, '^jwt\.UnsafeAllowNoneSignatureType$')
)
SELECT f.node_id, f.message
FROM found f
JOIN nodes n ON n.id = f.node_id
-- What a test makes up is its own.
LEFT JOIN test_files t ON t.file_id = n.file_id
WHERE t.file_id IS NULL
