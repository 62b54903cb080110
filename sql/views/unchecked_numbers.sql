-- A row is a mention of a whole number in a place where it must lie within bounds (kind: index, size, divisor, loop-bound,
-- delay, sum, difference, product, narrowed), in a method that compares it before with nothing that would see to that. Java so far.
WITH numbers AS (
    SELECT u.id, u.name, u.parent_id, u.argument_index, u.method_id, u.position, v.type_full_name AS type
    FROM stored.edges r
    JOIN (SELECT id, type_full_name FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN', 'MEMBER')) v ON v.id = r.dst
    JOIN nodes u ON u.id = r.src AND u.kind = 'IDENTIFIER' AND u.language = 'java'
    WHERE r.kind = 'REF'
      AND v.type_full_name IN ('int', 'long', 'short', 'byte', 'char', 'float', 'double', 'Integer', 'Long', 'Short', 'Byte', 'java.lang.Integer', 'java.lang.Long')
), uses AS (
    SELECT n.id, n.name, n.method_id, n.position,
        CASE
            WHEN p.name = '<operator>.indexAccess' AND n.argument_index = 2 THEN 'index'
            WHEN p.name IN ('<operator>.division', '<operator>.modulo') AND n.argument_index = 2 THEN 'divisor'
            WHEN p.name IN ('<operator>.lessThan', '<operator>.lessEqualsThan') AND n.argument_index = 2 AND q.control IN ('FOR', 'WHILE', 'DO') THEN 'loop-bound'
            WHEN n.argument_index = 1 AND (p.name = '<operator>.alloc' AND p.code LIKE '%[%'
                OR p.name = '<init>' AND regexp_like(p.code, '^new\s+(java\.util\.)?(Array(List|Deque)|(Linked|Concurrent|Identity|Weak)?Hash(Map|Set|table)|Hashtable|Vector|PriorityQueue|ArrayBlockingQueue)\b')) THEN 'size'
            WHEN p.name = 'sleep' AND n.argument_index = 1 AND p.code LIKE 'Thread.%' THEN 'delay'
            WHEN p.name IN ('<operator>.addition', '<operator>.assignmentPlus', '<operator>.preIncrement', '<operator>.postIncrement') THEN 'sum'
            WHEN p.name IN ('<operator>.subtraction', '<operator>.assignmentMinus', '<operator>.preDecrement', '<operator>.postDecrement')
                AND n.argument_index = 1 THEN 'difference'
            WHEN p.name = '<operator>.cast' AND n.argument_index = 2 AND (n.type IN ('int', 'long') AND regexp_like(p.code, '^\(\s*(byte|short|char)\s*\)')
                OR n.type = 'long' AND regexp_like(p.code, '^\(\s*int\s*\)')) THEN 'narrowed'
            WHEN p.name IN ('<operator>.multiplication', '<operator>.assignmentMultiplication') THEN 'product'
        END AS use
    FROM numbers n
    JOIN (SELECT id, name, code, parent_id FROM nodes WHERE kind = 'CALL') p ON p.id = n.parent_id
    LEFT JOIN (SELECT id, control FROM nodes WHERE kind = 'CONTROL_STRUCTURE') q ON q.id = p.parent_id
    -- A text is no sum.
    WHERE NOT (p.name = '<operator>.addition' AND p.code LIKE '%"%')
), compared AS (
    -- x < limit, limit > x: from above; x > 0: from below; x != 0, Math.abs(x) < limit: both.
    SELECT n.method_id, n.name, k.position, k.position_last AS past,
        k.name IN ('<operator>.equals', '<operator>.notEquals') OR (k.name IN ('<operator>.lessThan', '<operator>.lessEqualsThan')) = (n.argument_index = 1) AS above,
        k.name IN ('<operator>.equals', '<operator>.notEquals') OR (k.name IN ('<operator>.lessThan', '<operator>.lessEqualsThan')) <> (n.argument_index = 1) AS below
    FROM numbers n
    JOIN (SELECT id, name, position, position_last FROM nodes WHERE kind = 'CALL') k ON k.id = n.parent_id
    WHERE k.name IN ('<operator>.lessThan', '<operator>.lessEqualsThan', '<operator>.greaterThan', '<operator>.greaterEqualsThan', '<operator>.equals', '<operator>.notEquals')
    UNION ALL
    SELECT n.method_id, n.name, n.position, n.position AS past, TRUE AS above, TRUE AS below
    FROM numbers n
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') c ON c.id = n.parent_id
    WHERE c.name IN ('abs', 'min', 'max', 'checkIndex') AND n.argument_index >= 1
), choices AS (
    -- What is decided where: up to a first block, which may leave.
    SELECT i.id, i.method_id, i.position, i.position_last, min(b.position) AS first, first_value(b.position_last ORDER BY b.position) AS first_last
    FROM (SELECT id, method_id, position, position_last FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND language = 'java' AND control IN ('IF', 'WHILE', 'FOR')) i
    JOIN (SELECT parent_id, position, position_last FROM nodes WHERE kind = 'BLOCK') b ON b.parent_id = i.id
    GROUP BY i.id, i.method_id, i.position, i.position_last
), leaving AS (
    SELECT DISTINCT c.id
    FROM choices c
    JOIN (SELECT method_id, position FROM nodes WHERE kind = 'RETURN' OR control IN ('THROW', 'BREAK', 'CONTINUE')) l
        ON l.method_id = c.method_id AND l.position BETWEEN c.first AND c.first_last
), tests AS (
    -- In the block, and in the rest of the condition, the comparison holds; behind it, if the block leaves, and in what else there is, the contrary.
    SELECT k.method_id, k.name, k.above, k.below, k.past + 1 AS begins, c.first_last AS ends
    FROM compared k JOIN choices c ON c.method_id = k.method_id AND k.position > c.position AND k.position < c.first
    UNION ALL
    SELECT k.method_id, k.name, k.below, k.above, c.first_last + 1, CASE WHEN l.id IS NULL THEN c.position_last ELSE 2147483647 END
    FROM compared k
    JOIN choices c ON c.method_id = k.method_id AND k.position > c.position AND k.position < c.first
    LEFT JOIN leaving l ON l.id = c.id
    UNION ALL
    -- One that decides nothing here is asked about later, or by what is called with it.
    SELECT k.method_id, k.name, k.above, k.below, k.past + 1, 2147483647
    FROM compared k
    LEFT JOIN choices c ON c.method_id = k.method_id AND k.position > c.position AND k.position < c.first
    WHERE c.id IS NULL
)
SELECT u.id, u.use AS kind
FROM uses u
LEFT JOIN tests t ON t.method_id = u.method_id AND t.name = u.name AND u.position BETWEEN t.begins AND t.ends
WHERE u.use IS NOT NULL
GROUP BY u.id, u.use
HAVING NOT CASE u.use
    WHEN 'divisor' THEN coalesce(bool_or(t.above OR t.below), FALSE)
    WHEN 'loop-bound' THEN coalesce(bool_or(t.above), FALSE)
    WHEN 'size' THEN coalesce(bool_or(t.above), FALSE)
    WHEN 'delay' THEN coalesce(bool_or(t.above), FALSE)
    WHEN 'sum' THEN coalesce(bool_or(t.above), FALSE)
    WHEN 'difference' THEN coalesce(bool_or(t.below), FALSE)
    ELSE coalesce(bool_or(t.above), FALSE) AND coalesce(bool_or(t.below), FALSE) END
