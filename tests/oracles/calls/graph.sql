-- What the graph says of every call, for score.py.
SELECT c.path, c.line, c."column", c.name, g.resolution, g.is_external, g.callee_full_name, m.signature
FROM calls c
JOIN call_graph g ON g.call_id = c.id
LEFT JOIN methods m ON m.id = g.callee
WHERE NOT c.is_operator AND c.language IN ('java', 'go')
