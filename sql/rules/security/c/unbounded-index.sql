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


[[example]]
language = "c"
match = [13]
code = '''
#include <stdlib.h>

struct table { void **slots; unsigned long size; };

void *sound(struct table *table) {
    unsigned long mask = table->size - 1;
    unsigned long place = random() & mask;
    return table->slots[place];
}

void *weak(struct table *table) {
    unsigned long place = random() & ~7UL;
    return table->slots[place];
}
'''
*/
WITH found AS (
    SELECT * FROM length_flows
    WHERE kind = 'index' AND source_kind IN ('remote', 'network', 'file', 'console')
), ranked AS (
    -- All that one number reaches is one finding, told where it is reached first.
    SELECT f.sink_id, f.source_name, f.path,
        row_number() OVER (PARTITION BY coalesce(f.number_id, f.source_id) ORDER BY cardinality(f.path), f.sink_id) AS place
    FROM found f
)
SELECT sink_id AS node_id, 'the index comes from ' || source_name AS message, path AS trace
FROM ranked
WHERE place = 1
UNION
-- A number that was drawn is one already.
SELECT sink_id, 'the index is drawn by ' || source_name, path
FROM probable_flows
WHERE kind = 'index' AND source_kind = 'random' AND language IN ('c', 'cpp')
