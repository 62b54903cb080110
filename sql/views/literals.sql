-- A row is a literal; code is its text.
SELECT
    n.id, n.code, n.type_full_name,
    n.method_id, m.name AS method_name,
    n.language, n.file_id, f.path, f.module, n.line, n."column",
    n.parent_id, n.argument_index
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind = 'METHOD') m ON m.id = n.method_id
WHERE n.kind = 'LITERAL'
