-- A row is an argument of a call and the parameter that it becomes in a method that the call may run: receivers become parameter 0, keyword arguments go by name, a variadic parameter takes what is left.
SELECT
    a.id AS argument, p.id AS parameter,
    e.src AS call_id, e.dst AS method_id,
    a.argument_index, p.argument_index AS parameter_index, p.name AS parameter_name,
    e.label AS resolution, e.confidence,
    c.method_id AS caller, c.file_id, f.path, c.line
FROM (SELECT src, dst, label, confidence FROM stored.edges WHERE kind = 'CALL') e
JOIN (SELECT id, name, full_name, language, method_id, file_id, line FROM nodes WHERE kind = 'CALL') c ON c.id = e.src
JOIN (
    SELECT id, parent_id, argument_index, argument_name FROM nodes WHERE argument_index >= 0
) a ON a.parent_id = e.src
JOIN (
    SELECT id, parent_id, name, argument_index, coalesce(modifiers, '') LIKE '%variadic%' AS is_variadic
    FROM nodes WHERE kind = 'METHOD_PARAMETER_IN'
) p ON p.parent_id = e.dst
-- Rust calls a method by its path with the object as the first argument.
LEFT JOIN (
    SELECT parent_id FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND argument_index = 0 AND language = 'rust'
) s ON s.parent_id = e.dst AND c.full_name IS NOT NULL
LEFT JOIN files f ON f.file_id = c.file_id
WHERE e.label <> 'callback'
  AND CASE
    WHEN a.argument_name IS NOT NULL THEN a.argument_name = p.name
    WHEN s.parent_id IS NOT NULL THEN a.argument_index = p.argument_index + 1
    WHEN p.is_variadic THEN a.argument_index >= p.argument_index AND p.argument_index > 0
    ELSE a.argument_index = p.argument_index
  END
