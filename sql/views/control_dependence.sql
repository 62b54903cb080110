-- A row is a node (dst) that runs or not depending on what another (src) decides; branch is the way out of src that leads there.
SELECT
    e.src, e.dst, e.label AS branch,
    s.method_id,
    s.kind AS src_kind, s.name AS src_name, s.line AS src_line,
    d.kind AS dst_kind, d.name AS dst_name, d.line AS dst_line,
    s.file_id, f.path
FROM stored.edges e
LEFT JOIN nodes s ON s.id = e.src
LEFT JOIN nodes d ON d.id = e.dst
LEFT JOIN files f ON f.file_id = s.file_id
WHERE e.kind = 'CDG'
