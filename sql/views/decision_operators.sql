-- A row is an operator that decides what runs next: ?:, &&, ||, ??, and, or; origin says whether it stands in the source
-- (source), is the default of a parameter or pattern (default), or other sugar (sugar): a chained comparison, an optional chain.
WITH operators AS (
    SELECT id, name, method_id, language, file_id, line, "column", parent_id, position, position_last
    FROM nodes
    WHERE kind = 'CALL'
      AND name IN ('<operator>.conditional', '<operator>.logicalAnd', '<operator>.logicalOr', '<operator>.elvis',
          '<operator>.nullCoalesce', '<operator>.assignmentLogicalAnd', '<operator>.assignmentLogicalOr',
          '<operator>.assignmentNullCoalesce')
)
-- C and C++ have no sugar that makes such operators; one that a syntax error left without its last argument counts as well.
SELECT id, name, method_id, 'source' AS origin, language, file_id, line, "column", parent_id, position, position_last
FROM operators
WHERE language IN ('c', 'cpp')
UNION ALL
SELECT
    c.id, c.name, c.method_id,
    CASE
        -- What sugar makes begins where its last argument begins, which no operator of the source does.
        WHEN a.line <> c.line OR a."column" <> c."column" THEN 'source'
        WHEN d.id IS NOT NULL THEN 'default'
        ELSE 'sugar'
    END,
    c.language, c.file_id, c.line, c."column", c.parent_id, c.position, c.position_last
FROM operators c
JOIN nodes a ON a.parent_id = c.id
    AND a.argument_index = CASE c.name WHEN '<operator>.conditional' THEN 3 ELSE 2 END
LEFT JOIN nodes d ON d.parent_id = c.id
    AND d.kind = 'CALL' AND d.argument_index = 1 AND d.name = '<operator>.strictEquals'
WHERE c.language NOT IN ('c', 'cpp') AND a.argument_index IN (2, 3)
