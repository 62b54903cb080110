-- A row is a field of a type, or a variable of a module.
SELECT
    n.id, n.name, n.full_name, n.type_full_name, n.modifiers,
    n.parent_id AS owner_id, coalesce(t.name, f.module) AS owner_name, coalesce(t.full_name, f.module) AS owner_full_name,
    n.language, n.file_id, f.path, f.module, n.line, n."column",
    n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
LEFT JOIN (SELECT id, name, full_name FROM nodes WHERE kind IN ('TYPE_DECL', 'NAMESPACE_BLOCK', 'FILE')) t ON t.id = n.parent_id
WHERE n.kind = 'MEMBER'
