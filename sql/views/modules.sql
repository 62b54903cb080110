-- A row is a module: a package, namespace or folder that files say they belong to.
SELECT
    module,
    string_agg(DISTINCT language, ', ' ORDER BY language) AS languages,
    count(*) AS files,
    sum(lines) AS lines,
    sum(code_lines) AS code_lines,
    sum(comment_lines) AS comment_lines,
    sum(nodes) AS nodes
FROM files
WHERE module IS NOT NULL
GROUP BY module
