-- A row is a class, interface, struct, enum, trait or alias; a stub (is_external) is one that is used but not defined in the tree.
SELECT
    n.id, n.name, n.full_name,
    n.modifiers,
    n.language, n.file_id, f.path, f.module, n.line, n."column", n.end_line,
    n.end_line - n.line + 1 AS lines,
    n.is_external, n.parent_id, n.method_id,
    n.position, n.position_last, n.hash, n.code
FROM nodes n
LEFT JOIN files f ON f.file_id = n.file_id
WHERE n.kind = 'TYPE_DECL'
