-- A row is an operator that decides what runs next: ?:, &&, ||, ??, and, or; origin says whether it stands in the source
-- (source), is the default of a parameter or pattern (default), or other sugar (sugar): a chained comparison, an optional chain.
SELECT
    c.id, c.name, c.method_id,
    CASE
        -- What sugar makes begins where its last argument begins, which no operator of the source does.
        WHEN a.line <> c.line OR a."column" <> c."column" THEN 'source'
        WHEN d.id IS NOT NULL THEN 'default'
        ELSE 'sugar'
    END AS origin,
    c.language, c.file_id, c.line, c."column", c.parent_id, c.position, c.position_last
FROM nodes c
JOIN nodes a ON a.parent_id = c.id
    AND a.argument_index = CASE c.name WHEN '<operator>.conditional' THEN 3 ELSE 2 END
LEFT JOIN nodes d ON d.parent_id = c.id
    AND d.kind = 'CALL' AND d.argument_index = 1 AND d.name = '<operator>.strictEquals'
WHERE c.kind = 'CALL'
  AND c.name IN ('<operator>.conditional', '<operator>.logicalAnd', '<operator>.logicalOr', '<operator>.elvis',
      '<operator>.nullCoalesce', '<operator>.assignmentLogicalAnd', '<operator>.assignmentLogicalOr',
      '<operator>.assignmentNullCoalesce')
  AND a.argument_index IN (2, 3)
