/*
id = "use-after-free"
title = "Memory used after it was freed"
severity = "high"
cwe = [416]
languages = ["c", "cpp"]
what = """
Finds uses of a pointer behind the call that freed what it points to, on every way from there and with nothing assigned to it
in between."""
why = "The memory may belong to something else by then: what is written there changes it, what is read is not what was put there."
fix = "Set the pointer to NULL where it is freed, and free where it is used last."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/MEM30-C.+Do+not+access+freed+memory"]

[[example]]
language = "c"
match = [7]
code = '''
#include <stdlib.h>

int weak(int *list, char *name) {
    free(list);
    free(name);
    free(name);
    return list[0];
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

struct item { struct item *next; };

void sound(struct item *list, int bad) {
    while (list) {
        struct item *next = list->next;
        free(list);
        list = next;
    }
    char *name = malloc(8);
    if (bad) {
        free(name);
        return;
    }
    name[0] = 0;
    free(name);
    name = NULL;
    free(name);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>

void again(char **to);

int sound(char *a, int *kept) {
    free(kept);
    again((void *)&kept);
    free(kept);
    int *p = malloc(4);
    free(a);
    if (p == 0) return a == 0;
    switch (p[0]) {
    case 1: free(p); break;
    case 2: p[0] = 2; free(p); break;
    }
    return 0;
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
struct Item { int size; };

int weak(Item *item) {
    delete item;
    return item->size;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
struct Item { int size; };

int sound(Item *item) {
    int size = item->size;
    delete item;
    item = nullptr;
    delete item;
    return size;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

static int format(char **target, const char *text) {
    char *made = strlen(text) > 3 ? strdup(text) : NULL;
    if (!made)
        return -1;
    *target = made;
    return (int)strlen(made);
}

void twice(int (*run)(const char *, int)) {
    char *command;
    int length = format(&command, "first");
    run(command, length);
    free(command);
    length = format(&command, "second");
    run(command, length);
    free(command);
}
'''
*/
WITH freed AS (
    SELECT v.id AS node, v.name, v.file_id, c.id AS call_id, c.position_last AS position,
        b.position_last AS block_to
    FROM nodes c
    JOIN nodes v ON v.parent_id = c.id AND v.kind = 'IDENTIFIER'
      AND v.argument_index = 1
    -- What stands in the same block behind it cannot be reached around it.
    JOIN nodes b ON b.id = c.parent_id AND b.kind = 'BLOCK'
    WHERE c.kind = 'CALL' AND c.language IN ('c', 'cpp')
      AND c.name IN ('free', 'cfree', 'g_free', 'xfree', 'kfree', 'vfree', '<operator>.delete')
), later AS (
    -- The same assignment reaches both: nothing was assigned in between.
    SELECT f.*, e.dst AS use
    FROM freed f
    JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') d ON d.dst = f.node AND d.label = f.name
    JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.src = d.src AND e.label = f.name
    UNION ALL
    -- delete ends every value of the variable: what is mentioned behind it and reached by none is what was deleted.
    SELECT f.*, r.src
    FROM freed f
    JOIN nodes c ON c.id = f.call_id AND c.name = '<operator>.delete'
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') v ON v.src = f.node
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.dst = v.dst
    JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN')) l ON l.id = v.dst
    LEFT JOIN (SELECT DISTINCT dst FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.dst = r.src
    -- (What delete itself is given is not reached by anything.)
    WHERE e.dst IS NULL AND r.src NOT IN (
        SELECT x.id FROM nodes x JOIN nodes y ON y.id = x.parent_id AND y.name = '<operator>.delete')
), jumps AS (
    SELECT file_id, position, parent_id FROM nodes
    WHERE kind IN ('JUMP_TARGET') AND language IN ('c', 'cpp')
)
SELECT DISTINCT u.parent_id AS node_id, f.name || ' was freed before' AS message
FROM later f
JOIN nodes u ON u.id = f.use AND u.kind = 'IDENTIFIER' AND u.file_id = f.file_id
  AND u.position > f.position AND u.position <= f.block_to
JOIN nodes p ON p.id = u.parent_id AND p.kind = 'CALL'
-- A label or a case between them is a way in from elsewhere.
LEFT JOIN jumps j ON j.file_id = f.file_id AND j.position > f.position AND j.position < u.position
LEFT JOIN test_files t ON t.file_id = f.file_id
-- Tests of allocators do it to see what happens.
WHERE j.position IS NULL AND t.file_id IS NULL
  -- Who is given the address may assign.
  AND NOT EXISTS (
    SELECT 1 FROM nodes m JOIN nodes q ON q.id = m.parent_id AND q.name = '<operator>.addressOf'
    WHERE m.file_id = f.file_id AND m.kind = 'IDENTIFIER' AND m.name = f.name AND m.position > f.position AND m.position < u.position)
  AND (p.name IN ('<operator>.indirection', '<operator>.indirectFieldAccess', '<operator>.indirectIndexAccess')
    OR p.name = '<operator>.indexAccess' AND u.argument_index = 1
    OR p.name = '<operator>.fieldAccess' AND p.code LIKE '%->%' AND u.argument_index = 1
    OR p.name IN ('strcpy', 'strcat', 'strlen', 'memcpy', 'memset', 'memmove', 'puts', 'printf', 'fputs', 'strcmp', 'strdup', 'fprintf', 'sprintf', 'snprintf')
       AND p.code NOT LIKE '%\%p%')
UNION
-- Through calls, fields and pointers that were moved.
SELECT sink_id, 'it was freed before'
FROM (
    -- Who is given the address of the variable may assign.
    SELECT f.sink_id, bool_or(m.position < s.position AND m.position > coalesce(b.position, 0)) AS assigned
    FROM flows f
    JOIN (SELECT id, file_id, position FROM nodes WHERE language IN ('c', 'cpp')) s ON s.id = f.sink_id
    LEFT JOIN (SELECT id, file_id, position FROM nodes WHERE language IN ('c', 'cpp')) b ON b.id = f.source_id AND b.file_id = s.file_id
    LEFT JOIN test_files t ON t.file_id = s.file_id
    LEFT JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index >= 1) u ON u.parent_id = f.sink_id
    LEFT JOIN (
        SELECT v.name, v.method_id, v.position
        FROM (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.addressOf') q
        JOIN (SELECT parent_id, name, method_id, position FROM nodes WHERE kind = 'IDENTIFIER') v ON v.parent_id = q.id
    ) m ON m.method_id = f.method_id AND m.name = u.name
    WHERE f.kind = 'use-after-free' AND t.file_id IS NULL
    GROUP BY f.sink_id
)
WHERE NOT coalesce(assigned, FALSE)
