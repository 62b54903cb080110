-- A row is a method and a method that it stands in, however deep; closures_only says whether there is nothing but closures
-- from the one up to the other. The code of a script (<module>) is not counted as a method around others.
WITH RECURSIVE
inner_methods AS (
    SELECT m.id, m.method_id AS outer_id, r.id IS NOT NULL AS is_closure
    FROM nodes m
    JOIN nodes o ON o.id = m.method_id
    LEFT JOIN (SELECT id FROM nodes WHERE kind = 'METHOD_REF') r ON r.id = m.parent_id
    WHERE m.kind = 'METHOD' AND o.kind = 'METHOD' AND o.name <> '<module>'
),
nesting AS (
    SELECT id AS method_id, outer_id, is_closure AS closures_only FROM inner_methods
    UNION ALL
    SELECT n.method_id, i.outer_id, n.closures_only AND i.is_closure
    FROM nesting n
    JOIN inner_methods i ON i.id = n.outer_id
)
SELECT method_id, outer_id, closures_only FROM nesting
