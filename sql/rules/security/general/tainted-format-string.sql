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
SELECT sink_id AS node_id, 'the format is built from ' || source_name AS message, path AS trace
FROM probable_flows
LEFT JOIN character_checks k ON k.method_id = probable_flows.method_id
WHERE kind = 'format-string' AND language IN ('c', 'java', 'cpp') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file', 'argument')
  AND k.method_id IS NULL
