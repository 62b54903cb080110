/*
id = "memory-leak"
title = "Memory that nothing leads to any more"
severity = "low"
cwe = [401]
languages = ["c", "cpp"]
what = """
Finds memory that a function allocates, does not free on any way to its end, and that nothing leads to when it is over. What is handed to functions that are not known counts as kept."""
why = """
A program that goes on allocating ends when there is no more."""
fix = """
Free it where it is used last, or hand it on."""

[[example]]
language = "c"
match = [5]
code = '''
#include <stdlib.h>
#include <string.h>

int weak(const char *given) {
    char *copy = strdup(given);
    if (copy == NULL) return 0;
    return copy[0] == 'a';
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

char *kept;

char *sound(const char *given) {
    char *copy = strdup(given), *other = malloc(8);
    kept = malloc(8);
    if (copy == NULL) exit(1);
    free(other);
    return copy;
}
'''

[[example]]
language = "cpp"
match = [2]
code = '''
int weak() {
    int *number = new int(5);
    return *number + 1;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
int sound() {
    int *number = new int(5);
    int given = *number;
    delete number;
    return given;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char *room = malloc(80);
    if (room == NULL || fgets(room, 80, stdin) == NULL) return 1;
    puts(room);
    return 0;
}

int rename_program(const char *name) {
    char *copy = strdup(name);
    if (copy == NULL) return -1;
    program_invocation_name = copy;
    return 0;
}
'''
*/
SELECT f.sink_id AS node_id, 'nothing frees what is allocated here' AS message, f.path AS trace
FROM flows f
JOIN (SELECT id, file_id FROM nodes WHERE language IN ('c', 'cpp')) s ON s.id = f.sink_id
JOIN (SELECT id, name FROM nodes WHERE kind = 'METHOD') m ON m.id = f.method_id
LEFT JOIN test_files t ON t.file_id = s.file_id
-- Of what was not looked at to the end, not all is known that frees it or leads to it.
LEFT JOIN (SELECT DISTINCT method_id FROM flow_cuts WHERE reason <> 'specialisations') cut ON cut.method_id = f.method_id
-- Tests of allocators do it to see what happens; what main allocates goes when the program does.
WHERE cut.method_id IS NULL AND f.kind = 'memory-leak' AND t.file_id IS NULL AND m.name NOT IN ('main', 'wmain', 'WinMain', 'wWinMain')
