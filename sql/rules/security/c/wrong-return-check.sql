/*
id = "wrong-return-check"
title = "Answer compared with what it never is"
severity = "medium"
cwe = [253]
languages = ["c", "cpp"]
what = """
Finds answers of library calls that are compared with something else than what says that the call failed: a pointer or a count with a
negative number, the count of what was printed with zero, INVALID_HANDLE_VALUE where a failure is NULL; and branches that give up where
the call succeeded."""
why = "The failure goes unseen, and the program goes on with what was not read, not written or not made."
fix = "Compare with what the manual says of a failure: NULL of fgets, EOF of fputs, fewer than asked for of fread, fwrite and scanf, a negative number of printf."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/ERR33-C.+Detect+and+handle+standard+library+errors",
    "https://learn.microsoft.com/en-us/windows/win32/api/handleapi/nf-handleapi-closehandle"]

[[example]]
language = "c"
match = [7, 9, 11, 13, 15]
code = '''
#include <stdio.h>
#define MOVE rename

int weak(char *line, const char *text, FILE *file) {
    int number;
    char block[64];
    if (fgets(line, 80, file) < 0)
        return 1;
    if (fwrite(text, 1, 20, file) < 0)
        return 2;
    if (!fputs(text, file))
        return 3;
    if (sscanf(text, "%d", &number) == 0)
        return 4;
    if (fread(block, 1, sizeof block, file) == 0)
        return 5;
    return number;
}
'''

[[example]]
language = "c"
match = [6, 10]
code = '''
#include <stdio.h>
#include <stdlib.h>
#define MOVE rename

void weak(const char *from, const char *to) {
    if (MOVE(from, to) == 0) {
        fprintf(stderr, "rename failed\n");
        exit(1);
    }
    if (remove(from) == 0)
        abort();
}
'''

[[example]]
language = "c"
match = [8, 10]
code = '''
#include <stdio.h>
#include <stdlib.h>
#define NOT_OPEN -1

int weak_pointers(const char *name) {
    FILE *file = fopen(name, "r");
    char *room;
    if (file == NOT_OPEN) return 1;
    room = (char *)malloc(20);
    if (room < 0) return 2;
    return room != NULL && file != NULL;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>

int sound(char *line, const char *text, FILE *file) {
    int number;
    size_t got;
    if (fgets(line, 80, file) == NULL)
        return 1;
    if (fwrite(text, 1, 20, file) != 20)
        return 2;
    if (fputs(text, file) == EOF || fprintf(file, "%s", text) < 0)
        return 3;
    if (sscanf(text, "%d", &number) != 1)
        return 4;
    if (fread(&number, sizeof number, 1, file) == 0)
        return 5;
    if ((got = fread(line, 1, 80, file)) == 0)
        return 6;
    if (rename(line, text) == 0)
        puts("moved");
    if (remove(line) != 0)
        abort();
    return number;
}
'''

[[example]]
language = "cpp"
match = [5, 8, 10]
code = '''
#include <windows.h>

HANDLE weak(HANDLE pipe) {
    HANDLE once = CreateMutexW(NULL, FALSE, NULL);
    if (once == INVALID_HANDLE_VALUE)
        return NULL;
    HANDLE file = CreateFileW(L"a", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (file == NULL)
        return NULL;
    if (ImpersonateNamedPipeClient(pipe) > 0)
        ExitProcess(1);
    return file;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <windows.h>

HANDLE sound(HANDLE pipe) {
    HANDLE once = CreateMutexW(NULL, FALSE, NULL);
    if (once == NULL)
        return NULL;
    HANDLE file = CreateFileW(L"a", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    if (!ImpersonateNamedPipeClient(pipe))
        ExitProcess(1);
    return file;
}
'''
*/
WITH answers AS (
    -- What a function gives: a pointer, a count, EOF or a negative number when it fails; zero, or true, when it does not.
    SELECT name, gives FROM (VALUES
        ('fgets', 'pointer'), ('fgetws', 'pointer'),
        ('fread', 'count'), ('fwrite', 'count'),
        ('printf', 'negative'), ('fprintf', 'negative'), ('wprintf', 'negative'), ('fwprintf', 'negative'), ('dprintf', 'negative'),
        ('sprintf', 'negative'), ('snprintf', 'negative'), ('swprintf', 'negative'), ('_snprintf', 'negative'), ('_snwprintf', 'negative'),
        ('vprintf', 'negative'), ('vfprintf', 'negative'), ('vsnprintf', 'negative'), ('vswprintf', 'negative'),
        ('fputc', 'eof'), ('fputs', 'eof'), ('putc', 'eof'), ('putchar', 'eof'), ('puts', 'eof'), ('_putws', 'eof'),
        ('fputwc', 'eof'), ('fputws', 'eof'), ('putwc', 'eof'), ('putwchar', 'eof'),
        ('scanf', 'items'), ('fscanf', 'items'), ('sscanf', 'items'), ('wscanf', 'items'), ('fwscanf', 'items'), ('swscanf', 'items'),
        ('remove', 'zero'), ('rename', 'zero'), ('unlink', 'zero'), ('rmdir', 'zero'), ('mkdir', 'zero'), ('chdir', 'zero'), ('chmod', 'zero'),
        ('_wremove', 'zero'), ('_wrename', 'zero'), ('_unlink', 'zero'), ('_wunlink', 'zero'), ('setuid', 'zero'), ('setgid', 'zero'), ('chroot', 'zero'),
        ('RpcImpersonateClient', 'zero'), ('RpcRevertToSelf', 'zero'), ('RegOpenKeyExA', 'zero'), ('RegOpenKeyExW', 'zero'),
        ('RegSetValueExA', 'zero'), ('RegSetValueExW', 'zero'), ('RegQueryValueExA', 'zero'), ('RegQueryValueExW', 'zero'),
        ('ImpersonateNamedPipeClient', 'true'), ('ImpersonateSelf', 'true'), ('ImpersonateLoggedOnUser', 'true'), ('RevertToSelf', 'true'),
        ('SetThreadToken', 'true'), ('OpenProcessToken', 'true'), ('OpenThreadToken', 'true'), ('AdjustTokenPrivileges', 'true'),
        ('ReadFile', 'true'), ('WriteFile', 'true'), ('DeleteFileA', 'true'), ('DeleteFileW', 'true'), ('MoveFileA', 'true'), ('MoveFileW', 'true'),
        ('CreateProcessA', 'true'), ('CreateProcessW', 'true'), ('LogonUserA', 'true'), ('LogonUserW', 'true'), ('CloseHandle', 'true'),
        ('CryptGenRandom', 'true'), ('VirtualProtect', 'true'), ('VirtualLock', 'true')
    ) AS t (name, gives)
), handles AS (
    SELECT name, failure FROM (VALUES
        ('CreateMutex', 'NULL'), ('OpenMutex', 'NULL'), ('CreateEvent', 'NULL'), ('OpenEvent', 'NULL'), ('CreateSemaphore', 'NULL'),
        ('OpenSemaphore', 'NULL'), ('CreateWaitableTimer', 'NULL'), ('CreateThread', 'NULL'), ('OpenThread', 'NULL'), ('OpenProcess', 'NULL'),
        ('CreateFileMapping', 'NULL'), ('OpenFileMapping', 'NULL'), ('CreateJobObject', 'NULL'), ('LoadLibrary', 'NULL'), ('LoadLibraryEx', 'NULL'),
        ('CreateIoCompletionPort', 'NULL'), ('OpenSCManager', 'NULL'), ('OpenService', 'NULL'), ('CreateService', 'NULL'),
        ('CreateFile', 'INVALID_HANDLE_VALUE'), ('CreateNamedPipe', 'INVALID_HANDLE_VALUE'), ('CreateMailslot', 'INVALID_HANDLE_VALUE'),
        ('FindFirstFile', 'INVALID_HANDLE_VALUE'), ('FindFirstFileEx', 'INVALID_HANDLE_VALUE'), ('CreateConsoleScreenBuffer', 'INVALID_HANDLE_VALUE'),
        ('CreateToolhelp32Snapshot', 'INVALID_HANDLE_VALUE')
    ) AS t (name, failure)
), macros AS (
    -- #define PUTS puts
    SELECT t.file_id, d.name, min(t.name) AS target
    FROM (SELECT parent_id, file_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 2 AND name IN (SELECT name FROM answers)) t
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND code LIKE '#define%') a ON a.id = t.parent_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = a.id
    GROUP BY t.file_id, d.name
), called AS (
    SELECT c.id, c.parent_id, c.name
    FROM (
        SELECT id, parent_id, name FROM nodes
        WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND name IN (SELECT name FROM answers)
        UNION ALL
        SELECT n.id, n.parent_id, m.target
        FROM (SELECT id, parent_id, name, file_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND NOT starts_with(name, '<')) n
        JOIN macros m ON m.file_id = n.file_id AND m.name = n.name
    ) c
    JOIN (SELECT DISTINCT e.src FROM stored.edges e JOIN (SELECT id FROM nodes WHERE kind = 'METHOD' AND is_external) x ON x.id = e.dst WHERE e.kind = 'CALL') g ON g.src = c.id
), compared AS (
    -- A call and what its answer is compared with: f() == x, !f().
    SELECT f.id, f.name, w.gives, x.id AS comparison, x.parent_id, x.child_index, replace(x.name, '<operator>.', '') AS how, coalesce(o.code, '') AS other
    FROM called f
    JOIN answers w ON w.name = f.name
    JOIN (
        SELECT id, name, parent_id, child_index FROM nodes
        WHERE kind = 'CALL' AND name IN ('<operator>.equals', '<operator>.notEquals', '<operator>.lessThan', '<operator>.lessEqualsThan',
            '<operator>.greaterThan', '<operator>.greaterEqualsThan', '<operator>.logicalNot')
    ) x ON x.id = f.parent_id
    LEFT JOIN (SELECT parent_id, code FROM nodes WHERE argument_index = 2 AND kind IN ('LITERAL', 'IDENTIFIER')) o ON o.parent_id = x.id
), fails AS (
    -- Branches that give up: they end the program with an error, or say that something failed.
    SELECT b.parent_id AS decision, min(b.child_index) AS place
    FROM (SELECT id, parent_id, child_index FROM nodes WHERE kind = 'BLOCK') b
    JOIN (SELECT id, control FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND control = 'IF') i ON i.id = b.parent_id
    JOIN (SELECT id, parent_id, name FROM nodes WHERE kind = 'CALL') s ON s.parent_id = b.id
    LEFT JOIN (SELECT parent_id, code FROM nodes WHERE kind = 'LITERAL') l ON l.parent_id = s.id
    WHERE s.name = 'abort'
       OR s.name IN ('exit', '_exit', 'ExitProcess') AND l.code NOT IN ('0', 'EXIT_SUCCESS')
       OR regexp_like(lower(l.code), '^l?".*(fail|error|cannot|can''t|could not|unable)')
    GROUP BY b.parent_id
)
SELECT id AS node_id, name || CASE gives
    WHEN 'pointer' THEN ' gives a pointer, or NULL when it fails'
    WHEN 'count' THEN ' gives how many there were, fewer than asked for when it fails'
    WHEN 'negative' THEN ' gives a negative number when it fails'
    WHEN 'eof' THEN ' gives EOF when it fails'
    ELSE ' gives EOF when there is nothing to read, and fewer than asked for when it fails' END AS message
