-- A row is a method with a body: its cognitive complexity, closures and functions inside of it counted in, and how deep
-- its control structures are nested, those of closures and functions inside of it not counted.
WITH
structures AS (
    SELECT id, method_id, file_id, position, position_last, parent_id, control, name, line, "column"
    FROM nodes
    WHERE kind = 'CONTROL_STRUCTURE'
),
-- The BLOCKs of structures; that of an `else if` is neither the first of its IF nor an ELSE.
blocks AS (
    SELECT b.id, b.method_id, b.file_id, b.position, b.position_last, b.clause,
        s.control AS control,
        s.control = 'IF' AND b.clause IS NULL AND b.child_index > b.first AS chained
    FROM (
        SELECT id, method_id, file_id, position, position_last, parent_id, child_index, control AS clause,
            min(child_index) OVER (PARTITION BY parent_id) AS first
        FROM nodes
        WHERE kind = 'BLOCK'
    ) b
    JOIN structures s ON s.id = b.parent_id
),
-- What adds to cognitive complexity (weight), by one more for each level of nesting around it (deepens).
increments AS (
    SELECT s.method_id, s.file_id, s.position, 1 AS weight,
        s.control IN ('IF', 'WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP', 'SWITCH', 'MATCH', 'CATCH') AND b.id IS NULL AS deepens,
        s.control IN ('IF', 'WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP', 'SWITCH', 'MATCH', 'CATCH') AS structure
    FROM structures s
    LEFT JOIN (SELECT id FROM blocks WHERE chained) b ON b.id = s.parent_id
    WHERE s.control IN ('IF', 'WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP', 'SWITCH', 'MATCH', 'CATCH', 'GOTO')
       OR s.control IN ('BREAK', 'CONTINUE') AND s.name IS NOT NULL
    UNION ALL
    SELECT method_id, file_id, position, 1 AS weight, false AS deepens, false AS structure FROM blocks WHERE clause = 'ELSE'
    UNION ALL
    SELECT method_id, file_id, position, 1 AS weight, true AS deepens, false AS structure FROM decision_operators WHERE origin = 'source' AND name = '<operator>.conditional'
    UNION ALL
    SELECT c.method_id, c.file_id, c.position, 1 AS weight, false AS deepens, false AS structure
    FROM decision_operators c
    LEFT JOIN decision_operators p ON p.id = c.parent_id AND p.name = c.name AND p.origin = 'source'
    WHERE c.origin = 'source' AND c.name <> '<operator>.conditional' AND p.id IS NULL
),
-- Everything below these is one level deeper.
regions AS (
    SELECT file_id, position, position_last
    FROM blocks
    WHERE control IN ('IF', 'WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP', 'SWITCH', 'MATCH', 'CATCH') AND NOT chained
    UNION ALL
    SELECT a.file_id, a.position, a.position_last
    FROM nodes a
    JOIN decision_operators c ON c.id = a.parent_id AND c.origin = 'source' AND c.name = '<operator>.conditional'
    WHERE a.argument_index IN (2, 3)
    UNION ALL
    SELECT file_id, position, position_last FROM nodes WHERE kind = 'METHOD' AND NOT is_external
),
-- A sweep over each file: regions open and close, and what stands in between sees how many are open.
swept AS (
    SELECT method_id, own_id, weight, deepens, structure,
        sum(opens) OVER (PARTITION BY file_id ORDER BY position) AS depth
    FROM (
        SELECT file_id, position, 1 AS opens, NULL AS method_id, NULL AS own_id, 0 AS weight, false AS deepens, false AS structure
        FROM regions
        UNION ALL
        SELECT file_id, position_last + 1, -1, NULL, NULL, 0, false AS deepens, false AS structure FROM regions
        UNION ALL
        SELECT file_id, position, 0, method_id, NULL, weight, deepens, structure FROM increments
        UNION ALL
        SELECT file_id, position, 0, NULL, id, 0, false AS deepens, false AS structure FROM nodes WHERE kind = 'METHOD' AND NOT is_external
    )
),
bases AS (SELECT own_id AS method_id, depth AS base FROM swept WHERE own_id IS NOT NULL),
costs AS (
    SELECT method_id,
        sum(weight) AS flat,
        sum(CASE WHEN deepens THEN 1 ELSE 0 END) AS deepening,
        sum(CASE WHEN deepens THEN depth ELSE 0 END) AS depths,
        max(CASE WHEN structure THEN depth + 1 END) AS deepest
    FROM swept
    WHERE weight > 0
    GROUP BY method_id
)
SELECT
    t.method_id,
    coalesce(sum(c.flat + c.depths - c.deepening * b.base), 0) AS cognitive,
    coalesce(max(CASE WHEN t.is_own THEN c.deepest - b.base END), 0) AS nesting
FROM (
    SELECT id AS method_id, id AS inner_id, true AS is_own FROM nodes WHERE kind = 'METHOD' AND NOT is_external
    UNION ALL
    SELECT outer_id, method_id, false FROM method_nesting
) t
JOIN bases b ON b.method_id = t.method_id
JOIN costs c ON c.method_id = t.inner_id
GROUP BY t.method_id
