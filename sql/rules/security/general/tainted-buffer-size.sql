/*
id = "tainted-buffer-size"
title = "Length from untrusted input"
severity = "high"
cwe = [120, 787, 129]
languages = ["c"]
what = "Finds lengths that others choose given to functions that copy or read so much."
why = """
A length that is greater than the buffer writes over what lies behind it; a negative one becomes a very great one."""
fix = "Compare the length with the size of the buffer before it is used."

[[example]]
language = "c"
match = [12]
code = '''
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void tainted_buffer_size(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    char copy[100];
    int length = atoi(given);
    memcpy(copy, given, length);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void tainted_buffer_size_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    char copy[100];
    int length = atoi(given);
    if (length >= 0 && length <= 100) memcpy(copy, given, length);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void tainted_buffer_size_of_what_came(int connection) {
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
    size_t asked = strtoul(given, NULL, 10);
    char *answer = malloc(asked);
    if (answer == NULL) return;
    memset(answer, 0, asked);
    free(answer);
}
'''
*/
WITH found AS (
    SELECT found.number_id, found.source_id, found.sink_id, found.source_name, found.path
    FROM length_flows found
    LEFT JOIN (SELECT call_id, argument_index, code FROM arguments) l ON l.call_id = found.sink_id AND l.argument_index = found.sink_argument
    -- A buffer that was made as long as that is long enough.
    LEFT JOIN (
        SELECT m.method_id, a.code
        FROM (SELECT id, method_id FROM calls WHERE name LIKE '%alloc%' AND language IN ('c', 'cpp')) m
        JOIN arguments a ON a.call_id = m.id
    ) made ON made.method_id = found.method_id AND position(l.code IN made.code) > 0
    WHERE found.kind = 'buffer-size' AND found.source_kind IN ('remote', 'network', 'file', 'console', 'environment')
      AND made.method_id IS NULL
), ranked AS (
    -- All that one number reaches is one finding, told where it is reached first.
    SELECT f.sink_id, f.source_name, f.path,
        row_number() OVER (PARTITION BY coalesce(f.number_id, f.source_id) ORDER BY cardinality(f.path), f.sink_id) AS place
    FROM found f
)
SELECT sink_id AS node_id, 'the length comes from ' || source_name AS message, path AS trace
FROM ranked
WHERE place = 1
