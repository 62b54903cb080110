/*
id = "null-dereference"
title = "Null pointer dereferenced"
severity = "medium"
cwe = [476]
languages = ["c", "cpp"]
what = """
Finds pointers that are followed where they can be nothing but null: null was assigned and nothing else on any way, or the
branch was taken because they are null."""
why = "The program ends there; in a kernel, page zero may be somebody's."
fix = "Give the pointer a value before, or leave the branch before it is followed."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/EXP34-C.+Do+not+dereference+null+pointers"]

[[example]]
language = "c"
match = [6, 8]
code = '''
struct pair { int a, b; };

int weak(struct pair *given) {
    struct pair *pair = 0;
    int *list = NULL;
    int a = pair->a;
    if (given == NULL) {
        return given->b;
    }
    return a + (list != NULL);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stddef.h>

struct pair { int a, b; };
void find(struct pair **to);

int sound(struct pair *given, int deep) {
    struct pair *pair = NULL;
    struct pair *found = NULL;
    LENGTH(given) = 0;
    if (deep) pair = given;
    find((void *)&found);
    if (given == NULL) {
        given = pair;
        return given->b;
    }
    return pair->a + found->a + (int)sizeof(*pair);
}
'''

[[example]]
language = "cpp"
match = [3]
code = '''
int weak() {
    int *number = nullptr;
    return *number;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
int sound(int *given) {
    int *number = nullptr;
    number = given;
    return *number;
}
'''
*/
WITH nulls AS (
    SELECT d.id AS node, d.name
    FROM nodes a
    JOIN nodes d ON d.parent_id = a.id AND d.argument_index = 1 AND d.kind = 'IDENTIFIER'
    JOIN nodes v ON v.parent_id = a.id AND v.argument_index = 2 AND v.kind = 'LITERAL' AND v.code IN ('NULL', '0', 'nullptr')
    WHERE a.kind = 'CALL' AND a.name = '<operator>.assignment' AND a.language IN ('c', 'cpp')
      -- What looks like a variable in brackets is a macro in front of it.
      AND NOT regexp_like(d.code, '^[^=]*\)\s*=')
), followed AS (
    SELECT u.id, u.name, u.file_id, u.position, u.parent_id, u.method_id
    FROM nodes u
    JOIN nodes p ON p.id = u.parent_id AND p.kind = 'CALL'
    JOIN nodes q ON q.id = p.parent_id
    WHERE u.kind = 'IDENTIFIER' AND u.argument_index = 1 AND u.language IN ('c', 'cpp')
      AND (p.name IN ('<operator>.indirection', '<operator>.indirectFieldAccess', '<operator>.indexAccess', '<operator>.indirectIndexAccess')
        OR p.name = '<operator>.fieldAccess' AND p.code LIKE '%->%')
      -- The address of a member and the size of what it points to follow nothing.
      AND coalesce(q.name, '') NOT IN ('<operator>.addressOf', '<operator>.sizeOf', '<operator>.alignOf', 'typeof', 'offsetof', 'decltype')
), pointed_to AS (
    -- Who has the address may assign.
    SELECT DISTINCT n.method_id, n.name
    FROM nodes n
    JOIN nodes p ON p.id = n.parent_id AND p.kind = 'CALL' AND p.name = '<operator>.addressOf'
    WHERE n.kind = 'IDENTIFIER' AND n.language IN ('c', 'cpp')
), defined AS (
    SELECT e.dst, count(*) AS ways, max(e.src) AS src
    FROM stored.edges e
    JOIN followed f ON f.id = e.dst AND f.name = e.label
    WHERE e.kind = 'REACHING_DEF'
    GROUP BY e.dst
)
SELECT f.parent_id AS node_id, f.name || ' is null here' AS message
FROM followed f
JOIN defined d ON d.dst = f.id AND d.ways = 1
JOIN nulls n ON n.node = d.src AND n.name = f.name
-- A condition on it says that it may be something else all the same, by a way that is not seen.
LEFT JOIN pointed_to t ON t.method_id = f.method_id AND t.name = f.name
WHERE t.name IS NULL AND NOT EXISTS (
    SELECT 1 FROM stored.edges c
    JOIN nodes k ON k.id = c.src
    JOIN nodes m ON m.method_id = k.method_id AND m.kind = 'IDENTIFIER' AND m.position BETWEEN k.position AND k.position_last
    WHERE c.kind = 'CDG' AND c.dst = f.parent_id AND m.name = f.name)
UNION
-- if (p == NULL) { … p->x … }
SELECT f.parent_id, f.name || ' is null here'
FROM nodes k
JOIN nodes v ON v.parent_id = k.id AND v.argument_index = 1 AND v.kind = 'IDENTIFIER'
JOIN nodes z ON z.parent_id = k.id AND z.argument_index = 2 AND z.kind = 'LITERAL' AND z.code IN ('NULL', '0', 'nullptr')
JOIN nodes i ON i.id = k.parent_id AND i.control = 'IF'
JOIN nodes b ON b.parent_id = i.id AND b.kind = 'BLOCK' AND b.child_index = 2
JOIN followed f ON f.method_id = k.method_id AND f.name = v.name AND f.position BETWEEN b.position AND b.position_last
JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') e1 ON e1.dst = v.id AND e1.label = v.name
JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') e2 ON e2.dst = f.id AND e2.label = v.name AND e2.src = e1.src
WHERE k.kind = 'CALL' AND k.name = '<operator>.equals' AND k.language IN ('c', 'cpp')
  AND NOT EXISTS (
    SELECT 1 FROM nodes w
    JOIN nodes a ON a.id = w.parent_id AND (starts_with(a.name, '<operator>.assignment') OR a.name = '<operator>.addressOf' OR NOT starts_with(a.name, '<operator>'))
    WHERE w.method_id = k.method_id AND w.kind = 'IDENTIFIER' AND w.name = v.name AND w.argument_index >= 1
      AND w.position >= b.position AND w.position < f.position)
UNION
-- Through calls, fields and pointers that were moved.
SELECT sink_id, 'it is null here'
FROM flows
-- What rests on a guess at what a call means is no finding.
WHERE kind = 'null-dereference' AND confidence >= 0.8
