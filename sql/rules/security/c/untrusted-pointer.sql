/*
id = "untrusted-pointer"
title = "Number from outside taken for an address"
severity = "high"
cwe = [822, 823, 119]
languages = ["c", "cpp"]
what = """
Finds whole numbers that others choose made into pointers, by a cast or where they are assigned to one, and pointers that are moved by a number that others choose."""
why = "Whoever chooses the number chooses what is read or written."
fix = "Hand out numbers of entries in a table, and look the address up in that after the number was compared with its length."
references = ["https://cwe.mitre.org/data/definitions/822.html"]

[[example]]
language = "c"
match = [6, 13]
code = '''
#include <stdio.h>
#include <stdlib.h>

int *weak_pointer(const char *unused) {
    char *text = getenv("PLACE");
    return text == NULL ? NULL : (int *)strtoul(text, NULL, 16);
}

int weak_step(const int *table) {
    long by = 0;
    if (scanf("%ld", &by) != 1)
        return 0;
    table += by;
    return *table;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>

static int table[8];

int *sound_pointer(void) {
    long at = 0;
    if (scanf("%ld", &at) != 1 || at < 0 || at >= 8)
        return NULL;
    return &table[at];
}

int sound_step(const int *given, long count) {
    given += count;
    char *text = malloc(8);
    if (text == NULL || fgets(text, 8, stdin) == NULL) return 0;
    unsigned char *bytes = (unsigned char *)text;
    return *given + bytes[0];
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <cstdlib>
int *from_environment() {
    const char *text = getenv("PLACE");
    if (text == nullptr) return nullptr;
    return (int *)strtoul(text, nullptr, 16);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstdlib>
static int places[4];
int *from_table() {
    const char *text = getenv("PLACE");
    unsigned long at = text == nullptr ? 0 : strtoul(text, nullptr, 16);
    return at < 4 ? &places[at] : nullptr;
}
'''
*/
WITH numbers AS (
    -- Mentions of variables that are whole numbers, and calls that make them of texts.
    SELECT u.id, u.parent_id, u.argument_index
    FROM (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'IDENTIFIER' AND language IN ('c', 'cpp')) u
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = u.id
    JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(type_full_name, '^((const|unsigned|signed) )*(short|int|long|long long|long int|size_t|ssize_t|u?int(16|32|64|ptr)_t)$')) v ON v.id = r.dst
    UNION ALL
    SELECT id, parent_id, argument_index FROM nodes
    WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^(::|std::)?(strto(u?ll?|[iu]max)|ato(i|ll?)|sto(i|u?ll?))$')
    UNION ALL
    SELECT x.id, x.parent_id, x.argument_index
    FROM (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'CALL' AND name = '<operator>.indexAccess' AND language IN ('c', 'cpp')) x
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) b ON b.parent_id = x.id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = b.id
    JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(type_full_name, '^((const|unsigned|signed) )*(int|long|long long|u?int(32|64|ptr)_t)(\[\]|\*)$')) v ON v.id = r.dst
), pointers AS (
    SELECT u.id, u.parent_id
    FROM (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1 AND language IN ('c', 'cpp')) u
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = u.id
    JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(type_full_name, '[^*]\*$') AND type_full_name NOT LIKE '%void%') v ON v.id = r.dst
), places AS (
    SELECT n.id, c.id AS shown
    FROM numbers n
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast') c ON c.id = n.parent_id
    JOIN (SELECT parent_id, coalesce(nullif(code, ''), name) AS name FROM nodes WHERE kind = 'TYPE_REF') t ON t.parent_id = c.id
    WHERE regexp_like(t.name, '[^*\s]\s*\*\)?$') AND t.name NOT LIKE '%void%'
    UNION ALL
    SELECT n.id, a.id
    FROM numbers n
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name IN ('<operator>.assignment', '<operator>.assignmentPlus', '<operator>.assignmentMinus')) a ON a.id = n.parent_id
    JOIN pointers p ON p.parent_id = a.id
    WHERE n.argument_index = 2
), found AS (
    SELECT t.sink_id, coalesce(n.name, 'outside') AS source_name, t.path
    FROM taint(sinks => (SELECT id FROM places)) t
    LEFT JOIN (SELECT id, name FROM nodes) n ON n.id = t.source_id
    WHERE t.source_kind IN ('remote', 'network', 'file', 'console', 'environment', 'argument') AND t.confidence >= 0.5
)
SELECT DISTINCT p.shown AS node_id, 'the address comes from ' || f.source_name AS message, f.path AS trace
FROM found f
-- Of an operand that is no call itself, the sink is what it is an operand of.
JOIN places p ON f.sink_id = p.id OR f.sink_id = p.shown
