-- A row is a method of C or C++ that looks at a text letter by letter and gives up at one that is none of those it knows, or
-- that calls such a method: what it uses behind that is of letters that do no harm.
WITH checking AS (
    SELECT DISTINCT l.method_id
    FROM (SELECT method_id, position, position_last FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND control IN ('FOR', 'WHILE') AND language IN ('c', 'cpp')) l
    JOIN (SELECT method_id, position FROM nodes WHERE kind = 'RETURN') r ON r.method_id = l.method_id AND r.position BETWEEN l.position AND l.position_last
    JOIN (SELECT method_id, position, name, code FROM nodes WHERE kind = 'CALL') t ON t.method_id = l.method_id AND t.position BETWEEN l.position AND l.position_last
    WHERE regexp_like(t.name, '^(std::)?isw?(alnum|alpha|digit|xdigit|lower|upper)$')
       OR t.name IN ('<operator>.lessThan', '<operator>.greaterThan', '<operator>.lessEqualsThan', '<operator>.greaterEqualsThan') AND regexp_like(t.code, '\]\s*[<>]=?\s*''.''$')
)
SELECT method_id FROM checking
UNION
SELECT c.method_id
FROM (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c
JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
JOIN checking k ON k.method_id = e.dst
