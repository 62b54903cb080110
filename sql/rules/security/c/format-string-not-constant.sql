/*
id = "format-string-not-constant"
title = "Format string that is not constant"
severity = "medium"
cwe = [134]
languages = ["c", "cpp"]
what = """
Finds calls of the printf family with nothing but a format, which is a variable that nothing makes a constant. A function that
takes a format from its caller, with its arguments, passes it on and is left alone."""
why = "Should the text ever hold a `%n` or `%s` from outside, it writes to memory or reads it."
fix = "Write printf(\"%s\", text), or fputs."

[[example]]
language = "c"
match = [6, 7]
code = '''
#include <stdio.h>

void show(FILE *file, char *list[]) {
    char line[80];
    fgets(line, sizeof line, file);
    printf(line);
    fprintf(stderr, list[0]);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdarg.h>
#include <stdio.h>

void show(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    const char *banner = "hello\n";
    printf(banner);
    printf("%s", banner);
    printf(_("translated"));
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <string.h>

static void show(FILE *file, const char *text) {
    fprintf(file, text);
}

void greet(void) {
    char line[40];
    char *way = line;
    strcpy(way, "good day\n");
    show(stdout, way);
    printf(way);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <cstdio>

void show(const char *text) {
    std::printf(text);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstdio>

void show(const char *text) {
    std::printf("%s", text);
}
'''
*/
WITH RECURSIVE formats AS (
    SELECT g.call_id, a.id AS node, a.code
    FROM call_graph g
    JOIN calls c ON c.id = g.call_id AND c.language IN ('c', 'cpp')
    JOIN arguments a ON a.call_id = g.call_id
      AND a.argument_index = CASE
        WHEN g.callee_name IN ('printf', 'wprintf', 'printf_s') THEN 1
        WHEN g.callee_name IN ('snprintf', 'swprintf', '_snprintf', '_snwprintf') THEN 3
        ELSE 2 END
    WHERE g.is_external
      AND regexp_like(g.callee_full_name, '^(std::)?(printf|wprintf|printf_s|fprintf|fwprintf|dprintf|sprintf|syslog|snprintf|swprintf|_snprintf|_snwprintf)$')
      AND a.kind IN ('IDENTIFIER', 'CALL')
      -- Arguments behind the format mean that somebody knows what is in it.
      AND NOT EXISTS (SELECT 1 FROM arguments more WHERE more.call_id = a.call_id AND more.argument_index > a.argument_index)
), reached(call_id, node, depth) AS (
    SELECT call_id, node, 0 FROM formats
    UNION ALL
    SELECT r.call_id, s.source, r.depth + 1 FROM reached r JOIN value_steps s ON s.node = r.node WHERE r.depth < 4
)
SELECT f.call_id AS node_id, f.code || ' is taken for a format' AS message
FROM formats f
JOIN nodes n ON n.id = f.node
WHERE (n.kind = 'IDENTIFIER' OR n.name IN ('<operator>.indexAccess', '<operator>.indirectFieldAccess', '<operator>.fieldAccess', '<operator>.pointerShift', '<operator>.addition'))
  -- What all callers give, and what was copied into a buffer.
  AND NOT EXISTS (SELECT 1 FROM argument_constants() c WHERE c.argument_id = f.node)
  -- A constant in capitals is a macro or an enumerator.
  AND NOT regexp_like(f.code, '^[A-Z_0-9]+$')
  AND NOT EXISTS (
    SELECT 1 FROM reached r JOIN nodes v ON v.id = r.node
    WHERE r.call_id = f.call_id AND (v.kind = 'LITERAL' OR v.kind = 'CALL' AND regexp_like(v.name, '^(_|gettext|dgettext|ngettext|tr)$')))
  -- A parameter of a function that takes arguments for it is the caller's business.
  AND NOT EXISTS (
    SELECT 1 FROM parameters p WHERE p.method_id = n.method_id AND (p.code = '...' OR p.modifiers LIKE '%variadic%' OR p.type_full_name = 'va_list'))
