-- A row is an annotation, decorator or attribute; target_id is what it stands on.
SELECT
    n.id, n.name, n.full_name, n.parent_id AS target_id,
    n.language, n.file_id, f.path, f.module, n.line, n."column",
    n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
WHERE n.kind = 'ANNOTATION'
