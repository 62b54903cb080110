-- A row is a way on which a number that others choose reaches a place where nobody has compared it with what must bound it there: kind
-- is that of unchecked_numbers. Text becomes a number by a call; a number that becomes text on the way is none any more. As in probable_flows,
-- no way rests on several guesses.
SELECT flow_id, kind, source_id, source_kind, source_name, sink_id, path, confidence
FROM (
    SELECT t.flow_id, t.kind, t.source_id, t.source_kind, coalesce(a.name, s.name) AS source_name, t.sink_id, t.path, t.confidence,
        bool_or(regexp_like(n.name, '^(parse|decode|valueOf|value|get|next|read|to)?(Unsigned)?(Int|Integer|Long|Short|Byte|Double|Float|Char|int|long|short|byte|double|float)(Value|Exact|At)?$')
            OR n.name IN ('read', 'valueOf', 'decode', 'length', 'intValue', 'longValue', '<init>', '<operator>.cast')) AS numbered,
        bool_or(t.source_kind = 'random' AND n.name IN ('toString', 'format', 'formatted', 'append', 'concat', 'valueOf')) AS texted
    FROM (SELECT *, unnest(path) AS step FROM taint(sinks => (SELECT id, kind FROM unchecked_numbers))) t
    JOIN (SELECT id, name FROM nodes) n ON n.id = t.step
    LEFT JOIN nodes s ON s.id = t.source_id
    LEFT JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'FIELD_IDENTIFIER' AND argument_index = 2) a ON a.parent_id = t.source_id
    WHERE t.confidence >= 0.4
    GROUP BY t.flow_id, t.kind, t.source_id, t.source_kind, coalesce(a.name, s.name), t.sink_id, t.path, t.confidence
)
WHERE numbered AND NOT texted
