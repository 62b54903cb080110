-- A row is an argument of a call; argument_index 0 is the receiver, 1 the first argument.
SELECT
    n.id, n.parent_id AS call_id, c.name AS call_name, n.argument_index, n.argument_name,
    n.argument_index = 0 AS is_receiver,
    n.kind, n.name, n.type_full_name,
    n.method_id,
    n.language, n.file_id, f.path, f.module, n.line, n."column",
    n.code
FROM nodes n
LEFT JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') c ON c.id = n.parent_id
LEFT JOIN files f ON f.file_id = n.file_id
WHERE n.argument_index IS NOT NULL
