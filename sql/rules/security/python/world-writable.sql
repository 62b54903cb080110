/*
id = "world-writable"
title = "File that anybody may write"
severity = "medium"
cwe = [732]
languages = ["python"]
what = "Finds os.chmod with a constant mode that lets everybody write."
why = "Any account of the machine can change the file: what it configures or runs is theirs."
fix = "Give rights to the owner, and to a group if others must write: 0o600, 0o660."

[[example]]
language = "python"
match = [4]
code = '''
import os

def share(path):
    os.chmod(path, 0o777)
'''

[[example]]
language = "python"
match = []
code = '''
import os

def keep(path, mode):
    os.chmod(path, 0o640)
    os.chmod(path, mode)
'''
*/
SELECT c.id AS node_id, 'everybody may write a file of mode ' || a.code AS message
FROM calls c
JOIN stored.edges e ON e.kind = 'CALL' AND e.src = c.id
JOIN stored.nodes m ON m.id = e.dst AND m.kind = 'METHOD' AND m.full_name = 'os.chmod'
JOIN arguments a ON a.call_id = c.id AND a.argument_index = 2 AND a.kind = 'LITERAL'
WHERE c.language = 'python' AND c.name = 'chmod'
  -- The last digit has the bit of writing.
  AND regexp_like(a.code, '^0[oO][0-7]*[2367]$')
