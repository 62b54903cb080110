/*
id = "reflection-from-surroundings"
title = "Class or method named by the surroundings"
severity = "low"
cwe = [470]
languages = ["java"]
what = "Finds classes and methods that are loaded by a name from a file, a database, a directory, the console or the environment."
why = """
Whoever may write there chooses which code runs. Where that is meant, as for drivers and plug-ins, those who may write there must be
those who may install code."""
fix = "Look the name up in a table of what may be asked for."

[[example]]
language = "java"
match = [6]
code = '''
import java.io.*;

class ReflectionFromSurroundings {
    Object load(BufferedReader names) throws Exception {
        String name = names.readLine();
        return Class.forName(name).getDeclaredConstructor().newInstance();
    }
    Object open(File list) throws Exception {
        return load(new BufferedReader(new FileReader(list)));
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.io.*;
import java.util.Map;

class ReflectionFromSurroundingsSound {
    private static final Map<String, Class<?>> KNOWN = Map.of("text", String.class);
    Object load(File list) throws Exception {
        String name = new BufferedReader(new FileReader(list)).readLine();
        return KNOWN.get(name).getDeclaredConstructor().newInstance();
    }
}
'''
*/
SELECT sink_id AS node_id, 'the name is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'reflection' AND language = 'java'
  AND source_kind IN ('database', 'directory', 'console', 'file', 'environment')
