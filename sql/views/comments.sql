-- A row is a comment.
SELECT
    n.id,
    n.language, n.file_id, f.path, f.module, n.line, n."column", n.end_line,
    n.end_line - n.line + 1 AS lines,
    n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
WHERE n.kind = 'COMMENT'
