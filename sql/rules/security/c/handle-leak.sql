/*
id = "handle-leak"
title = "File or handle that nothing can close any more"
severity = "low"
cwe = [772, 773, 775]
languages = ["c", "cpp"]
what = """
Finds files, descriptors and handles that a function opens, does not close on any way to its end, and that nothing leads to when it is over."""
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
[[example]]
language = "c"
match = [6]
code = '''
#include <fcntl.h>
#include <unistd.h>
#define OPEN open

int weak(const char *name) {
    int from = OPEN(name, O_RDONLY);
    from = open("other", O_RDONLY);
    if (from != -1)
        close(from);
    return 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <fcntl.h>
#include <unistd.h>

struct source { int (*open)(const char *name, int how); int descriptor; };

int sound(struct source *source, const char *name) {
    int found = source->open(name, 1);
    source->descriptor = open(name, O_RDONLY);
    if (source->descriptor < 0)
        return -1;
    return found;
}

int either(const char *name) {
    int from;
#ifdef O_CLOEXEC
    from = open(name, O_RDONLY | O_CLOEXEC);
#else
    from = open(name, O_RDONLY);
#endif
    return from;
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <windows.h>

bool weak(const char *name) {
    HANDLE file = CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    return file != INVALID_HANDLE_VALUE;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <windows.h>

static void start(HANDLE &file) {
    file = CreateFileW(L"a", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
}

bool sound() {
    HANDLE file;
    start(file);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(file);
    return true;
}
'''
*/
WITH opened AS (
    SELECT c.id, c.name, c.method_id, t.code AS target, coalesce(a.code, '') AS what
    FROM (SELECT id, parent_id, name, method_id FROM nodes WHERE kind = 'CALL' AND argument_index = 2 AND language IN ('c', 'cpp')) c
    JOIN (SELECT parent_id, code FROM nodes WHERE argument_index = 1 AND kind = 'IDENTIFIER') t ON t.parent_id = c.parent_id
    LEFT JOIN (SELECT parent_id, code FROM nodes WHERE argument_index = 1) a ON a.parent_id = c.id
)
SELECT f.sink_id AS node_id, 'nothing closes what is opened here' AS message, f.path AS trace
FROM flows f
LEFT JOIN opened o ON o.id = f.sink_id
-- The same is opened twice for one variable in alternatives of the preprocessor, of which one is compiled.
LEFT JOIN opened other ON other.method_id = o.method_id AND other.name = o.name AND other.target = o.target AND other.what = o.what AND other.id <> o.id
-- Of what was not looked at to the end, not all is known that closes it or leads to it.
LEFT JOIN (SELECT DISTINCT method_id FROM flow_cuts WHERE reason <> 'specialisations') cut ON cut.method_id = f.method_id
WHERE f.kind = 'handle-leak' AND other.id IS NULL AND cut.method_id IS NULL
