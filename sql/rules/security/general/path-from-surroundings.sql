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
[[example]]
language = "c"
match = [6]
code = '''
#include <stdio.h>

int main(int count, char **arguments) {
    char text[200];
    snprintf(text, sizeof text, "%s/%s", "/srv/pages", arguments[count - 1]);
    return fopen(text, "r") != NULL;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    char text[200], real[PATH_MAX];
    if (count > 2) return fopen(arguments[1], "r") != NULL;
    snprintf(text, sizeof text, "/srv/pages/%s", arguments[1]);
    if (realpath(text, real) == NULL || strncmp(real, "/srv/pages/", 11) != 0) return 1;
    return fopen(real, "r") != NULL;
}
'''
*/
WITH resolving AS (
    -- Who asks where a path leads, or whether it has dots in it.
    SELECT DISTINCT method_id FROM nodes
    WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND (regexp_like(name, '^(realpath|canonicalize_file_name|_?w?fullpath|PathCanonicalize.*|GetFullPathName.*|basename)$') OR regexp_like(code, '^str(str|chr)\(.*(\.\.|''/'')'))
), resolved AS (
    SELECT method_id FROM resolving
    UNION
    SELECT c.method_id
    FROM (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
    JOIN resolving k ON k.method_id = e.dst
), built AS (
    SELECT DISTINCT f.flow_id
    FROM (SELECT flow_id, unnest(path) AS step FROM probable_flows WHERE source_kind = 'argument' AND kind = 'path' AND language IN ('c', 'cpp')) f
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND regexp_like(name, '^v?(sn?|as)printf(_s)?$') AND regexp_like(code, '"[^"]*(/|%s/?)%[-.*0-9]*s[^"]*"')) s ON s.id = f.step
)
SELECT sink_id AS node_id, 'the path is built from ' || source_name AS message, path AS trace
FROM probable_flows
LEFT JOIN built b ON b.flow_id = probable_flows.flow_id
LEFT JOIN resolved r ON r.method_id = probable_flows.method_id
LEFT JOIN character_checks k ON k.method_id = probable_flows.method_id
WHERE kind = 'path' AND language IN ('java', 'c', 'cpp')
  AND (source_kind IN ('environment', 'console', 'file', 'database', 'directory')
    -- A name that is given with the command is meant; one that is put behind a folder is meant to stay below it.
    OR source_kind = 'argument' AND language IN ('c', 'cpp') AND b.flow_id IS NOT NULL AND r.method_id IS NULL)
  -- Whether something is there, and what kind of thing, may be asked of any path.
  AND sink_name NOT IN ('exists', 'notExists', 'isFile', 'isDirectory', 'isRegularFile', 'isReadable', 'isWritable', 'isExecutable', 'isHidden',
    'canRead', 'canWrite', 'canExecute', 'lastModified', 'getLastModifiedTime', 'stat', 'lstat', 'fstatat', 'access', 'faccessat')
  AND k.method_id IS NULL
