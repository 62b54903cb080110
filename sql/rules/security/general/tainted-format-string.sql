/*
id = "tainted-format-string"
title = "Format string from untrusted input"
severity = "high"
cwe = [134]
languages = ["c", "java"]
what = "Finds format strings that others choose."
why = """
`%n` writes to memory and `%x` reads it; elsewhere a directive without an argument ends the request with an exception."""
fix = "Use a constant format, and give the text to `%s`."

[[example]]
language = "c"
match = [9]
code = '''
#include <stdio.h>
#include <sys/socket.h>

void tainted_format_string(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    printf(given);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <sys/socket.h>

void tainted_format_string_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    printf("%s", given);
}
'''

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class TaintedFormatStringHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        System.out.printf(given, 1);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TaintedFormatStringSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        System.out.printf("%s %d", given, 1);
    }
}
'''
*/
WITH checking AS (
    -- Functions that give up at a letter that is none of those they know, and where they are asked or stand themselves.
    SELECT DISTINCT l.method_id
    FROM (SELECT method_id, position, position_last FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND control IN ('FOR', 'WHILE') AND language IN ('c', 'cpp')) l
    JOIN (SELECT method_id, position FROM nodes WHERE kind = 'RETURN') r ON r.method_id = l.method_id AND r.position BETWEEN l.position AND l.position_last
    JOIN (SELECT method_id, position, name, code FROM nodes WHERE kind = 'CALL') t ON t.method_id = l.method_id AND t.position BETWEEN l.position AND l.position_last
    WHERE regexp_like(t.name, '^(std::)?isw?(alnum|alpha|digit|xdigit|lower|upper)$')
       OR t.name IN ('<operator>.lessThan', '<operator>.greaterThan', '<operator>.lessEqualsThan', '<operator>.greaterEqualsThan') AND regexp_like(t.code, '\]\s*[<>]=?\s*''.''$')
), checked AS (
    SELECT method_id FROM checking
    UNION
    SELECT c.method_id
    FROM (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
    JOIN checking k ON k.method_id = e.dst
)
SELECT sink_id AS node_id, 'the format is built from ' || source_name AS message, path AS trace
FROM flows
LEFT JOIN checked k ON k.method_id = flows.method_id
WHERE kind = 'format-string' AND language IN ('c', 'java', 'cpp') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'argument')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
  AND k.method_id IS NULL
