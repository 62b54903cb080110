-- A row is a module, and Martin's measures of packages: how many modules depend on it (afferent), on how many it depends
-- (efferent), its instability, its abstractness, and its distance from the main sequence.
SELECT
    module, files, lines, code_lines, types, abstract_types, afferent, efferent, instability, abstractness,
    abs(abstractness + instability - 1) AS distance
FROM (
    SELECT
        m.module, m.files, m.lines, m.code_lines,
        coalesce(t.types, 0) AS types,
        coalesce(t.abstract_types, 0) AS abstract_types,
        coalesce(a.afferent, 0) AS afferent,
        coalesce(e.efferent, 0) AS efferent,
        CASE
            WHEN coalesce(a.afferent, 0) + coalesce(e.efferent, 0) = 0 THEN NULL
            ELSE CAST(coalesce(e.efferent, 0) AS DOUBLE) / (coalesce(a.afferent, 0) + coalesce(e.efferent, 0))
        END AS instability,
        CASE
            WHEN coalesce(t.types, 0) = 0 THEN 0.0
            ELSE CAST(t.abstract_types AS DOUBLE) / t.types
        END AS abstractness
    FROM modules m
    LEFT JOIN (
        SELECT module, count(*) AS types, count(CASE WHEN is_abstract THEN 1 END) AS abstract_types
        FROM (
            SELECT f.module,
                coalesce(regexp_like(n.modifiers, '(^| )(abstract|interface|trait)( |$)'), false)
                    OR b.type_id IS NOT NULL AS is_abstract
            FROM nodes n
            JOIN files f ON f.file_id = n.file_id
            -- Python has no word for it: an abstract class says so by its base.
            LEFT JOIN (
                SELECT DISTINCT e.src AS type_id
                FROM stored.edges e
                JOIN nodes s ON s.id = e.dst
                WHERE e.kind = 'INHERITS_FROM' AND s.is_external AND s.language = 'python' AND s.name IN ('ABC', 'Protocol')
            ) b ON b.type_id = n.id
            WHERE n.kind = 'TYPE_DECL' AND NOT n.is_external AND strpos(coalesce(n.modifiers, ''), 'alias') = 0
        ) types
        GROUP BY module
    ) t ON t.module = m.module
    LEFT JOIN (
        SELECT depends_on, count(*) AS afferent FROM module_dependencies GROUP BY depends_on
    ) a ON a.depends_on = m.module
    LEFT JOIN (
        SELECT module, count(*) AS efferent FROM module_dependencies GROUP BY module
    ) e ON e.module = m.module
) measured
