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
SELECT DISTINCT g.call_id AS node_id, g.callee_name || ' makes up a name, and no file' AS message
FROM call_graph g
WHERE g.is_external
  AND regexp_like(g.callee_full_name, '^(tempfile\.mktemp|os\.(tempnam|tmpnam)|(std::)?(tmpnam|tempnam|mktemp|tmpnam_r|_tempnam|_mktemp))$')
UNION
SELECT DISTINCT g.call_id, 'anybody can foretell the name ' || a.code
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1 AND a.kind = 'LITERAL' AND regexp_like(a.code, '^["''](/tmp|/var/tmp|/dev/shm)/[^"'']+["'']$')
LEFT JOIN arguments m ON m.call_id = g.call_id AND (m.argument_index = 2 OR m.argument_name = 'mode')
WHERE g.is_external
  AND (g.callee_full_name = 'open' AND m.language = 'python' AND regexp_like(m.code, '^["''][wa]')
    OR g.callee_full_name IN ('os.Create', 'os.WriteFile', 'io/ioutil.WriteFile'))
