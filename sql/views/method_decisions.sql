-- A row is a method with decisions, and how many of each sort stand in it, closures and functions inside of it not counted.
SELECT
    method_id,
    sum(branches) AS branches,
    sum(loops) AS loops,
    sum(cases) AS cases,
    sum(handlers) AS handlers,
    sum(conditionals) AS conditionals,
    sum(logical_operators) AS logical_operators,
    sum(branches + loops + cases + handlers + conditionals + logical_operators) AS decisions,
    sum(defaults) AS defaults,
    sum(assertions) AS assertions,
    sum(else_clauses) AS exit_else_clauses,
    sum(finally_clauses) AS finally_clauses
FROM (
    SELECT
        method_id,
        CASE WHEN control = 'IF' THEN 1 ELSE 0 END AS branches,
        CASE WHEN control IN ('WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP') THEN 1 ELSE 0 END AS loops,
        0 AS cases,
        CASE WHEN control = 'CATCH' THEN 1 ELSE 0 END AS handlers,
        0 AS conditionals, 0 AS logical_operators, 0 AS defaults, 0 AS assertions, 0 AS else_clauses, 0 AS finally_clauses
    FROM nodes
    WHERE kind = 'CONTROL_STRUCTURE' AND control IN ('IF', 'WHILE', 'DO', 'FOR', 'FOREACH', 'LOOP', 'CATCH')
    UNION ALL
    SELECT method_id, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 FROM nodes WHERE kind = 'JUMP_TARGET' AND name = 'case'
    UNION ALL
    SELECT
        method_id, 0, 0, 0, 0,
        CASE WHEN origin = 'source' AND name = '<operator>.conditional' THEN 1 ELSE 0 END,
        CASE WHEN origin = 'source' AND name <> '<operator>.conditional' THEN 1 ELSE 0 END,
        CASE WHEN origin = 'default' THEN 1 ELSE 0 END,
        0, 0, 0
    FROM decision_operators
    UNION ALL
    SELECT method_id, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assert'
    UNION ALL
    SELECT
        b.method_id, 0, 0, 0, 0, 0, 0, 0, 0,
        CASE WHEN b.control = 'ELSE' AND s.control <> 'IF' THEN 1 ELSE 0 END,
        CASE WHEN b.control = 'FINALLY' THEN 1 ELSE 0 END
    FROM nodes b
    JOIN nodes s ON s.id = b.parent_id
    WHERE b.kind = 'BLOCK' AND b.control IN ('ELSE', 'FINALLY') AND s.kind = 'CONTROL_STRUCTURE'
) d
WHERE method_id IS NOT NULL
GROUP BY method_id
