-- A row is a class, interface, struct, enum or trait of the tree, and the measures of Chidamber and Kemerer.
WITH RECURSIVE
-- A supertype that the tree does not define is a stub: it counts, and ends the chain.
supertypes AS (
    SELECT DISTINCT src AS type_id, dst AS supertype_id
    FROM stored.edges
    WHERE kind = 'INHERITS_FROM' AND src <> dst
),
-- Inheritance in a circle, which no language allows, would go up for ever.
chains AS (
    SELECT type_id, supertype_id, 1 AS depth FROM supertypes
    UNION
    SELECT c.type_id, s.supertype_id, c.depth + 1
    FROM chains c
    JOIN supertypes s ON s.type_id = c.supertype_id
    WHERE c.depth < 100
),
-- The methods of a type with the closures and functions inside of them.
parts AS (
    SELECT method_id, type_id FROM type_methods
    UNION ALL
    SELECT n.method_id, t.type_id
    FROM method_nesting n
    JOIN type_methods t ON t.method_id = n.outer_id
),
-- A type and another that it calls or mentions.
coupled AS (
    SELECT a.type_id, b.type_id AS other_id
    FROM method_calls c
    JOIN parts a ON a.method_id = c.caller
    JOIN type_methods b ON b.method_id = c.callee
    WHERE c.confidence >= 0.9
    UNION
    SELECT a.type_id, e.dst
    FROM stored.edges e
    JOIN nodes r ON r.id = e.src
    JOIN parts a ON a.method_id = r.method_id
    JOIN nodes t ON t.id = e.dst
    WHERE e.kind = 'REF' AND t.kind = 'TYPE_DECL' AND NOT t.is_external
    UNION
    SELECT m.parent_id, e.dst
    FROM stored.edges e
    JOIN nodes r ON r.id = e.src
    JOIN nodes m ON m.id = r.parent_id
    JOIN nodes t ON t.id = e.dst
    WHERE e.kind = 'REF' AND r.kind = 'TYPE_REF' AND m.kind = 'MEMBER' AND t.kind = 'TYPE_DECL' AND NOT t.is_external
    UNION
    SELECT type_id, supertype_id FROM supertypes
),
-- A method and a field of its own type that it reads or writes: `self.x`, `this.x`, or by the name alone.
uses AS (
    SELECT DISTINCT p.type_id, p.method_id, n.name AS field
    FROM nodes f
    JOIN nodes o ON o.parent_id = f.id
    JOIN nodes n ON n.parent_id = f.id
    JOIN type_methods p ON p.method_id = f.method_id
    LEFT JOIN (
        SELECT parent_id, name FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND argument_index = 0
    ) r ON r.parent_id = f.method_id AND r.name = o.name
    WHERE f.kind = 'CALL' AND f.name IN ('<operator>.fieldAccess', '<operator>.indirectFieldAccess')
      AND o.argument_index = 1 AND o.kind = 'IDENTIFIER' AND (o.name IN ('this', 'self') OR r.parent_id IS NOT NULL)
      AND n.argument_index = 2 AND n.kind = 'FIELD_IDENTIFIER'
    UNION
    SELECT p.type_id, p.method_id, m.name
    FROM stored.edges e
    JOIN nodes u ON u.id = e.src
    JOIN nodes m ON m.id = e.dst
    JOIN type_methods p ON p.method_id = u.method_id AND p.type_id = m.parent_id
    WHERE e.kind = 'REF' AND u.kind = 'IDENTIFIER' AND m.kind = 'MEMBER'
),
-- Pairs of methods that share a field.
sharing AS (
    SELECT type_id, count(*) AS pairs
    FROM (
        SELECT DISTINCT a.type_id, a.method_id, b.method_id AS other_id
        FROM uses a
        JOIN uses b ON b.type_id = a.type_id AND b.field = a.field
        WHERE a.method_id < b.method_id
    ) s
    GROUP BY type_id
)
SELECT
    t.id, t.name, t.full_name, t.modifiers,
    t.language, t.file_id, f.path, f.module, t.line, t."column", t.end_line,
    coalesce(w.methods, 0) AS methods,
    coalesce(a.fields, 0) AS fields,
    coalesce(w.wmc, 0) AS wmc,
    coalesce(d.dit, 0) AS dit,
    coalesce(n.noc, 0) AS noc,
    coalesce(c.cbo, 0) AS cbo,
    coalesce(w.methods, 0) + coalesce(r.called, 0) AS rfc,
    greatest(0, coalesce(w.methods, 0) * (coalesce(w.methods, 0) - 1) / 2 - 2 * coalesce(s.pairs, 0)) AS lcom,
    CASE
        WHEN coalesce(w.methods, 0) < 2 OR coalesce(a.fields, 0) = 0 THEN NULL
        ELSE (w.methods - CAST(a.accesses AS DOUBLE) / a.fields) / (w.methods - 1)
    END AS lcom_hs
FROM nodes t
LEFT JOIN files f ON f.file_id = t.file_id
LEFT JOIN (
    SELECT p.type_id, count(*) AS methods, sum(coalesce(m.cyclomatic_with_closures, 1)) AS wmc
    FROM type_methods p
    LEFT JOIN method_metrics m ON m.id = p.method_id
    GROUP BY p.type_id
) w ON w.type_id = t.id
LEFT JOIN (SELECT type_id, max(depth) AS dit FROM chains GROUP BY type_id) d ON d.type_id = t.id
LEFT JOIN (SELECT supertype_id, count(*) AS noc FROM supertypes GROUP BY supertype_id) n ON n.supertype_id = t.id
LEFT JOIN (
    SELECT both_ways.type_id, count(DISTINCT both_ways.other_id) AS cbo
    FROM (
        SELECT type_id, other_id FROM coupled
        UNION ALL
        SELECT other_id, type_id FROM coupled
    ) both_ways
    JOIN nodes o ON o.id = both_ways.other_id
    WHERE both_ways.type_id <> both_ways.other_id AND NOT o.is_external
    GROUP BY both_ways.type_id
) c ON c.type_id = t.id
LEFT JOIN (
    SELECT p.type_id, count(DISTINCT m.callee) AS called
    FROM method_calls m
    JOIN parts p ON p.method_id = m.caller
    LEFT JOIN type_methods own ON own.method_id = m.callee AND own.type_id = p.type_id
    WHERE own.method_id IS NULL
    GROUP BY p.type_id
) r ON r.type_id = t.id
LEFT JOIN (
    SELECT type_id, count(DISTINCT field) AS fields, count(*) AS accesses FROM uses GROUP BY type_id
) a ON a.type_id = t.id
LEFT JOIN sharing s ON s.type_id = t.id
WHERE t.kind = 'TYPE_DECL' AND NOT t.is_external AND strpos(coalesce(t.modifiers, ''), 'alias') = 0
