-- A row is a call and a method that it may run, with how that was found out and how sure it is.
SELECT
    c.method_id AS caller, e.dst AS callee,
    r.name AS caller_name, r.full_name AS caller_full_name,
    m.name AS callee_name, m.full_name AS callee_full_name,
    m.is_external,
    e.src AS call_id, e.label AS resolution, e.confidence,
    c.file_id, f.path, c.line
FROM stored.edges e
-- A thrown class makes an instance of itself. Every such edge begins at one of these, so that who asks for callees alone need not
-- look the calls up.
LEFT JOIN (
    SELECT id, method_id, file_id, line FROM nodes WHERE kind IN ('CALL', 'CONTROL_STRUCTURE')
) c ON c.id = e.src
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind = 'METHOD') r ON r.id = c.method_id
LEFT JOIN (SELECT id, name, full_name, is_external FROM nodes WHERE kind = 'METHOD') m ON m.id = e.dst
LEFT JOIN files f ON f.file_id = c.file_id
WHERE e.kind = 'CALL'
