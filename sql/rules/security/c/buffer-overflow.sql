/*
id = "buffer-overflow"
title = "Written or read beyond the end of an array"
severity = "high"
cwe = [121, 122, 124, 125, 126, 127, 787]
languages = ["c", "cpp"]
what = """
Finds constant indices and lengths that do not fit into the array, or the allocated memory, that they are for; texts that are
longer than what they are copied into; loops that go one step too far."""
why = "What lies behind the array is changed: other variables, the address to return to."
fix = "Take the length from the array itself: sizeof array, sizeof array / sizeof array[0]."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/ARR30-C.+Do+not+form+or+use+out-of-bounds+pointers+or+array+subscripts"]

[[example]]
language = "c"
match = [8, 9, 10, 12, 14]
code = '''
#include <stdlib.h>
#include <string.h>

void weak(const char *from) {
    char name[10];
    int list[4];
    int *heap = malloc(50 * sizeof(char));
    name[10] = 0;
    memcpy(name, from, 20);
    strcpy(name, "longer than ten");
    for (int i = 0; i <= 4; i++) {
        list[i] = i;
    }
    memset(heap, 0, 50 * sizeof(int));
    free(heap);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

void use(char *end);

void sound(const char *from) {
    char name[10];
    int list[4], table[2][8];
    int *heap = malloc(50 * sizeof(int));
    use(&name[10]);
    name[9] = 0;
    memcpy(name, from, 10);
    memcpy(list, from, 16);
    memcpy(list, from, sizeof(list));
    strcpy(name, "nine char");
    table[1][7] = 1;
    for (int i = 0; i < 4; i++) {
        list[i] = i;
    }
    memset(heap, 0, 50 * sizeof(int));
    free(heap);
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <cstring>

void weak(const char *from) {
    char name[10];
    std::memcpy(name, from, 11);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <array>

int sound() {
    std::array<int, 4> list{};
    int own[4] = {1, 2, 3, 4};
    return list[3] + own[3];
}
'''
*/
WITH arrays AS (
    -- One dimension, of a constant size.
    SELECT l.id AS variable, try_cast(s.code AS BIGINT) AS length,
        CASE regexp_replace(regexp_replace(l.type_full_name, '\[.*$', ''), '^(const|static|unsigned|signed|register|volatile)\s+', '')
            WHEN 'char' THEN 1 WHEN 'unsigned char' THEN 1 WHEN 'uint8_t' THEN 1 WHEN 'int8_t' THEN 1 WHEN 'short' THEN 2 WHEN 'uint16_t' THEN 2
            WHEN 'wchar_t' THEN 4 WHEN 'int' THEN 4 WHEN 'unsigned int' THEN 4 WHEN 'int32_t' THEN 4 WHEN 'uint32_t' THEN 4 WHEN 'float' THEN 4
            WHEN 'long long' THEN 8 WHEN 'double' THEN 8 WHEN 'int64_t' THEN 8 WHEN 'uint64_t' THEN 8 END AS width
    FROM nodes l
    JOIN nodes s ON s.parent_id = l.id AND s.kind = 'LITERAL' AND regexp_like(s.code, '^[0-9]+$')
    WHERE l.kind = 'LOCAL' AND l.language IN ('c', 'cpp') AND regexp_like(l.code, concat('^', l.name, '\s*\[\s*[0-9]+\s*\]\s*($|=)'))
), mentions AS (
    SELECT e.src AS node, a.length, a.width
    FROM stored.edges e JOIN arrays a ON a.variable = e.dst
    WHERE e.kind = 'REF'
), amounts AS (
    -- What a constant amount comes to in bytes: 20, 50 * sizeof(char), (50 + 1) * sizeof(int).
    SELECT id, CASE
        WHEN kind = 'LITERAL' THEN try_cast(code AS BIGINT)
        ELSE (try_cast(regexp_match(code, '^\(?([0-9]+)')[1] AS BIGINT) + coalesce(try_cast(regexp_match(code, '^\(\s*[0-9]+\s*\+\s*([0-9]+)\s*\)')[1] AS BIGINT), 0))
            * CASE regexp_match(code, 'sizeof\s*\(\s*([^)]*?)\s*\)$')[1]
                WHEN 'char' THEN 1 WHEN 'unsigned char' THEN 1 WHEN 'wchar_t' THEN 4 WHEN 'int' THEN 4 WHEN 'float' THEN 4 WHEN 'short' THEN 2
                WHEN 'int64_t' THEN 8 WHEN 'double' THEN 8 WHEN 'long long' THEN 8 END
        END AS bytes
    FROM nodes
    WHERE language IN ('c', 'cpp') AND argument_index >= 1
      AND (kind = 'LITERAL' AND regexp_like(code, '^[0-9]+$')
        OR kind = 'CALL' AND name = '<operator>.multiplication' AND regexp_like(code, '^([0-9]+|\(\s*[0-9]+\s*\+\s*[0-9]+\s*\))\s*\*\s*sizeof\s*\([^()]*\)$'))
), lengths AS (
    SELECT c.id AS call_id, c.name, d.id AS node, m.bytes
    FROM nodes c
    JOIN nodes d ON d.parent_id = c.id
    JOIN nodes n ON n.parent_id = c.id
    JOIN amounts m ON m.id = n.id
    WHERE c.kind = 'CALL' AND c.language IN ('c', 'cpp')
      AND (c.name IN ('memcpy', 'memmove', 'memset', 'strncpy', 'bcopy') AND d.argument_index IN (1, CASE WHEN c.name IN ('memcpy', 'memmove') THEN 2 ELSE 1 END) AND n.argument_index = 3
        OR c.name IN ('fgets') AND d.argument_index = 1 AND n.argument_index = 2
        OR c.name IN ('recv', 'read') AND d.argument_index = 2 AND n.argument_index = 3
        OR c.name IN ('snprintf') AND d.argument_index = 1 AND n.argument_index = 2)
)
SELECT DISTINCT x.id AS node_id, 'index ' || i.code || ' of ' || m.length || ' elements' AS message
FROM mentions m
JOIN nodes b ON b.id = m.node AND b.argument_index = 1
JOIN nodes x ON x.id = b.parent_id AND x.kind = 'CALL' AND x.name IN ('<operator>.indexAccess', '<operator>.indirectIndexAccess')
JOIN nodes i ON i.parent_id = x.id AND i.argument_index = 2 AND i.kind = 'LITERAL' AND regexp_like(i.code, '^[0-9]+$')
JOIN nodes p ON p.id = x.parent_id
WHERE try_cast(i.code AS BIGINT) >= m.length
  -- One past the end may be pointed at; of what sizeof asks about nothing is read.
  AND coalesce(p.name, '') NOT IN ('<operator>.addressOf', '<operator>.sizeOf')
