-- A row is a method and the type that it belongs to: by standing in it, or (Go, Rust, C++) by its qualified name. Methods
-- without a body are in; closures and functions inside of methods are not.
SELECT m.id AS method_id, t.id AS type_id, m.name
FROM nodes m
JOIN nodes t ON t.id = m.parent_id
WHERE m.kind = 'METHOD' AND NOT m.is_external AND t.kind = 'TYPE_DECL' AND NOT t.is_external
UNION ALL
SELECT m.id, t.id, m.name
FROM (
    SELECT n.id, n.name, n.language,
        substr(n.full_name, 1, character_length(n.full_name) - character_length(n.name)
            - CASE n.language WHEN 'go' THEN 1 ELSE 2 END) AS owner
    FROM nodes n
    JOIN nodes p ON p.id = n.parent_id
    WHERE n.kind = 'METHOD' AND NOT n.is_external AND n.language IN ('go', 'rust', 'cpp') AND p.kind = 'NAMESPACE_BLOCK'
) m
JOIN (
    SELECT min(id) AS id, full_name, language
    FROM nodes
    WHERE kind = 'TYPE_DECL' AND NOT is_external AND language IN ('go', 'rust', 'cpp')
    GROUP BY full_name, language
) t ON t.full_name = m.owner AND t.language = m.language
