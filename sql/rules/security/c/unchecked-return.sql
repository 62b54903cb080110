/*
id = "unchecked-return"
title = "Failure that nobody asks about"
severity = "low"
cwe = [252, 253]
languages = ["c", "cpp"]
what = """
Finds calls whose answer says whether they did what they had to, where that answer is thrown away and the program goes on as
if they had: giving up rights, reading input, changing the root. Of writing, printing, renaming and the like, whose failures many programs
need not care about, it finds those that nobody asks about in a file that asks about as many others; and handles of Windows that are used and
never compared with what says that there is none."""
why = """
A program that could not give up its rights goes on with them; a buffer that was not filled holds what was there before."""
fix = "Look at the answer, and stop or say so when it is a failure."
references = ["https://dl.acm.org/doi/10.1145/502034.502041", "https://wiki.sei.cmu.edu/confluence/display/c/ERR33-C.+Detect+and+handle+standard+library+errors"]

[[example]]
language = "c"
match = [6, 7]
code = '''
#include <stdio.h>
#include <unistd.h>

void weak(char *line) {
    char own[4];
    setuid(1000);
    fgets(line, 80, stdin);
    (void)fgets(own, 4, stdin);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int sound(char *line) {
    if (setuid(1000) != 0) abort();
    char *got = fgets(line, 80, stdin);
    puts(line);
    return got != NULL && fread(line, 1, 80, stdin) == 80;
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <unistd.h>
#include <cstdlib>

void weak() {
    setgid(1000);
    std::abort();
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <unistd.h>

bool sound() {
    return setgid(1000) == 0;
}
'''

[[example]]
language = "c"
match = [8, 15]
code = '''
#include <stdio.h>
#define MOVE rename

int publish(const char *old, const char *new, const char *backup) {
    if (MOVE(new, backup) != 0)
        return -1;
    puts("published");
    MOVE(old, new);
    return 0;
}

int numbers(const char *text) {
    int first = 0, second = 0;
    if (sscanf(text, "%d", &first) != 1) return 0;
    sscanf(text, "%*d %d", &second);
    return first + second;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>

int publish(const char *old, const char *new) {
    (void)remove(new);
    if (rename(old, new) != 0) {
        fprintf(stderr, "not published\n");
        return -1;
    }
    printf("published\n");
    return 0;
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <windows.h>

void once(void) {
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"once");
    WaitForSingleObject(mutex, INFINITE);
    CloseHandle(mutex);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <windows.h>

bool once(void) {
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"once");
    if (!mutex)
        return false;
    WaitForSingleObject(mutex, INFINITE);
    CloseHandle(mutex);
    return true;
}

HANDLE made(void) {
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    ResetEvent(event);
    return event;
}
'''
*/
WITH functions AS (
    SELECT name, asks FROM (VALUES
        ('setuid', 'always'), ('setgid', 'always'), ('seteuid', 'always'), ('setegid', 'always'), ('setreuid', 'always'), ('setregid', 'always'),
        ('setresuid', 'always'), ('setresgid', 'always'), ('setgroups', 'always'), ('initgroups', 'always'), ('chroot', 'always'),
        ('fgets', 'always'), ('fgetws', 'always'), ('fread', 'always'), ('scanf', 'always'), ('fscanf', 'always'), ('wscanf', 'always'),
        ('fwscanf', 'always'), ('realloc', 'always'),
        ('ImpersonateNamedPipeClient', 'always'), ('ImpersonateLoggedOnUser', 'always'), ('RpcImpersonateClient', 'always'), ('ImpersonateSelf', 'always'),
        ('SetThreadToken', 'always'),
        ('sscanf', 'as others'), ('swscanf', 'as others'),
        ('printf', 'as others'), ('fprintf', 'as others'), ('wprintf', 'as others'), ('fwprintf', 'as others'), ('dprintf', 'as others'),
        ('snprintf', 'as others'), ('swprintf', 'as others'), ('_snprintf', 'as others'), ('_snwprintf', 'as others'), ('vsnprintf', 'as others'),
        ('fputc', 'as others'), ('fputs', 'as others'), ('putc', 'as others'), ('putchar', 'as others'), ('puts', 'as others'), ('_putws', 'as others'),
        ('fputwc', 'as others'), ('fputws', 'as others'), ('putwc', 'as others'), ('putwchar', 'as others'),
        ('fwrite', 'as others'), ('fflush', 'as others'), ('fseek', 'as others'), ('fsync', 'as others'), ('ftruncate', 'as others'),
        ('rename', 'as others'), ('_wrename', 'as others'), ('remove', 'as others'), ('_wremove', 'as others'),
        ('mkdir', 'as others'), ('rmdir', 'as others'), ('chdir', 'as others'), ('chmod', 'as others'), ('chown', 'as others'), ('link', 'as others'), ('symlink', 'as others'),
        ('MoveFileA', 'as others'), ('MoveFileW', 'as others'), ('DeleteFileA', 'as others'), ('DeleteFileW', 'as others'),
        ('WriteFile', 'as others'), ('ReadFile', 'as others')
    ) AS t (name, asks)
), macros AS (
    -- #define PUTS puts
    SELECT t.file_id, d.name, min(t.name) AS target
    FROM (SELECT parent_id, file_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 2 AND name IN (SELECT name FROM functions)) t
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND code LIKE '#define%') a ON a.id = t.parent_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = a.id
    GROUP BY t.file_id, d.name
), called AS (
    SELECT c.id, c.file_id, coalesce(m.target, c.name) AS name,
        -- A call that stands in a block by itself is a statement.
        CASE WHEN c.argument_index IS NULL AND p.kind = 'BLOCK' THEN 1 ELSE 0 END AS alone,
        -- How much was printed is a length before it is an answer: only a comparison asks.
        CASE WHEN p.kind = 'CONTROL_STRUCTURE'
               OR regexp_like(p.name, '^<operator>\.(equals|notEquals|less.*|greater.*|logicalNot)$')
               OR p.name = '<operator>.assignment' AND NOT regexp_like(coalesce(m.target, c.name), 'printf$') THEN 1 ELSE 0 END AS asked
    FROM (
        SELECT id, parent_id, name, file_id, argument_index FROM nodes
        WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND NOT starts_with(name, '<')
    ) c
    JOIN (SELECT DISTINCT call_id FROM call_graph WHERE is_external) g ON g.call_id = c.id
    JOIN (SELECT id, kind, name FROM nodes) p ON p.id = c.parent_id
    LEFT JOIN macros m ON m.file_id = c.file_id AND m.name = c.name
), habits AS (
    -- Of each file: how often the answer is looked at, and how often not.
    SELECT file_id, name, sum(alone) AS lost, sum(asked) AS asked
    FROM called
    GROUP BY file_id, name
), harmless AS (
    -- Numbers that were given a value before have that where nothing is read; %s without a width is reported as such.
    SELECT s.id
    FROM (SELECT id, parent_id, method_id, position, name, code FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND name IN ('scanf', 'fscanf', 'wscanf', 'fwscanf')) s
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'CALL' AND name = '<operator>.addressOf') a ON a.parent_id = s.id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER') v ON v.parent_id = a.id
    LEFT JOIN (
        SELECT t.method_id, t.name, min(t.position) AS position
        FROM (SELECT parent_id, method_id, name, position FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) t
        JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') b ON b.id = t.parent_id
        GROUP BY t.method_id, t.name
    ) d ON d.method_id = s.method_id AND d.name = v.name AND d.position < s.position
    WHERE NOT regexp_like(s.code, '%[0-9]*l?[s\[]')
    GROUP BY s.id
    HAVING bool_and(d.name IS NOT NULL)
    UNION
    SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND name IN ('scanf', 'fscanf', 'wscanf', 'fwscanf') AND regexp_like(code, '%(l|h)?[s\[]')
)
SELECT c.id AS node_id, 'nobody asks whether ' || c.name || ' failed' || CASE f.asks WHEN 'always' THEN '' ELSE ', as the same file does elsewhere' END AS message
FROM called c
JOIN functions f ON f.name = c.name
JOIN habits h ON h.file_id = c.file_id AND h.name = c.name
LEFT JOIN harmless i ON i.id = c.id
WHERE c.alone = 1 AND i.id IS NULL AND (f.asks = 'always' OR h.asked >= h.lost)
UNION ALL
-- A handle that is used, and compared with nothing.
SELECT c.id, 'nobody asks whether ' || c.name || ' failed'
FROM called c
JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND argument_index = 2) v ON v.id = c.id
JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = v.parent_id
JOIN (SELECT parent_id, name, method_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) t ON t.parent_id = a.id
WHERE regexp_like(c.name, '^(Create|Open)(Mutex|Event|Semaphore|WaitableTimer|FileMapping)[AW]?$|^(CreateThread|OpenProcess|OpenThread|CreateNamedPipe[AW]?|CreateMailslot[AW]?)$')
  -- Compared, a condition by itself, or somebody else's from then on.
  AND NOT EXISTS (
    SELECT 1
    FROM (SELECT parent_id, name, method_id, argument_index FROM nodes WHERE kind = 'IDENTIFIER') u
    JOIN (SELECT id, kind, name FROM nodes) p ON p.id = u.parent_id
    WHERE u.method_id = t.method_id AND u.name = t.name
      AND (p.kind <> 'CALL' OR starts_with(p.name, '<') AND NOT (p.name = '<operator>.assignment' AND u.argument_index = 1)))