UNION
-- An array that is named where its length is; what pointers point at is the analysis's to say, below.
SELECT l.call_id, l.name || ' of ' || l.bytes || ' bytes, where there are ' || (m.length * m.width)
FROM lengths l
JOIN mentions m ON m.node = l.node
WHERE l.bytes > m.length * m.width
UNION
SELECT c.id, 'a text of ' || (length(s.code) - 1) || ' characters, where there is room for ' || m.length
FROM nodes c
JOIN nodes d ON d.parent_id = c.id AND d.argument_index = 1
JOIN mentions m ON m.node = d.id AND m.width = 1
JOIN nodes s ON s.parent_id = c.id AND s.argument_index = 2 AND s.kind = 'LITERAL' AND s.code LIKE '"%' AND position('\' IN s.code) = 0
WHERE c.kind = 'CALL' AND c.name IN ('strcpy', 'strcat', 'std::strcpy') AND length(s.code) - 1 > m.length
UNION
-- for (i = 0; i <= N; …) list[i]
SELECT DISTINCT x.id, 'the index goes up to ' || k.code || ', of ' || m.length || ' elements'
FROM mentions m
JOIN nodes b ON b.id = m.node AND b.argument_index = 1
JOIN nodes x ON x.id = b.parent_id AND x.kind = 'CALL' AND x.name IN ('<operator>.indexAccess', '<operator>.indirectIndexAccess')
JOIN nodes i ON i.parent_id = x.id AND i.argument_index = 2 AND i.kind = 'IDENTIFIER'
JOIN nodes c ON c.file_id = x.file_id AND c.kind = 'CALL' AND c.name IN ('<operator>.lessEqualsThan', '<operator>.lessThan') AND c.method_id = x.method_id
JOIN nodes f ON f.id = c.parent_id AND f.control = 'FOR' AND x.position BETWEEN f.position AND f.position_last
JOIN nodes v ON v.parent_id = c.id AND v.argument_index = 1 AND v.kind = 'IDENTIFIER' AND v.name = i.name
JOIN nodes k ON k.parent_id = c.id AND k.argument_index = 2 AND k.kind = 'LITERAL' AND regexp_like(k.code, '^[0-9]+$')
JOIN nodes q ON q.id = x.parent_id
WHERE try_cast(k.code AS BIGINT) + CASE c.name WHEN '<operator>.lessEqualsThan' THEN 1 ELSE 0 END > m.length
  AND coalesce(q.name, '') NOT IN ('<operator>.addressOf', '<operator>.sizeOf')
  -- A way out of the loop, or a condition around the access, may be there for this.
  AND NOT EXISTS (
    SELECT 1 FROM nodes w WHERE w.file_id = f.file_id AND w.kind IN ('CONTROL_STRUCTURE', 'RETURN') AND w.position > f.position AND w.position <= f.position_last)
UNION
-- Through calls, fields and pointers that were moved.
SELECT f.sink_id, CASE f.kind WHEN 'buffer-overflow' THEN 'beyond the end of ' ELSE 'before the start of ' END || f.source_name
FROM flows f
JOIN (SELECT id, code FROM nodes WHERE language IN ('c', 'cpp')) n ON n.id = f.sink_id
LEFT JOIN test_files t ON t.file_id = f.file_id
-- Tests of allocators do it to see what happens.
WHERE f.kind IN ('buffer-overflow', 'buffer-underflow') AND t.file_id IS NULL
  -- A pointer in a field that was moved forward has something before it: next[-1].
  AND NOT regexp_like(n.code, '->\w+\[\s*-')
