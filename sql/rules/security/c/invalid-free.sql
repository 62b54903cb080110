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
[[example]]
language = "cpp"
match = [4, 6, 9]
code = '''
#include <new>
void weak() {
    char *text = new char[8];
    delete text;
    int *number = new int(3);
    delete[] number;
    char room[sizeof(int)];
    int *placed = new (room) int;
    delete placed;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <new>
void sound() {
    char *text = new char[8];
    delete[] text;
    int *number = new (std::nothrow) int(3);
    delete number;
    char room[sizeof(int)];
    int *placed = new (room) int;
    *placed = 3;
}
'''

[[example]]
language = "c"
match = [12]
code = '''
#include <stdlib.h>
#include <string.h>

static void drop(char *text) {
    for (; *text != '\0'; text++)
        if (*text == ':') break;
    free(text);
}

void weak(void) {
    char *line = calloc(8, 1);
    if (line != NULL) drop(line);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

struct entry { struct entry *next; };

void sound(struct entry *first) {
    while (first != NULL) {
        struct entry *next = first->next;
        free(first);
        first = next;
    }
}

void ends(char *text) {
    char *start = text;
    while (*text) text++;
    free(start);
}
'''
*/
SELECT sink_id AS node_id, CASE kind WHEN 'free-inside' THEN 'the pointer was moved since ' || source_name WHEN 'mismatched-free' THEN source_name || ' is freed by something else' ELSE 'it was not allocated' END AS message, path AS trace
FROM flows
WHERE kind IN ('free-not-heap', 'free-inside', 'mismatched-free')
