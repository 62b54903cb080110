-- A row is a variable and a type that it has: the one it declares, or one whose instances it was found to hold.
SELECT
    v.id AS variable, t.id AS type, v.kind, v.name, t.full_name AS type_full_name, t.is_external,
    e.label AS resolution, e.confidence,
    v.method_id, v.file_id, f.path, v.line
FROM (
    SELECT src, dst, label, confidence FROM stored.edges WHERE kind = 'EVAL_TYPE'
    UNION ALL
    -- A declared type is a TYPE_REF below the variable.
    SELECT r.parent_id, e.dst, 'declared', 1.0
    FROM stored.edges e
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'TYPE_REF') r ON r.id = e.src
    WHERE e.kind = 'REF'
) e
JOIN (
    SELECT id, kind, name, method_id, file_id, line FROM nodes
    WHERE kind IN ('LOCAL', 'MEMBER', 'METHOD_PARAMETER_IN')
) v ON v.id = e.src
JOIN (SELECT id, full_name, is_external FROM nodes WHERE kind = 'TYPE_DECL') t ON t.id = e.dst
LEFT JOIN files f ON f.file_id = v.file_id
