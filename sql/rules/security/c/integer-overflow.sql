/*
id = "integer-overflow"
title = "Sum or product beyond its type"
severity = "medium"
cwe = [190, 191]
languages = ["c"]
what = """
Finds sums, differences and products whose type has no room for them: of constants, and of numbers that others choose and that are not compared with anything that bounds them."""
why = """
An unsigned number begins again at zero, a signed one may become anything; what is allocated by it is too small."""
fix = """
Compare with the greatest number less what is added, before it is added."""

[[example]]
language = "c"
match = [7]
code = '''
#include <stdio.h>

int weak(void) {
    int count = 0;
    if (scanf("%d", &count) != 1)
        return 0;
    return count * 2;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <limits.h>
#include <stdio.h>

int sound(void) {
    int count = 0;
    if (scanf("%d", &count) != 1)
        return 0;
    if (count < INT_MAX / 2)
        return count + 1;
    return 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <limits.h>

unsigned long long countdown(const char *text, unsigned length) {
    unsigned long long most = (unsigned long long)LLONG_MAX + 1;
    while (length--)
        most -= text[length] == 'x';
    return most;
}
'''

[[example]]
language = "c"
match = []
code = '''
unsigned int before_last(void) {
    unsigned int place = -2;
    place--;
    return place;
}
'''

[[example]]
language = "c"
match = [3]
code = '''
unsigned int before_nothing(void) {
    unsigned int place = 0;
    place--;
    return place;
}
'''

[[example]]
language = "c"
match = [6]
code = '''
#include <stdlib.h>
#define DRAW() (rand() << 8 ^ rand())

int weak(void) {
    int drawn = DRAW();
    return drawn * 2;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

int sound(int count) {
    return 1 + rand() % 31 + 100 * (rand() & 7) + rand() % count;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <limits.h>
#include <math.h>
#include <stdlib.h>

int square(void) {
    int side = INT_MAX;
    if (abs((long)side) < (long)sqrt((double)INT_MAX))
        return side * side;
    return 0;
}
'''

*/
WITH found AS (
    SELECT f.flow_id, f.source_id, f.source_kind, f.sink_id, f.path
    FROM flows f
    JOIN (SELECT id, file_id, parent_id, name, code FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) s ON s.id = f.sink_id
    JOIN (SELECT id, kind FROM nodes) p ON p.id = s.parent_id
    LEFT JOIN test_files t ON t.file_id = s.file_id
    WHERE f.kind IN ('integer-overflow', 'integer-underflow') AND f.source_kind IN ('memory', 'remote', 'network', 'file', 'console', 'random') AND t.file_id IS NULL
      -- What rests on several guesses at what a call means is no finding, nor what a field holds on some way through other functions.
      AND f.confidence >= 0.5 AND NOT (f.source_kind = 'memory' AND s.code LIKE '%->%')
      -- while (length--) counts down to the end of what an unsigned number can be, and stops there.
      AND NOT (s.name IN ('<operator>.postDecrement', '<operator>.preDecrement') AND p.kind <> 'BLOCK')
      -- What is taken away step by step is bounded by what the loop asks, which is seldom the number itself.
      AND NOT (f.source_kind = 'memory' AND s.name = '<operator>.assignmentMinus')
      -- Without a sign, numbers begin anew, as the standard says; a cast asks for that.
      AND NOT regexp_like(s.code, '^\(*\s*\(?(unsigned|uint[0-9]+_t|size_t)')
      -- The factors of hashes and generators are chosen so that it does.
      AND NOT regexp_like(s.code, '\*\s*(0x[0-9a-fA-F]{5,}|[0-9]{6,})|(0x[0-9a-fA-F]{5,}|[0-9]{6,})[uUlL]*\s*\*')
), numbers AS (
    -- Where what comes from outside is made a number: all that one number reaches is one finding, told where it is reached first.
    SELECT s.flow_id, max(n.id) AS number
    FROM (SELECT flow_id, unnest(path) AS step FROM found) s
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^(std::)?_*(ato[ilf]l?|w?to[il]|strto[a-z]+|wcsto[a-z]+|v?[fs]?w?scanf(_s)?|sto[iuldf]+|from_chars|ntoh[a-z0-9]+|[bl]e(16|32|64)toh)$')) n ON n.id = s.step
    GROUP BY s.flow_id
), ranked AS (
    SELECT f.sink_id, f.source_kind, f.path,
        row_number() OVER (PARTITION BY coalesce(n.number, f.source_id) ORDER BY cardinality(f.path), f.sink_id) AS place
    FROM found f
    LEFT JOIN numbers n ON n.flow_id = f.flow_id
)
SELECT DISTINCT sink_id AS node_id, 'it may be beyond its type' AS message, path AS trace
FROM ranked
WHERE place = 1 OR source_kind = 'memory'
