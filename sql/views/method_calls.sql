-- A row is a method and another, or itself, that it may call, with how many calls do and how sure the surest of them is.
SELECT
    c.method_id AS caller, e.dst AS callee, m.is_external,
    count(*) AS calls, max(e.confidence) AS confidence
FROM stored.edges e
JOIN nodes c ON c.id = e.src
JOIN nodes m ON m.id = e.dst
WHERE e.kind = 'CALL' AND c.method_id IS NOT NULL
  AND c.kind IN ('CALL', 'CONTROL_STRUCTURE') AND m.kind = 'METHOD'
  AND (c.name IS NULL OR NOT starts_with(c.name, '<operator>'))
GROUP BY c.method_id, e.dst, m.is_external
