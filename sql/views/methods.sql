-- A row is a method, function or closure; a stub (is_external) is one that is called but not defined in the tree.
SELECT
    n.id, n.name, n.full_name, n.signature,
    n.language, n.file_id, f.path, f.module, n.line, n."column", n.end_line,
    n.end_line - n.line + 1 AS lines,
    n.modifiers,
    coalesce(p.parameters, 0) AS parameters,
    n.is_external, n.parent_id, n.method_id,
    n.position, n.position_last, n.hash, n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (
    SELECT parent_id, count(*) AS parameters FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' GROUP BY parent_id
) p ON p.parent_id = n.id
WHERE n.kind = 'METHOD'
