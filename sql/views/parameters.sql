-- A row is a formal parameter of a method.
SELECT
    n.id, n.name, n.child_index,
    n.type_full_name, n.modifiers,
    n.parent_id AS method_id, m.name AS method_name, m.full_name AS method_full_name,
    n.language, n.file_id, f.path, f.module, n.line, n."column",
    n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind = 'METHOD') m ON m.id = n.parent_id
WHERE n.kind = 'METHOD_PARAMETER_IN'
