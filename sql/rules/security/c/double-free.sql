/*
id = "double-free"
title = "Memory freed twice"
severity = "high"
cwe = [415]
languages = ["c", "cpp"]
what = """
Finds memory that is freed again after it was freed on every way there, by the same function or by one that it calls."""
why = """
The allocator takes the second free for that of something else; what others allocate next may lie in each other."""
fix = """
Free in one place, and set the pointer to NULL where it is freed."""
references = ["https://wiki.sei.cmu.edu/confluence/display/c/MEM30-C.+Do+not+access+freed+memory"]

[[example]]
language = "c"
match = [8]
code = '''
#include <stdlib.h>
#include <string.h>

static void drop(char *text) { free(text); }

void weak(char *name) {
    free(name);
    drop(name);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

static void drop(char **text) { free(*text); *text = NULL; }

void sound(int given) {
    char *name = malloc(8);
    if (name == NULL) return;
    if (given) {
        free(name);
        name = NULL;
    }
    drop(&name);
    free(name);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
void weak() {
    int *number = new int;
    delete number;
    delete number;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
void sound() {
    int *number = new int;
    delete number;
    number = new int;
    delete number;
}
'''
*/
SELECT f.sink_id AS node_id, 'it was freed before' AS message, f.path AS trace
FROM flows f
JOIN (SELECT id, file_id FROM nodes WHERE language IN ('c', 'cpp')) s ON s.id = f.sink_id
LEFT JOIN test_files t ON t.file_id = s.file_id
-- Tests of allocators do it to see what happens.
WHERE f.kind = 'double-free' AND t.file_id IS NULL
