-- A row is a method and Halstead's counts over its nodes, closures and functions inside of it not counted: n1 and n2
-- distinct operators and operands, N1 and N2 all of them.
SELECT
    method_id, n1, n2, total1, total2,
    n1 + n2 AS vocabulary,
    total1 + total2 AS length,
    (total1 + total2) * log2(n1 + n2) AS volume,
    CASE WHEN n2 = 0 THEN 0.0 ELSE n1 / 2.0 * total2 / n2 END AS difficulty,
    CASE WHEN n2 = 0 THEN 0.0 ELSE n1 / 2.0 * total2 / n2 * (total1 + total2) * log2(n1 + n2) END AS effort
FROM (
    SELECT
        method_id,
        count(CASE WHEN is_operator THEN 1 END) AS n1,
        count(CASE WHEN NOT is_operator THEN 1 END) AS n2,
        coalesce(sum(CASE WHEN is_operator THEN times END), 0) AS total1,
        coalesce(sum(CASE WHEN NOT is_operator THEN times END), 0) AS total2
    FROM (
        SELECT method_id, is_operator, name, count(*) AS times
        FROM (
            SELECT method_id, true AS is_operator, coalesce(name, '()') AS name
            FROM nodes
            WHERE kind = 'CALL'
              AND (name IS NULL OR name NOT IN ('<operator>.iterator', '<operator>.hasNext', '<operator>.next'))
            UNION ALL
            SELECT method_id, true, control FROM nodes WHERE kind = 'CONTROL_STRUCTURE'
            UNION ALL
            SELECT method_id, true, 'RETURN' FROM nodes WHERE kind = 'RETURN'
            UNION ALL
            SELECT method_id, false, name
            FROM nodes
            WHERE kind IN ('IDENTIFIER', 'FIELD_IDENTIFIER', 'LITERAL', 'METHOD_REF', 'METHOD_PARAMETER_IN')
              AND NOT starts_with(name, '<tmp>')
        ) tokens
        WHERE method_id IS NOT NULL
        GROUP BY method_id, is_operator, name
    ) words
    GROUP BY method_id
) counts
