-- A row is a method and an inherited method that it stands in for.
SELECT
    e.src AS method, e.dst AS overridden,
    m.name, m.full_name AS method_full_name, o.full_name AS overridden_full_name,
    m.file_id, f.path, m.line
FROM stored.edges e
JOIN (SELECT id, name, full_name, file_id, line FROM nodes WHERE kind = 'METHOD') m ON m.id = e.src
LEFT JOIN (SELECT id, full_name FROM nodes WHERE kind = 'METHOD') o ON o.id = e.dst
LEFT JOIN files f ON f.file_id = m.file_id
WHERE e.kind = 'OVERRIDES'
