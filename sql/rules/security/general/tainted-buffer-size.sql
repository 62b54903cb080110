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
*/
SELECT sink_id AS node_id, 'the length comes from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'buffer-size' AND source_kind IN ('remote', 'network', 'file', 'console', 'environment')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
