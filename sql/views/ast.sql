-- A row is a node and its parent in the syntax tree.
SELECT
    parent_id, id AS child_id, child_index, kind, name,
    file_id, line, "column", position, position_last, method_id
FROM nodes
WHERE parent_id IS NOT NULL
