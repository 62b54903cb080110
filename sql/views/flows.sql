-- A row is a way on which a value from outside reaches a call that it must not reach, through the whole program.
SELECT
    t.flow_id, t.kind,
    -- What a field is called says more than that it is one.
    t.source_id, t.source_kind, coalesce(a.name, s.name, s.full_name) AS source_name,
    t.sink_id, t.sink_argument, coalesce(k.name, k.full_name) AS sink_name,
    k.method_id, k.language, k.file_id, f.path AS file_path, k.line,
    t.path, t.roles, t.confidence
FROM taint() t
LEFT JOIN stored.nodes s ON s.id = t.source_id
LEFT JOIN (SELECT parent_id, name FROM stored.nodes WHERE kind = 'FIELD_IDENTIFIER' AND argument_index = 2) a
    ON a.parent_id = t.source_id
LEFT JOIN stored.nodes k ON k.id = t.sink_id
LEFT JOIN files f ON f.file_id = k.file_id
