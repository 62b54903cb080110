/*
id = "tainted-allocation-size"
title = "Amount of memory from untrusted input"
severity = "medium"
cwe = [789, 770]
languages = ["c"]
what = "Finds amounts of memory that others choose."
why = """
A great amount takes the memory of everybody; a product that wraps around gives less than is used afterwards."""
fix = "Set an upper bound before it is used; let calloc do the product."

[[example]]
language = "c"
match = [10]
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void tainted_allocation_size(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    int count = atoi(given);
    int *list = malloc(count * sizeof(int));
    free(list);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void tainted_allocation_size_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    int count = atoi(given);
    if (count < 0 || count > 1000) return;
    int *list = malloc(count * sizeof(int));
    free(list);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void tainted_allocation_size_of_what_came(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    char *end = strchr(given, ':');
    if (end == NULL) return;
    size_t length = end - given;
    char *copy = malloc(length + 1);
    if (copy == NULL) return;
    memcpy(copy, given, length);
    memcpy(given, copy, got);
    free(copy);
}
'''

[[example]]
language = "c"
match = [4]
code = '''
#include <stdlib.h>

char *weak(void) {
    return malloc(rand());
}
'''

*/
WITH found AS (
    SELECT * FROM length_flows
    WHERE kind = 'allocation-size' AND source_kind IN ('remote', 'network', 'file', 'console')
), ranked AS (
    -- All that one number reaches is one finding, told where it is reached first.
    SELECT f.sink_id, f.source_name, f.path,
        row_number() OVER (PARTITION BY coalesce(f.number_id, f.source_id) ORDER BY cardinality(f.path), f.sink_id) AS place
    FROM found f
)
SELECT sink_id AS node_id, 'the amount comes from ' || source_name AS message, path AS trace
FROM ranked
WHERE place = 1
UNION
-- A number that was drawn is one already.
SELECT sink_id, 'the amount is drawn by ' || source_name, path
FROM probable_flows
WHERE kind = 'allocation-size' AND source_kind = 'random' AND language IN ('c', 'cpp')
