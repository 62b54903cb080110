-- A row is an edge of the graph. AST, ARGUMENT, RECEIVER, CONTAINS and SOURCE_FILE are not stored: they are made
-- from columns of nodes here. WHERE kind = '…' leaves only the branches that can have the kind.
SELECT src, dst, kind, label, confidence FROM stored.edges
UNION ALL
SELECT parent_id, id, 'AST', NULL, NULL FROM nodes WHERE parent_id IS NOT NULL
UNION ALL
SELECT parent_id, id, 'ARGUMENT', NULL, NULL FROM nodes WHERE argument_index IS NOT NULL AND parent_id IS NOT NULL
UNION ALL
SELECT parent_id, id, 'RECEIVER', NULL, NULL FROM nodes WHERE argument_index = 0 AND parent_id IS NOT NULL
UNION ALL
SELECT method_id, id, 'CONTAINS', NULL, NULL FROM nodes WHERE method_id IS NOT NULL
UNION ALL
SELECT n.id, f.id, 'SOURCE_FILE', NULL, NULL
FROM nodes n
JOIN (SELECT id, file_id FROM nodes WHERE kind = 'FILE') f ON f.file_id = n.file_id
WHERE n.kind <> 'FILE'
