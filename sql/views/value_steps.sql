-- A row is an expression (node) and one whose value it may have (source): what was last assigned to the variable or field that it
-- mentions, the one thing that is ever assigned to a member, either side of a choice. Step by step, a use leads to constants.
SELECT r.dst AS node, v.id AS source
FROM stored.edges r
JOIN (SELECT id, parent_id FROM nodes WHERE argument_index = 1) d ON d.id = r.src
JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = d.parent_id
JOIN (SELECT id, parent_id FROM nodes WHERE argument_index = 2) v ON v.parent_id = a.id
WHERE r.kind = 'REACHING_DEF'
UNION ALL
SELECT CASE WHEN u.kind = 'FIELD_IDENTIFIER' THEN u.parent_id ELSE u.id END, v.source
FROM stored.edges r
JOIN (
    SELECT w.dst AS member, min(x.id) AS source
    FROM stored.edges w
    JOIN (SELECT id FROM nodes WHERE kind = 'MEMBER') m ON m.id = w.dst
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.id = w.src
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = d.parent_id
    JOIN (SELECT id, parent_id FROM nodes WHERE argument_index = 2) x ON x.parent_id = a.id
    WHERE w.kind = 'REF'
    GROUP BY w.dst
    HAVING count(*) = 1
) v ON v.member = r.dst
JOIN (SELECT id, kind, parent_id FROM nodes WHERE kind IN ('IDENTIFIER', 'FIELD_IDENTIFIER')) u ON u.id = r.src
WHERE r.kind = 'REF'
UNION ALL
SELECT c.id, v.id
FROM nodes c
JOIN (SELECT id, parent_id FROM nodes WHERE argument_index IN (2, 3)) v ON v.parent_id = c.id
WHERE c.kind = 'CALL' AND c.name = '<operator>.conditional'
