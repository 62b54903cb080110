/*
id = "invalid-free"
title = "What is freed was not allocated so"
severity = "high"
cwe = [590, 761, 762]
languages = ["c", "cpp"]
what = """
Finds variables, arrays and constants that are freed, pointers that were moved since what they lead to was allocated, and memory that another family of functions must free: delete of what malloc gave, free of what new made."""
why = """
The allocator looks for its own notes beside the memory, and finds something else there."""
fix = """
Free what was allocated, by the pointer that the allocation gave, with the function that belongs to it."""

[[example]]
language = "c"
match = [6, 11]
code = '''
#include <stdlib.h>
#include <string.h>

void weak(void) {
    char room[8], *at = room;
    free(at);
    char *text = malloc(8);
    if (text == NULL) return;
    strcpy(text, " a");
    while (*text == ' ') text++;
    free(text);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

void sound(void) {
    char room[8], *at = room;
    char *text = malloc(8);
    if (text == NULL) return;
    strcpy(at, " a");
    for (at = text; *at == ' '; at++) {}
    free(text);
}
'''

[[example]]
language = "cpp"
match = [4, 6]
code = '''
#include <cstdlib>
void weak() {
    int *number = (int *)malloc(sizeof(int));
    delete number;
    char *text = new char[8];
    free(text);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstdlib>
void sound() {
    int *number = (int *)malloc(sizeof(int));
    free(number);
    char *text = new char[8];
    delete [] text;
}
'''
*/
SELECT sink_id AS node_id, CASE kind WHEN 'free-inside' THEN 'the pointer was moved since ' || source_name WHEN 'mismatched-free' THEN source_name || ' is freed by something else' ELSE 'it was not allocated' END AS message, path AS trace
FROM flows
WHERE kind IN ('free-not-heap', 'free-inside', 'mismatched-free')
