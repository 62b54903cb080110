/*
id = "handle-leak"
title = "File that nothing can close any more"
severity = "low"
cwe = [772, 773, 775]
languages = ["c"]
what = """
Finds files that a function opens, does not close on any way to its end, and that nothing leads to when it is over."""
why = """
A process may have so many files open; what was written may not be there before one is closed."""
fix = """
Close it where it is used last."""

[[example]]
language = "c"
match = [4]
code = '''
#include <stdio.h>

int weak(const char *name) {
    FILE *file = fopen(name, "r");
    if (file == NULL) return 0;
    return fgetc(file);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>

int sound(const char *name) {
    FILE *file = fopen(name, "r");
    if (file == NULL) return 0;
    int first = fgetc(file);
    fclose(file);
    return first;
}
'''
*/
SELECT sink_id AS node_id, 'nothing closes what is opened here' AS message, path AS trace
FROM flows
WHERE kind = 'handle-leak'
