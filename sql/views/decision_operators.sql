-- A row is an operator that decides what runs next: ?:, &&, ||, ??, and and or. Those that stand for sugar (a chained comparison,
-- an optional chain, the default of a pattern) are left out: they begin where their last argument begins.
SELECT c.id, c.name, c.method_id, c.language, c.file_id, c.line, c."column", c.position, c.position_last, c.parent_id
FROM nodes c
JOIN nodes a ON a.parent_id = c.id
    AND a.argument_index = CASE c.name WHEN '<operator>.conditional' THEN 3 ELSE 2 END
WHERE c.kind = 'CALL'
  AND c.name IN ('<operator>.conditional', '<operator>.logicalAnd', '<operator>.logicalOr', '<operator>.elvis',
      '<operator>.nullCoalesce', '<operator>.assignmentLogicalAnd', '<operator>.assignmentLogicalOr',
      '<operator>.assignmentNullCoalesce')
  AND a.argument_index IN (2, 3)
  AND (a.line <> c.line OR a."column" <> c."column")
