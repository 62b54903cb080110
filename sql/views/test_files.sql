-- A row is a file of tests: its path says so, and so do the libraries for tests that it imports, or what it calls.
SELECT f.file_id, f.path, f.language
FROM files f
LEFT JOIN (
    SELECT file_id FROM nodes
    WHERE kind = 'IMPORT'
      AND regexp_like(full_name, '^(static )?(org\.junit|junit\.|org\.testng|unittest|pytest|test\.support|nose|Xunit|NUnit|Microsoft\.VisualStudio\.TestTools|mocha|chai|supertest|sinon|@?jest|vitest|@playwright/test|node:(test|assert)|assert|ExUnit)')
    UNION
    SELECT d.file_id
    FROM (SELECT file_id FROM nodes WHERE kind = 'CALL' AND name = 'describe') d
    JOIN (SELECT file_id FROM nodes WHERE kind = 'CALL' AND name IN ('it', 'test')) i ON i.file_id = d.file_id
) u ON u.file_id = f.file_id
WHERE f.language IN ('c', 'cpp') AND f.file_id IN (
        SELECT file_id FROM nodes
        WHERE kind = 'IMPORT' AND language IN ('c', 'cpp')
          AND regexp_like(full_name, '(^|[<"/])(gtest/|gmock/|catch2?/|catch\.hpp|doctest|cmocka|CUnit/|unity\.h|criterion/|check\.h|([a-z0-9]+_)*test\.h)'))
      AND regexp_like(f.path, '(^|/)(tests?|unittests?)/|[._](test|unittest)\.[a-z]+$')
   OR f.language = 'go' AND f.path LIKE '%\_test.go'
   OR u.file_id IS NOT NULL
      AND regexp_like(f.path, '(^|/)(tests?|specs?|__tests__|testing)/|([._](test|spec)|Tests?|IT)\.[A-Za-z]+$|(^|/)(test_[^/]*|conftest)\.py$')
GROUP BY f.file_id, f.path, f.language