FROM compared c
WHERE gives = 'pointer' AND how NOT IN ('logicalNot') AND (how LIKE 'less%' OR how LIKE 'greater%' OR other IN ('EOF', '-1'))
   OR gives = 'count' AND (other = '0' AND how IN ('lessThan', 'greaterEqualsThan') OR other IN ('EOF', '-1'))
   -- How many there were is lost. (Of one thing, none is what is left.)
   OR gives = 'count' AND other = '0' AND how = 'equals'
      AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.parent_id = c.id AND (n.argument_index = 3 OR n.argument_index = 2 AND c.name = 'fwrite') AND n.code = '1')
   OR gives IN ('negative', 'eof') AND (how = 'logicalNot' OR how = 'equals' AND other = '0')
   OR gives = 'items' AND (how = 'logicalNot' OR how = 'equals' AND other = '0')
UNION ALL
SELECT c.id, 'the program gives up where ' || c.name || ' has done what it had to'
FROM compared c
JOIN fails f ON f.decision = c.parent_id AND f.place = c.child_index + 1
WHERE c.gives = 'zero' AND (c.how = 'equals' AND c.other IN ('0', 'RPC_S_OK', 'ERROR_SUCCESS') OR c.how = 'logicalNot')
   OR c.gives = 'true' AND (c.how = 'greaterThan' AND c.other IN ('0', 'FALSE') OR c.how = 'notEquals' AND c.other IN ('0', 'FALSE') OR c.how = 'equals' AND c.other = 'TRUE')
