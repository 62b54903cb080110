/*
id = "temporary-file"
title = "Temporary file of a name that can be foretold"
severity = "medium"
cwe = [377]
languages = ["python", "go", "c", "cpp"]
what = "Finds functions that only make up a name for a temporary file, and constant names in folders that everybody may write."
why = """
Between the choice of the name and the making of the file somebody else can put a file or a link there: the program then writes
where they want, or reads what they wrote."""
fix = "Let one call choose the name and make the file: tempfile.NamedTemporaryFile, os.CreateTemp, mkstemp."

[[example]]
language = "python"
match = [4, 5]
code = '''
import tempfile

def weak():
    name = tempfile.mktemp()
    with open("/tmp/report.txt", "w") as file:
        file.write(name)
'''

[[example]]
language = "python"
match = []
code = '''
import tempfile

def sound():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    with open("/tmp/report.txt") as file:
        return file.read()
'''

[[example]]
language = "go"
match = [6]
code = '''
package temporary

import "os"

func weak() {
	os.WriteFile("/tmp/report.txt", nil, 0600)
}
'''

[[example]]
language = "go"
match = []
code = '''
package temporary

import "os"

func sound() {
	os.CreateTemp("", "report")
}
'''

[[example]]
language = "c"
match = [5, 6]
code = '''
#include <stdio.h>
#include <stdlib.h>

void weak(char *pattern) {
    char *name = tmpnam(0);
    mktemp(pattern);
    puts(name);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>

void sound(char *pattern) {
    FILE *file = tmpfile();
    int number = mkstemp(pattern);
    fclose(file);
}
'''

[[example]]
language = "c"
match = [7, 13]
code = '''
#include <fcntl.h>
#include <stdio.h>
#include <windows.h>
#define NAME _tempnam

int weak(void) {
    char *name = NAME(NULL, "app");
    return open(name, O_RDWR | O_CREAT, 0600);
}

FILE *weak_of_windows(void) {
    char name[MAX_PATH];
    GetTempFileNameA(".", "app", 0, name);
    return fopen(name, "w");
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <fcntl.h>
#include <stdio.h>
#include <windows.h>

int sound(char *pattern) {
    char *name = mktemp(pattern);
    return open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

HANDLE sound_of_windows(void) {
    char name[MAX_PATH];
    GetTempFileNameA(".", "app", 7, name);
    return CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <cstdio>

const char *weak() {
    return std::tmpnam(nullptr);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstdio>

FILE *sound() {
    return std::tmpfile();
}
'''
*/
WITH macros AS (
    -- #define NAME tmpnam
    SELECT t.file_id, d.name, min(t.name) AS target
    FROM (
        SELECT parent_id, file_id, name FROM nodes
        WHERE kind = 'IDENTIFIER' AND argument_index = 2
          AND regexp_like(name, '^(_w|_)?(tmpnam|tempnam|mktemp|wtmpnam|wtempnam|open)$')
    ) t
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND code LIKE '#define%') a ON a.id = t.parent_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = a.id
    GROUP BY t.file_id, d.name
), named AS (
    SELECT c.id, c.name AS written, c.method_id, c.position, m.target AS name
    FROM (SELECT id, name, file_id, method_id, position FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND NOT starts_with(name, '<')) c
    JOIN macros m ON m.file_id = c.file_id AND m.name = c.name
    UNION ALL
    SELECT id, name AS written, method_id, position, name
    FROM nodes
    WHERE kind = 'CALL' AND language IN ('c', 'cpp')
      AND regexp_like(name, '^(_w|_)?(tmpnam|tempnam|mktemp|wtmpnam|wtempnam|wmktemp|tmpnam_r|open|fopen|wfopen)$|^(GetTempFileName|CreateFile)[AW]?$')
), made AS (
    SELECT id, written, method_id, position FROM named
    WHERE regexp_like(name, '^(tmpnam|tempnam|mktemp|tmpnam_r|_tempnam|_mktemp|_tmpnam|_wtmpnam|_wtempnam|_wmktemp)$')
    UNION ALL
    -- With 0 the file is made and closed; what is opened afterwards may be another.
    SELECT n.id, n.written, n.method_id, n.position
    FROM named n
    JOIN (SELECT parent_id FROM nodes WHERE argument_index = 3 AND kind = 'LITERAL' AND code = '0') u ON u.parent_id = n.id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 4) o ON o.parent_id = n.id
    JOIN (SELECT id, method_id, position FROM named WHERE regexp_like(name, '^(_w?|_)?(open|fopen|wfopen)$|^CreateFile[AW]?$')) c
      ON c.method_id = n.method_id AND c.position > n.position
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) a ON a.parent_id = c.id AND a.name = o.name
    WHERE regexp_like(n.name, '^GetTempFileName[AW]?$')
), around AS (
    -- The innermost block, in which the name was made to be used.
    SELECT m.id, m.written, m.method_id, m.position, max(b.position) AS first, min(b.position_last) AS last
    FROM made m
    JOIN (SELECT DISTINCT src FROM stored.edges WHERE kind = 'CALL' AND dst IN (SELECT id FROM nodes WHERE kind = 'METHOD' AND is_external)) g ON g.src = m.id
    LEFT JOIN (SELECT method_id, position, position_last FROM nodes WHERE kind = 'BLOCK') b
      ON b.method_id = m.method_id AND m.position BETWEEN b.position AND b.position_last
    GROUP BY m.id, m.written, m.method_id, m.position
), called AS (
    SELECT a.id, a.written
    FROM around a
    -- A file that is made only if there is none.
    LEFT JOIN (
        SELECT method_id, position FROM nodes
        WHERE kind = 'IDENTIFIER' AND name IN ('O_EXCL', '_O_EXCL', 'CREATE_NEW')
    ) e ON e.method_id = a.method_id AND e.position > a.position AND e.position BETWEEN a.first AND a.last
    GROUP BY a.id, a.written
    HAVING count(e.position) = 0
)
SELECT id AS node_id, written || ' makes up a name, and no file' AS message
FROM called
UNION
SELECT DISTINCT g.call_id, g.callee_name || ' makes up a name, and no file'
FROM call_graph g
WHERE g.is_external AND regexp_like(g.callee_full_name, '^(tempfile\.mktemp|os\.(tempnam|tmpnam))$')
UNION
SELECT DISTINCT g.call_id, 'anybody can foretell the name ' || a.code
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1 AND a.kind = 'LITERAL' AND regexp_like(a.code, '^["''](/tmp|/var/tmp|/dev/shm)/[^"'']+["'']$')
LEFT JOIN arguments m ON m.call_id = g.call_id AND (m.argument_index = 2 OR m.argument_name = 'mode')
WHERE g.is_external
  AND (g.callee_full_name = 'open' AND m.language = 'python' AND regexp_like(m.code, '^["''][wa]')
    OR g.callee_full_name IN ('os.Create', 'os.WriteFile', 'io/ioutil.WriteFile'))
