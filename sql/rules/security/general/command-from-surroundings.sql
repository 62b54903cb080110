/*
id = "command-from-surroundings"
title = "Command built from the surroundings"
severity = "low"
cwe = [78]
languages = ["java", "c"]
what = "Finds text of the environment, the console, a file or a database inside of a command that is run."
why = "Whoever may set it runs commands with the rights of the program, which may be more than theirs."
fix = """
Run the program without a shell, each argument by itself; take what is run from a list in the program."""

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class CommandFromSurroundingsHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Runtime.getRuntime().exec("ls " + System.getenv("FOLDER"));
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class CommandFromSurroundingsSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Runtime.getRuntime().exec("ls");
        Runtime.getRuntime().exec("head -" + Integer.parseInt(System.getenv("LINES")));
    }
}
'''

[[example]]
language = "c"
match = [9]
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void command_from_surroundings(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    system(getenv("PAGER"));
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <sys/socket.h>

void command_from_surroundings_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    system("less");
}
'''
[[example]]
language = "c"
match = [6]
code = '''
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
    char text[200]; snprintf(text, sizeof text, "ls -l %s", count > 1 ? arguments[1] : ".");
    return system(text);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int plain(const char *text) {
    for (; *text; text++)
        if (!isalnum((unsigned char)*text)) return 0;
    return 1;
}

int main(int count, char **arguments) {
    char text[200];
    if (count > 2) return execvp(arguments[1], arguments + 1);
    if (count < 2 || !plain(arguments[1])) return 1;
    snprintf(text, sizeof text, "ls -l %s", arguments[1]);
    return system(text);
}
'''
*/
WITH built AS (
    SELECT DISTINCT f.flow_id
    FROM (SELECT flow_id, unnest(path) AS step FROM probable_flows WHERE source_kind = 'argument' AND kind = 'command' AND language IN ('c', 'cpp')) f
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^v?(sn?|as)printf(_s)?$|^(str|wcs)n?cat(_s)?$|^strlcat$')) s ON s.id = f.step
)
SELECT sink_id AS node_id, 'the command is built from ' || source_name AS message, path AS trace
FROM probable_flows
LEFT JOIN built b ON b.flow_id = probable_flows.flow_id
LEFT JOIN character_checks k ON k.method_id = probable_flows.method_id
WHERE kind = 'command' AND language IN ('java', 'c', 'cpp')
  AND (source_kind IN ('environment', 'console', 'file', 'database', 'directory')
    -- What runs what it is told to by its own command line does no more than that; a shell that gets it behind something else does.
    OR source_kind = 'argument' AND language IN ('c', 'cpp') AND regexp_like(sink_name, '^_?w?(system|popen)$') AND b.flow_id IS NOT NULL)
  AND k.method_id IS NULL
