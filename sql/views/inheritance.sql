-- A row is a type and a type that it extends or implements.
SELECT
    e.src AS subtype, e.dst AS supertype,
    s.name AS subtype_name, s.full_name AS subtype_full_name,
    t.name AS supertype_name, t.full_name AS supertype_full_name,
    t.is_external,
    e.label AS resolution, e.confidence,
    s.file_id, f.path, s.line
FROM stored.edges e
LEFT JOIN (SELECT id, name, full_name, file_id, line FROM nodes WHERE kind IN ('TYPE_DECL', 'NAMESPACE_BLOCK')) s ON s.id = e.src
LEFT JOIN (SELECT id, name, full_name, is_external FROM nodes WHERE kind = 'TYPE_DECL') t ON t.id = e.dst
LEFT JOIN files f ON f.file_id = s.file_id
WHERE e.kind = 'INHERITS_FROM'
