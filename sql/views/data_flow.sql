-- A row is a definition that reaches a use: variable, a name or a path (a.b, d["k"], a[] of any element), is written at src, and
-- read at dst with nothing written to it between. dst_method_id differs from method_id where a closure shares the variable.
SELECT
    e.src, e.dst, e.label AS variable,
    s.method_id, d.method_id AS dst_method_id,
    s.kind AS src_kind, s.name AS src_name, s.line AS src_line,
    d.kind AS dst_kind, d.name AS dst_name, d.line AS dst_line,
    s.file_id, f.path
FROM stored.edges e
LEFT JOIN nodes s ON s.id = e.src
LEFT JOIN nodes d ON d.id = e.dst
LEFT JOIN files f ON f.file_id = s.file_id
WHERE e.kind = 'REACHING_DEF'
