/*
id = "path-from-surroundings"
title = "Path built from the surroundings"
severity = "info"
cwe = [22, 23, 36, 73]
languages = ["java", "c"]
what = "Finds text of the environment, the console, a file or a database inside of the path of a file."
why = "Where the program has more rights than whoever sets the text, they reach files that are not theirs."
fix = "Where it matters, make the path canonical and see that it is below the folder that was meant."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import java.io.*;

class PathFromSurroundingsHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new FileInputStream("data/" + System.getenv("NAME")).read();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import java.io.*;

class PathFromSurroundingsSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new FileInputStream("data/" + Integer.parseInt(System.getenv("NUMBER"))).read();
        if (!new File(System.getenv("HOME")).exists()) return;
    }
}
'''

[[example]]
language = "c"
match = [10]
code = '''
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

void path_from_surroundings(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    open(getenv("NAME"), O_RDONLY);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

void path_from_surroundings_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    open("data", O_RDONLY);
}
'''
*/
SELECT sink_id AS node_id, 'the path is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'path' AND source_kind IN ('environment', 'console', 'file', 'database', 'directory') AND language IN ('java', 'c', 'cpp')
  -- Whether something is there, and what kind of thing, may be asked of any path.
  AND sink_name NOT IN ('exists', 'notExists', 'isFile', 'isDirectory', 'isRegularFile', 'isReadable', 'isWritable', 'isExecutable', 'isHidden',
    'canRead', 'canWrite', 'canExecute', 'lastModified', 'getLastModifiedTime', 'stat', 'lstat', 'fstatat', 'access', 'faccessat')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
