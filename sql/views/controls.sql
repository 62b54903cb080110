-- A row is a control structure; control says which (IF, WHILE, TRY, BREAK …).
SELECT
    n.id, n.control, n.name,
    n.method_id, m.name AS method_name,
    n.language, n.file_id, f.path, f.module, n.line, n."column", n.end_line,
    n.parent_id, n.position, n.position_last, n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind = 'METHOD') m ON m.id = n.method_id
WHERE n.kind = 'CONTROL_STRUCTURE'
