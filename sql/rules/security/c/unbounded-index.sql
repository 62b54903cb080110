/*
id = "unbounded-index"
title = "Index from untrusted input"
severity = "high"
cwe = [129, 787, 125]
languages = ["c"]
what = """
Finds indices of arrays that others choose, and that are not compared with both ends of the array."""
why = """
What lies before or behind the array is read, or written to."""
fix = """
Compare the index with zero and with the number of elements."""

[[example]]
language = "c"
match = [8]
code = '''
#include <stdio.h>

int weak(void) {
    int place = 0, list[4] = {0};
    if (scanf("%d", &place) != 1)
        return 0;
    if (place < 4)
        return list[place];
    return 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>

int sound(void) {
    int place = 0, list[4] = {0};
    if (scanf("%d", &place) != 1)
        return 0;
    if (place >= 0 && place < 4)
        return list[place];
    return 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <string.h>

char last_of_a_line(FILE *file) {
    char line[80];
    if (!fgets(line, sizeof line, file))
        return 0;
    size_t length = strlen(line);
    return length > 0 ? line[length - 1] : 0;
}
'''
[[example]]
language = "c"
match = [4]
code = '''
#include <stdlib.h>

int weak(const int *list) {
    return list[rand()];
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

int sound(const int *list, int count) {
    return list[rand() % 8] + list[rand() % count];
}
'''

*/
WITH found AS (
    SELECT * FROM length_flows
    WHERE kind = 'index' AND source_kind IN ('remote', 'network', 'file', 'console')
      -- What rests on several guesses at what a call means is no finding.
      AND confidence >= 0.4
), numbers AS (
    -- Where what comes from outside is made a number: all that one number reaches is one finding, told where it is reached first.
    SELECT s.flow_id, max(n.id) AS number
    FROM (SELECT flow_id, unnest(path) AS step FROM found) s
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^(std::)?_*(ato[ilf]l?|w?to[il]|strto[a-z]+|wcsto[a-z]+|v?[fs]?w?scanf(_s)?|sto[iuldf]+|from_chars|ntoh[a-z0-9]+|[bl]e(16|32|64)toh)$')) n ON n.id = s.step
    GROUP BY s.flow_id
), ranked AS (
    SELECT f.sink_id, f.source_name, f.path,
        row_number() OVER (PARTITION BY coalesce(n.number, f.source_id) ORDER BY cardinality(f.path), f.sink_id) AS place
    FROM found f
    LEFT JOIN numbers n ON n.flow_id = f.flow_id
)
SELECT sink_id AS node_id, 'the index comes from ' || source_name AS message, path AS trace
FROM ranked
WHERE place = 1
UNION
-- A number that was drawn is one already.
SELECT sink_id, 'the index is drawn by ' || source_name, path
FROM flows
WHERE kind = 'index' AND source_kind = 'random' AND language IN ('c', 'cpp') AND confidence >= 0.4
