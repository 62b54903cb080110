-- A row is a method and its lines of code: those on which something of it begins or ends, or that lie inside of a literal,
-- closures and functions inside of it not counted.
SELECT
    method_id,
    count(DISTINCT line) + coalesce(sum(inside), 0) AS code_lines
FROM (
    SELECT method_id, line, 0 AS inside FROM nodes WHERE method_id IS NOT NULL
    UNION ALL
    SELECT method_id, end_line, CASE WHEN kind = 'LITERAL' THEN end_line - line - 1 ELSE 0 END
    FROM nodes
    WHERE method_id IS NOT NULL AND end_line > line
) ends
GROUP BY method_id
