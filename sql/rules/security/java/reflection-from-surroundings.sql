/*
id = "reflection-from-surroundings"
title = "Class or method named by the surroundings"
severity = "info"
cwe = [470]
languages = ["java"]
what = "Finds text of the environment, the console, a file or a database that names a class or a method."
why = "Where the program has more rights than whoever sets the text, they have it load and run what they like of what it can reach."
fix = "Where it matters, look the name up in a table of what may be asked for."

[[example]]
language = "java"
match = [3]
code = '''
class ReflectionFromSurroundings {
    Object weak() throws Exception {
        return Class.forName(System.getenv("DRIVER")).getDeclaredConstructor().newInstance();
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class ReflectionOfOwn {
    Object sound() throws Exception {
        String name = "fast".equals(System.getenv("DRIVER")) ? "java.util.ArrayList" : "java.util.LinkedList";
        return Class.forName(name).getDeclaredConstructor().newInstance();
    }
}
'''
*/
SELECT sink_id AS node_id, 'the name is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'reflection' AND language = 'java' AND source_kind IN ('environment', 'console', 'file', 'database', 'directory')
