-- A row is a method, function or closure with a body, and its measures: size, decisions, complexity, calls in and out,
-- Halstead's counts, maintainability.
SELECT
    m.id, m.name, m.full_name, m.signature, m.is_closure,
    m.language, m.file_id, f.path, f.module, m.line, m."column", m.end_line,
    m.end_line - m.line + 1 AS lines,
    coalesce(l.code_lines, 0) AS code_lines,
    coalesce(p.parameters, 0) AS parameters,
    1 + coalesce(d.decisions, 0) AS cyclomatic,
    1 + coalesce(d.decisions, 0) + coalesce(i.decisions, 0) AS cyclomatic_with_closures,
    coalesce(g.cognitive, 0) + CASE WHEN r.method_id IS NULL THEN 0 ELSE 1 END AS cognitive,
    coalesce(g.nesting, 0) AS nesting,
    coalesce(c.fan_in, 0) AS fan_in,
    coalesce(o.fan_out, 0) AS fan_out,
    coalesce(o.fan_out_external, 0) AS fan_out_external,
    coalesce(h.n1, 0) AS halstead_n1,
    coalesce(h.n2, 0) AS halstead_n2,
    coalesce(h.total1, 0) AS halstead_total_n1,
    coalesce(h.total2, 0) AS halstead_total_n2,
    coalesce(h.vocabulary, 0) AS vocabulary,
    coalesce(h.length, 0) AS length,
    coalesce(h.volume, 0.0) AS volume,
    coalesce(h.difficulty, 0.0) AS difficulty,
    coalesce(h.effort, 0.0) AS effort,
    greatest(0.0, least(100.0, 100.0 / 171.0 * (171.0
        - 5.2 * ln(greatest(coalesce(h.volume, 1.0), 1.0))
        - 0.23 * (1 + coalesce(d.decisions, 0))
        - 16.2 * ln(greatest(coalesce(l.code_lines, 1), 1))))) AS maintainability_index
FROM (
    SELECT n.*, r.id IS NOT NULL AS is_closure
    FROM nodes n
    JOIN (SELECT DISTINCT parent_id FROM nodes WHERE kind = 'BLOCK') b ON b.parent_id = n.id
    LEFT JOIN (SELECT id FROM nodes WHERE kind = 'METHOD_REF') r ON r.id = n.parent_id
    WHERE n.kind = 'METHOD'
) m
LEFT JOIN files f ON f.file_id = m.file_id
LEFT JOIN (
    SELECT parent_id, count(*) AS parameters FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' GROUP BY parent_id
) p ON p.parent_id = m.id
LEFT JOIN method_lines l ON l.method_id = m.id
LEFT JOIN method_decisions d ON d.method_id = m.id
LEFT JOIN (
    SELECT n.outer_id, sum(d.decisions) AS decisions
    FROM method_nesting n
    JOIN method_decisions d ON d.method_id = n.method_id
    WHERE n.closures_only
    GROUP BY n.outer_id
) i ON i.outer_id = m.id
LEFT JOIN method_cognitive g ON g.method_id = m.id
LEFT JOIN (
    SELECT caller AS method_id FROM method_calls WHERE caller = callee AND confidence >= 0.9 GROUP BY caller
) r ON r.method_id = m.id
LEFT JOIN (
    SELECT callee, count(*) AS fan_in FROM method_calls WHERE confidence >= 0.9 GROUP BY callee
) c ON c.callee = m.id
LEFT JOIN (
    SELECT
        caller,
        count(CASE WHEN NOT is_external AND confidence >= 0.9 THEN 1 END) AS fan_out,
        count(CASE WHEN is_external THEN 1 END) AS fan_out_external
    FROM method_calls
    GROUP BY caller
) o ON o.caller = m.id
LEFT JOIN method_halstead h ON h.method_id = m.id
