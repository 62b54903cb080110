/*
id = "uninitialized-variable"
title = "Variable that nothing was written to"
severity = "medium"
cwe = [457, 908]
languages = ["c"]
what = """
Finds numbers and pointers that are read, and arrays of which an element is read, where nothing was written to them on any way there. A variable whose address is taken, or that a macro may write to, is left alone."""
why = """
It holds what happens to lie there."""
fix = """
Give it a value where it is declared."""

[[example]]
language = "c"
match = [3, 6]
code = '''
int weak(void) {
    int count, list[4];
    int next = count + 1;
    int *p;
    if (next > 4)
        return *p;
    return next;
}
'''

[[example]]
language = "c"
match = []
code = '''
int fill(int *to);

int sound(void) {
    int count, other, list[4] = {0};
    int size = sizeof(other);
    fill(&count);
    for (other = 0; other < 4; other++) list[other] = other;
    return count + list[size - 4];
}
'''

[[example]]
language = "c"
match = []
code = '''
int connect_both(int ends[2]);

int ends_of_a_pipe(void) {
    int ends[2];
    if (connect_both(ends) != 0)
        return -1;
    return ends[0];
}
'''
[[example]]
language = "c"
match = [9, 16, 17]
code = '''
struct pair { int first, second; };

int show(int number) { return number; }

int half(void) {
    int list[10], i, sum = 0;
    for (i = 0; i < 5; i++) list[i] = i;
    for (i = 0; i < 10; i++)
        sum += show(list[i]);
    return sum;
}

int pairs(void) {
    struct pair list[4], one;
    int sum = 0;
    for (int i = 0; i < 4; i++) sum += show(list[i].first);
    return sum + show(one.second);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <sys/stat.h>

struct pair { int first, second; };

int show(int number) { return number; }

static void fill(struct pair *list, int count) {
    for (int i = 0; i < count; i++) {
        list[i].first = i;
        list[i].second = i;
    }
}

int pairs(const char *path) {
    struct pair list[4], one;
    struct stat about;
    int sum = 0;
    fill(list, 4);
    one.second = 3;
    if (stat(path, &about) != 0)
        return 0;
    for (int i = 0; i < 4; i++) sum += show(list[i].first);
    return sum + show(one.second) + show(about.st_mode);
}
'''
[[example]]
language = "c"
match = []
code = '''
struct stream { const char *next; unsigned left; };
#define LOAD() \
    do { \
        next = from->next; \
        left = from->left; \
    } while (0)

char loaded(struct stream *from) {
    const char *next;
    unsigned left;
    LOAD();
    return left > 0 ? *next : 0;
}
'''

*/
WITH handing AS (
    -- Functions that hand on what they are given, or that were not looked at to the end.
    SELECT u.method_id
    FROM (SELECT parent_id, name, method_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index >= 1 AND language IN ('c', 'cpp')) u
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND NOT starts_with(name, '<operator>')) c ON c.id = u.parent_id
    JOIN (SELECT method_id, name FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND language IN ('c', 'cpp')) p ON p.method_id = u.method_id AND p.name = u.name
    UNION
    SELECT method_id FROM flow_cuts WHERE reason <> 'specialisations'
), handed AS (
    -- Whoever is given an array or the address of a struct may have filled it: unless it is seen that they did not.
    SELECT i.method_id, i.name, min(i.position) AS position
    FROM (SELECT id, parent_id, name, method_id, position FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index >= 1 AND language IN ('c', 'cpp')) i
    JOIN (SELECT id, parent_id, name FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) a ON a.id = i.parent_id
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c
      ON c.id = CASE a.name WHEN '<operator>.addressOf' THEN a.parent_id WHEN '<operator>.cast' THEN a.parent_id ELSE a.id END
    LEFT JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
    LEFT JOIN (SELECT id FROM nodes WHERE kind = 'METHOD' AND NOT is_external AND id NOT IN (SELECT method_id FROM handing WHERE method_id IS NOT NULL)) known ON known.id = e.dst
    WHERE NOT starts_with(c.name, '<operator>') AND (known.id IS NULL OR a.name = '<operator>.addressOf')
    GROUP BY i.method_id, i.name
), told AS (
    SELECT f.sink_id, f.method_id, f.path, s.file_id, s.position, s.code, regexp_match(s.code, '^[A-Za-z_][A-Za-z_0-9]*')[1] AS name
    FROM (SELECT sink_id, method_id, path FROM flows WHERE kind = 'uninitialized') f
    JOIN (SELECT id, file_id, position, code FROM nodes WHERE language IN ('c', 'cpp')) s ON s.id = f.sink_id
), expanded AS (
    -- Macros write to variables that they are not given: #define LOAD() do { next = strm->next; } while (0)
    SELECT DISTINCT t.sink_id
    FROM told t
    JOIN (SELECT method_id, name, position FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c ON c.method_id = t.method_id AND c.position < t.position
    JOIN (SELECT name, code FROM nodes WHERE kind = 'METHOD' AND language IN ('c', 'cpp') AND starts_with(code, '#define')) m ON m.name = c.name
    WHERE regexp_like(m.code, '\b' || t.name || '\s*([-+|&^*]|<<|>>)?=[^=]|&\s*' || t.name || '\b')
)
SELECT f.sink_id AS node_id, 'nothing was written to it' AS message, f.path AS trace
FROM told f
LEFT JOIN test_files t ON t.file_id = f.file_id
LEFT JOIN handed h ON h.method_id = f.method_id AND h.position < f.position AND h.name = f.name AND regexp_like(f.code, '\[|\.|->')
LEFT JOIN expanded e ON e.sink_id = f.sink_id
WHERE t.file_id IS NULL AND h.name IS NULL AND e.sink_id IS NULL
