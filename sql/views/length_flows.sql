-- A row is a way on which a length, an amount or an index that others choose reaches memory in C or C++: kind is that of probable_flows. Text or bytes are made a
-- number by a call, or are read into one; the length of a text and the distance of two pointers are within what there is, and no rows.
-- number_id is the call that makes the number: what it reaches in several places is one finding.
SELECT flow_id, kind, source_id, source_kind, source_name, sink_id, sink_argument, method_id, path, confidence, number_id
FROM (
    SELECT f.flow_id, f.kind, f.source_id, f.source_kind, f.source_name, f.sink_id, f.sink_argument, f.method_id, f.path, f.confidence,
        max(CASE WHEN n.kind = 'CALL' AND n.numbers THEN n.id END) AS number_id,
        bool_or(n.numbers OR n.name LIKE '%>>'
            OR n.id = f.source_id AND n.code LIKE '%&%' AND NOT regexp_like(n.code, ',\s*1\s*[,)]')) AS numbered
    FROM (
        SELECT *, unnest(path) AS step FROM probable_flows WHERE kind IN ('allocation-size', 'buffer-size', 'index') AND language IN ('c', 'cpp')
    ) f
    JOIN (
        SELECT id, kind, name, code,
            regexp_like(name, '^(std::)?_*(ato[ilf]l?|w?to[il]|strto[a-z]+|wcsto[a-z]+|v?[fs]?w?scanf(_s)?|sto[iuldf]+|from_chars|ntoh[a-z0-9]+|[bl]e(16|32|64)toh)$') AS numbers
        FROM nodes
    ) n ON n.id = f.step
    GROUP BY f.flow_id, f.kind, f.source_id, f.source_kind, f.source_name, f.sink_id, f.sink_argument, f.method_id, f.path, f.confidence
)
WHERE numbered
