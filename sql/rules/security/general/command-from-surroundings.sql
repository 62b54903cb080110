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
*/
SELECT sink_id AS node_id, 'the command is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'command' AND source_kind IN ('environment', 'console', 'file', 'database', 'directory') AND language IN ('java', 'c', 'cpp')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
