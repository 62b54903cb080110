/*
id = "resource-injection"
title = "Name of a resource from untrusted input"
severity = "medium"
cwe = [99, 15, 427, 470]
languages = ["java", "c"]
what = "Finds libraries, ports, data sources and settings that others choose the name of."
why = "It leads the program to something that it was never meant to use."
fix = "Look the name up in a table of what may be asked for."

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class ResourceInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        System.load(given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class ResourceInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        System.load("/usr/lib/liba.so");
    }
}
'''

[[example]]
language = "c"
match = [9]
code = '''
#include <dlfcn.h>
#include <sys/socket.h>

void resource_injection(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    dlopen(given, RTLD_NOW);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <dlfcn.h>
#include <sys/socket.h>

void resource_injection_sound(int connection) {
    char given[100];
    long got = recv(connection, given, sizeof given - 1, 0);
    if (got < 0) return;
    given[got] = 0;
    dlopen("liba.so", RTLD_NOW);
}
'''

[[example]]
language = "java"
match = []
code = '''
class PropertyPutBack {
    void run() {
        String old = System.getProperty("shop.color");
        System.setProperty("shop.color", "red");
        System.setProperty("shop.color", old);
    }
}
'''
*/
SELECT sink_id AS node_id, 'the name is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'resource-injection' AND language IN ('java', 'c', 'cpp') AND source_kind IN ('remote', 'network', 'database', 'directory', 'environment', 'console', 'file')
  -- What the settings of the program say may be put back there.
  AND NOT (sink_name = 'setProperty' AND source_kind = 'environment')
