-- A row is a call. Operators are calls named '<operator>.addition' and so on: WHERE NOT is_operator leaves them out.
SELECT
    n.id, n.name, n.full_name, n.signature,
    starts_with(n.name, '<operator>') AS is_operator,
    n.dispatch, n.type_full_name,
    n.method_id, m.name AS method_name, m.full_name AS method_full_name,
    n.language, n.file_id, f.path, f.module, n.line, n."column", n.end_line,
    n.parent_id, n.argument_index,
    n.position, n.position_last, n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind = 'METHOD') m ON m.id = n.method_id
WHERE n.kind = 'CALL'