UNION ALL
SELECT DISTINCT x.id, 'a failure of ' || f.name || ' is ' || h.failure
FROM (SELECT id, parent_id, name FROM nodes WHERE kind = 'CALL' AND argument_index = 2 AND language IN ('c', 'cpp') AND NOT starts_with(name, '<')) f
JOIN handles h ON h.name = regexp_replace(f.name, '[AW]$', '')
-- Where the variable is mentioned that it was assigned to last.
JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = f.parent_id
JOIN (SELECT id, parent_id FROM nodes WHERE argument_index = 1) d ON d.parent_id = a.id
JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.src = d.id
JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') u ON u.id = e.dst
JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL' AND name IN ('<operator>.equals', '<operator>.notEquals')) x ON x.id = u.parent_id
JOIN (SELECT parent_id, code FROM nodes WHERE kind IN ('LITERAL', 'IDENTIFIER')) o ON o.parent_id = x.id
WHERE o.code = CASE h.failure WHEN 'NULL' THEN 'INVALID_HANDLE_VALUE' ELSE 'NULL' END
UNION ALL
-- A pointer in a variable that is compared with a number other than zero, or asked for its sign.
SELECT DISTINCT x.id, f.name || ' gives a pointer, or NULL when it fails'
FROM (
    SELECT c.id, c.name, coalesce(k.assigned, c.parent_id) AS parent_id
    FROM (
        SELECT id, parent_id, name FROM nodes
        WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^(malloc|calloc|realloc|strn?dup|wcsdup|fopen(64)?|fdopen|freopen|tmpfile|popen|opendir|readdir|getenv|fgets|strr?chr|strstr|memchr|setlocale|getcwd|localtime|gmtime)$')
    ) c
    LEFT JOIN (SELECT id, parent_id AS assigned FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast') k ON k.id = c.parent_id
) f
JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = f.parent_id
JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = a.id
JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.src = d.id
JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) u ON u.id = e.dst
JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL' AND regexp_like(name, '^<operator>\.(equals|notEquals|(less|greater)(Than|EqualsThan))$')) x ON x.id = u.parent_id
JOIN (SELECT id, parent_id, code FROM nodes WHERE kind IN ('LITERAL', 'IDENTIFIER', 'CALL') AND argument_index = 2) o ON o.parent_id = x.id
LEFT JOIN (
    -- #define FAILED -1
    SELECT n.id, regexp_replace(trim(m.code), '^#\s*define\s+\w+\s+\(?\s*(.*?)\s*\)?$', '\1') AS code
    FROM (SELECT id, name, file_id FROM nodes WHERE kind = 'IDENTIFIER' AND language IN ('c', 'cpp')) n
    JOIN (SELECT name, file_id, code FROM nodes WHERE kind = 'MEMBER' AND code LIKE '#define%') m ON m.name = n.name AND m.file_id = n.file_id
) m ON m.id = o.id
WHERE CASE WHEN x.name IN ('<operator>.equals', '<operator>.notEquals') THEN regexp_like(coalesce(m.code, o.code), '^-\s*1$|^EOF$')
    ELSE regexp_like(coalesce(m.code, o.code), '^-?\s*[01]$') END
