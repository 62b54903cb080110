-- A row is a method, a type, a pair of caller and callee or a finding of a rule that one snapshot has and the other has not, or has otherwise.
WITH sides AS (
    SELECT 1 AS side, n.kind, f.path, n.full_name AS name, coalesce(n.signature, '') AS signature,
           '' AS callee, n.line, n.hash
    FROM before_nodes n
    JOIN before_files f ON f.file_id = n.file_id
    WHERE n.kind IN ('METHOD', 'TYPE_DECL') AND NOT n.is_external
    UNION ALL
    SELECT 2, n.kind, f.path, n.full_name, coalesce(n.signature, ''), '', n.line, n.hash
    FROM after_nodes n
    JOIN after_files f ON f.file_id = n.file_id
    WHERE n.kind IN ('METHOD', 'TYPE_DECL') AND NOT n.is_external
    UNION ALL
    SELECT 1, 'CALL', f.path, m.full_name, coalesce(m.signature, ''), coalesce(t.full_name, t.name), c.line, 0
    FROM before_edges e
    JOIN before_nodes c ON c.id = e.src
    JOIN before_nodes m ON m.id = c.method_id
    JOIN before_files f ON f.file_id = c.file_id
    JOIN before_nodes t ON t.id = e.dst
    WHERE e.kind = 'CALL' AND c.kind IN ('CALL', 'CONTROL_STRUCTURE') AND m.kind = 'METHOD'
    UNION ALL
    SELECT 2, 'CALL', f.path, m.full_name, coalesce(m.signature, ''), coalesce(t.full_name, t.name), c.line, 0
    FROM after_edges e
    JOIN after_nodes c ON c.id = e.src
    JOIN after_nodes m ON m.id = c.method_id
    JOIN after_files f ON f.file_id = c.file_id
    JOIN after_nodes t ON t.id = e.dst
    WHERE e.kind = 'CALL' AND c.kind IN ('CALL', 'CONTROL_STRUCTURE') AND m.kind = 'METHOD'
),
-- One row an identity. Several closures may share one: their texts are compared as a set.
matched AS (
    SELECT kind, path, name, signature, callee,
           count(*) FILTER (WHERE side = 1) AS old_count,
           count(*) FILTER (WHERE side = 2) AS new_count,
           min(line) FILTER (WHERE side = 1) AS old_line,
           min(line) FILTER (WHERE side = 2) AS new_line,
           min(hash) FILTER (WHERE side = 1) AS old_min,
           min(hash) FILTER (WHERE side = 2) AS new_min,
           max(hash) FILTER (WHERE side = 1) AS old_max,
           max(hash) FILTER (WHERE side = 2) AS new_max,
           bit_xor(hash) FILTER (WHERE side = 1) AS old_xor,
           bit_xor(hash) FILTER (WHERE side = 2) AS new_xor
    FROM sides
    GROUP BY kind, path, name, signature, callee
),
differing AS (
    SELECT *,
           -- A declaration whose signature is another is the same one if nothing else could be meant.
           kind <> 'CALL' AND (old_count = 0 OR new_count = 0)
               AND sum(CASE WHEN old_count = 0 THEN new_count ELSE 0 END) OVER same = 1
               AND sum(CASE WHEN new_count = 0 THEN old_count ELSE 0 END) OVER same = 1 AS signed_anew,
           max(CASE WHEN new_count = 0 THEN signature END) OVER same AS old_signature
    FROM matched
    WHERE old_count <> new_count OR old_min <> new_min OR old_max <> new_max OR old_xor <> new_xor
    WINDOW same AS (PARTITION BY kind, path, name, callee)
)
SELECT
    CASE kind WHEN 'METHOD' THEN 'method' WHEN 'TYPE_DECL' THEN 'type' ELSE 'call' END AS kind,
    CASE
        WHEN signed_anew THEN 'changed'
        WHEN old_count = 0 THEN 'added'
        WHEN new_count = 0 THEN 'removed'
        ELSE 'changed'
    END AS change,
    path,
    name,
    signature,
    CASE WHEN kind = 'CALL' THEN callee END AS callee,
    CAST(coalesce(new_line, old_line) AS BIGINT) AS line,
    CASE
        WHEN signed_anew THEN concat('signature was ', old_signature)
        WHEN old_count = 0 OR new_count = 0 THEN NULL
        WHEN old_count <> new_count THEN concat(old_count, ' became ', new_count)
        ELSE 'text'
    END AS what
FROM differing
WHERE NOT (signed_anew AND new_count = 0)
UNION ALL
SELECT 'finding',
    CASE WHEN b.fingerprint IS NULL THEN 'added' ELSE 'removed' END,
    coalesce(a.path, b.path),
    coalesce(a.rule_id, b.rule_id),
    NULL,
    NULL,
    CAST(coalesce(a.line, b.line) AS BIGINT),
    coalesce(a.message, b.message)
FROM (SELECT * FROM before_findings WHERE ignored IS NULL) b
FULL JOIN (SELECT * FROM after_findings WHERE ignored IS NULL) a ON a.fingerprint = b.fingerprint
WHERE a.fingerprint IS NULL OR b.fingerprint IS NULL
