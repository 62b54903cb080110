-- A row is a module and another module of the tree that it imports from or calls into, with how many imports and calls
-- do. Calls that were resolved by a guess (confidence below 0.9) do not count.
SELECT
    s.module, d.module AS depends_on,
    sum(CASE WHEN e.kind = 'IMPORTS' THEN e.edges ELSE 0 END) AS imports,
    sum(CASE WHEN e.kind = 'CALL' THEN e.edges ELSE 0 END) AS calls
FROM (
    SELECT src >> 32 AS src_file, dst >> 32 AS dst_file, kind, count(DISTINCT src) AS edges
    FROM stored.edges
    WHERE kind IN ('CALL', 'IMPORTS') AND coalesce(confidence, 1.0) >= 0.9
    GROUP BY src >> 32, dst >> 32, kind
) e
JOIN files s ON s.file_id = e.src_file
JOIN files d ON d.file_id = e.dst_file
WHERE s.module <> d.module
GROUP BY s.module, d.module
