-- A row is a node (dst) and the one (src) that control passes last on every way to it (kind DOMINATE), or first on every way from
-- it to the end of the method (POST_DOMINATE). What dominates at a distance follows from these step by step.
SELECT
    e.kind, e.src, e.dst,
    s.method_id,
    s.kind AS src_kind, s.name AS src_name, s.line AS src_line,
    d.kind AS dst_kind, d.name AS dst_name, d.line AS dst_line,
    s.file_id, f.path
FROM stored.edges e
LEFT JOIN nodes s ON s.id = e.src
LEFT JOIN nodes d ON d.id = e.dst
LEFT JOIN files f ON f.file_id = s.file_id
WHERE e.kind IN ('DOMINATE', 'POST_DOMINATE')
