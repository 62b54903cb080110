-- A row is a method for which a budget ended the search for flows: what flows says of it may lack some, or have some that cannot happen.
SELECT c.method_id, m.full_name AS method, c.reason, m.language, f.path, m.line
FROM taint_cuts() c
LEFT JOIN stored.nodes m ON m.id = c.method_id
LEFT JOIN files f ON f.file_id = m.file_id
