/*
id = "unending-loop"
title = "Loop that does not end"
severity = "medium"
cwe = [835]
languages = ["c", "cpp"]
what = """
Finds loops that nothing in them ends: the condition holds whatever the loop does, no break, return or goto leads out, and all that
is called is known to come back without having waited for anything (loops that serve requests go on for ever by intent)."""
why = "The program stops doing anything else, and takes a processor with it."
fix = "Change in the loop what its condition asks of, or leave it with break."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/MSC21-C.+Use+robust+loop+termination+conditions"]

[[example]]
language = "c"
match = [6, 10, 15, 22, 28, 41, 48]
code = '''
#include <stdio.h>

void weak(int limit, int from) {
    int at = 0, other = 0;
    if (limit > 2)
        while (at < limit) {
            printf("%d\n", at);
            other++;
        }
    while (from < limit)
        puts("on");
}

void to_and_fro(void) {
    for (int i = 0; i < 10; i++)
        i--;
}

void more(void) {
    int at = 0;

    for (;;) {
        at += 2;
    }
}

void on(int sign) {
    while (1) {
        puts("again");
    }
}


static int below(int number, int limit) {
    if (number < limit) return 1;
    return 0;
}

void round_and_round(void) {
    int i = 0;
    while (i >= 0)
        i = (i + 1) % 16;
}

void always(void) {


    while (below(1, 2))
        puts("below");
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
extern int work(int *at);
static volatile int running = 1;

int sound(int limit, int *given, int mode) {
    int at = 0, left = 8;
    while (at < limit)
        at += 2;
    while (work(&at) && at < limit)
        puts("on");
    while (1) {
        if (read(0, &at, sizeof at) <= 0)
            break;
    }
    while (*given < 3)
        work(given);
    while (mode)
        pause();
    while (running)
        puts("working");
    const char *text = "000";
    if (*text == '0')
        while (*++text == '0')
            ;
    do {
        left--;
    } while (left > 0);
    while (0)
        puts("never");
    for (unsigned down = 9; down < 10; down--)
        puts("down");
    for (int i = 0; i < limit; i++) {
        if (i == at) {
            i--;
            at = -1;
        }
    }
    while (1) {
        sleep(1);
        puts("tick");
    }
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <cstdio>

void print(int limit) {
    int at = 0;
    while (at < limit) {
        std::printf("%d\n", limit);
    }
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstdio>
#include <thread>

void pump(bool &more, int limit) {
    int at = 0;
    auto step = [&] { at++; };
    while (at < limit)
        step();
    while (more)
        std::this_thread::yield();
    while (true) {
        if (at > limit)
            throw 1;
        std::puts("on");
    }
}
'''
*/
WITH busy AS (
    -- Functions in which something is called that may wait, end the program or change what is asked; and code that is not known.
    SELECT DISTINCT n.method_id AS id
    FROM nodes n
    WHERE n.language IN ('c', 'cpp')
      AND (n.kind = 'UNKNOWN' OR n.control IN ('GOTO', 'THROW')
        OR n.kind = 'CALL' AND NOT starts_with(n.name, '<operator>') AND NOT regexp_like(n.name, '^(std::)?(v?f?w?printf|v?sn?w?printf|f?puts|f?putw?c|putw?char|perror|str[a-z]+|mem[a-z]+|is[a-z]+|to(upper|lower)|l?l?abs|f?max|f?min|sqrt|pow|sin|cos|rand|time|clock)$'))
), loops AS (
    SELECT id, file_id, method_id, position, position_last FROM nodes
    WHERE kind = 'CONTROL_STRUCTURE' AND language IN ('c', 'cpp') AND control IN ('WHILE', 'FOR', 'DO')
), written AS (
    -- Where variables are written, or others are told where they are.
    SELECT t.method_id, t.name, t.position, a.name = '<operator>.addressOf' AS told
    FROM (SELECT parent_id, method_id, name, position FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1 AND language IN ('c', 'cpp')) t
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') a ON a.id = t.parent_id
    WHERE regexp_like(a.name, '^<operator>\.(assignment.*|(pre|post)(In|De)crement|addressOf)$')
    UNION ALL
    -- A lambda may do so later, a reference by another name.
    SELECT n.method_id, '', n.position, TRUE FROM nodes n WHERE n.kind IN ('METHOD_REF', 'TYPE_REF') AND n.language = 'cpp' AND (n.kind = 'METHOD_REF' OR n.name LIKE '%&')
), compared AS (
    -- while (a < b), where both are numbers of the function's own.
    SELECT l.id, l.file_id, l.method_id, l.position, l.position_last, k.id AS comparison
    FROM loops l
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND regexp_like(name, '^<operator>\.(less|greater)(Than|EqualsThan)$')) k ON k.parent_id = l.id
), sides AS (
    SELECT c.id, count(*) FILTER (WHERE s.kind = 'LITERAL') AS literals,
        count(v.id) AS own,
        count(w.name) AS changing
    FROM compared c
    JOIN (SELECT id, parent_id, kind, name FROM nodes WHERE argument_index IN (1, 2)) s ON s.parent_id = c.comparison
    LEFT JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = s.id
    LEFT JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(type_full_name, '^((unsigned|signed|const) ?)*(char|short|int|long|long long|size_t|ssize_t|u?int[0-9]+_t|float|double)?$') AND NOT regexp_like(code, 'volatile|static')) v ON v.id = r.dst
    LEFT JOIN written w ON w.method_id = c.method_id AND w.name IN (s.name, '') AND (w.told OR w.position BETWEEN c.position AND c.position_last)
    GROUP BY c.id
), left_by AS (
    SELECT DISTINCT l.id
    FROM loops l
    JOIN (SELECT method_id, position FROM nodes WHERE kind IN ('RETURN', 'UNKNOWN') OR control IN ('GOTO', 'THROW', 'BREAK')) o
        ON o.method_id = l.method_id AND o.position BETWEEN l.position AND l.position_last
), steady AS (
    SELECT c.id AS sink_id, c.file_id, c.method_id, c.position, c.position_last
    FROM compared c
    JOIN sides s ON s.id = c.id
    LEFT JOIN left_by o ON o.id = c.id
    WHERE o.id IS NULL AND s.changing = 0 AND s.own > 0 AND s.literals + s.own = 2
), found AS (
    SELECT l.id AS sink_id, l.file_id, l.method_id, l.position, l.position_last
    FROM (SELECT sink_id FROM flows WHERE kind = 'endless-loop') f
    JOIN loops l ON l.id = f.sink_id
    UNION
    SELECT sink_id, file_id, method_id, position, position_last FROM steady
), waiting AS (
    SELECT DISTINCT f.sink_id
    FROM found f
    JOIN (
        SELECT c.id, c.method_id, c.position, c.kind, c.name
        FROM nodes c
        WHERE c.language IN ('c', 'cpp') AND c.kind IN ('CALL', 'UNKNOWN') AND NOT starts_with(coalesce(c.name, ''), '<operator>')
    ) c ON c.method_id = f.method_id AND c.position BETWEEN f.position AND f.position_last
    LEFT JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
    LEFT JOIN (SELECT id, is_external FROM nodes WHERE kind = 'METHOD') m ON m.id = e.dst
    LEFT JOIN busy b ON b.id = m.id
    WHERE c.kind = 'UNKNOWN' OR b.id IS NOT NULL
      OR coalesce(m.is_external, TRUE) AND NOT regexp_like(c.name, '^(std::)?(v?f?w?printf|v?sn?w?printf|f?puts|f?putw?c|putw?char|perror|str[a-z]+|mem[a-z]+|is[a-z]+|to(upper|lower)|l?l?abs|f?max|f?min|sqrt|pow|sin|cos|rand|time|clock)$')
), watched AS (
    -- What is volatile changes by itself, or in a handler of signals.
    SELECT DISTINCT f.sink_id
    FROM found f
    JOIN (SELECT id, method_id, position FROM nodes WHERE kind = 'IDENTIFIER' AND language IN ('c', 'cpp')) u
        ON u.method_id = f.method_id AND u.position BETWEEN f.position AND f.position_last
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = u.id
    JOIN (SELECT id FROM nodes WHERE kind IN ('MEMBER', 'LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(code || ' ' || coalesce(type_full_name, ''), 'volatile|atomic|extern')) v ON v.id = r.dst
    UNION
    -- What lies in memory is not followed from step to step: while (*++text == ' ') ends somewhere.
    SELECT DISTINCT f.sink_id
    FROM found f
    JOIN (SELECT id, method_id, position FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')
            AND regexp_like(name, '^<operator>\.(indirection|indexAccess|(indirectF|f)ieldAccess)$')) m
        ON m.method_id = f.method_id AND m.position BETWEEN f.position AND f.position_last
    LEFT JOIN (SELECT parent_id, position, position_last FROM nodes WHERE kind = 'BLOCK') b
        ON b.parent_id = f.sink_id AND m.position BETWEEN b.position AND b.position_last
    WHERE b.parent_id IS NULL
)
SELECT f.sink_id AS node_id, 'nothing in this loop ends it' AS message
FROM found f
LEFT JOIN waiting w ON w.sink_id = f.sink_id
LEFT JOIN test_files t ON t.file_id = f.file_id
LEFT JOIN watched v ON v.sink_id = f.sink_id
WHERE w.sink_id IS NULL AND v.sink_id IS NULL AND t.file_id IS NULL
