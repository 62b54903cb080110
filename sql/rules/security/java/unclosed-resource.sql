/*
id = "unclosed-resource"
title = "File or connection that stays open"
severity = "low"
cwe = [404, 772, 775]
languages = ["java"]
what = """
Finds files, archives, sockets and database connections that a method opens for itself and closes nowhere, or only where nothing has gone
wrong before. What is returned, kept in a field or handed to somebody else is theirs to close."""
why = "Each one that stays open takes a descriptor or a connection; when they run out, nothing can be opened any more."
fix = "Open it in the head of a try (try-with-resources), or close it in finally."
references = ["https://wiki.sei.cmu.edu/confluence/display/java/FIO04-J.+Release+resources+when+they+are+no+longer+needed"]

[[example]]
language = "java"
match = [6, 10, 16]
code = '''
import java.io.*;
import java.sql.*;

class OpenResources {
    int weak(File file) throws IOException {
        FileReader reader = new FileReader(file);
        return reader.read();
    }
    void onlyIfAllIsWell(File file) throws IOException {
        FileOutputStream out = new FileOutputStream(file);
        out.write(1);
        out.close();
    }
    String wrapped(File file) {
        try {
            BufferedReader lines = new BufferedReader(new FileReader(file));
            String line = lines.readLine();
            lines.close();
            return line;
        } catch (IOException error) {
            return null;
        }
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.io.*;
import java.util.*;

class ClosedResources {
    private Reader kept;
    private final List<Closeable> all = new ArrayList<>();

    int inHead(File file) throws IOException {
        try (FileReader reader = new FileReader(file); BufferedReader lines = new BufferedReader(reader)) {
            return lines.read();
        }
    }
    int inFinally(File file) throws IOException {
        FileInputStream in = null;
        try {
            in = new FileInputStream(file);
            return in.read();
        } finally {
            if (in != null) {
                in.close();
            }
        }
    }
    Reader given(File file) throws IOException {
        FileReader reader = new FileReader(file);
        return reader;
    }
    void keep(File file) throws IOException {
        FileReader reader = new FileReader(file);
        kept = reader;
        FileWriter writer = new FileWriter(file);
        all.add(writer);
    }
    int outer(File file) throws IOException {
        FileInputStream in = new FileInputStream(file);
        DataInputStream data = new DataInputStream(in);
        try {
            return data.readInt();
        } finally {
            data.close();
        }
    }
    int memory(byte[] bytes) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return in.read();
    }
}
'''
*/
WITH RECURSIVE made AS MATERIALIZED (
    SELECT g.call_id,
        regexp_like(g.callee_full_name, concat(
            '^(java\.io\.(FileInputStream|FileOutputStream|FileReader|FileWriter|RandomAccessFile)\.<init>',
            '|java\.util\.(zip\.ZipFile|jar\.JarFile)\.<init>|java\.net\.(Socket|ServerSocket|DatagramSocket)\.<init>',
            '|java\.sql\.DriverManager\.getConnection',
            '|java\.nio\.file\.Files\.(newInputStream|newOutputStream|newBufferedReader|newBufferedWriter|newByteChannel|newDirectoryStream))$')) AS opens
    FROM call_graph g
    WHERE g.is_external AND regexp_like(g.callee_full_name, '^java\.(io|util\.(zip|jar)|net|sql\.DriverManager|nio\.file\.Files)\.')
      AND (g.callee_name = '<init>' OR g.callee_full_name LIKE 'java.sql.%' OR g.callee_full_name LIKE 'java.nio.%')
), mentions AS MATERIALIZED (
    SELECT u.id, u.parent_id, u.argument_index, u.method_id, u.position, r.dst AS variable
    FROM stored.edges r
    JOIN (SELECT id FROM nodes WHERE kind = 'LOCAL' AND language = 'java') v ON v.id = r.dst
    JOIN (SELECT id, parent_id, argument_index, method_id, position FROM nodes WHERE kind = 'IDENTIFIER') u ON u.id = r.src
    WHERE r.kind = 'REF'
), given AS (
    -- x = new Outer(new Inner(y)): from the argument, a variable or another call, to the call, to the variable.
    SELECT a.call_id AS outer, a.id AS inner, m.variable
    FROM (SELECT call_id, id FROM arguments WHERE argument_index = 1) a
    JOIN made o ON o.call_id = a.call_id AND NOT o.opens
    LEFT JOIN mentions m ON m.id = a.id
), assigned AS MATERIALIZED (
    SELECT d.variable, v.id AS value
    FROM mentions d
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') s ON s.id = d.parent_id
    JOIN (SELECT id, parent_id FROM nodes WHERE argument_index = 2) v ON v.parent_id = s.id
    WHERE d.argument_index = 1
), held(opened, variable, call_id, depth) AS (
    -- Which variables hold what was opened, or what was put around it.
    SELECT m.call_id AS opened, a.variable, m.call_id AS held_by, 0
    FROM made m LEFT JOIN assigned a ON a.value = m.call_id
    WHERE m.opens
    UNION ALL
    SELECT h.opened, a.variable, g.outer, h.depth + 1
    FROM held h
    JOIN given g ON g.inner = h.call_id OR g.variable = h.variable
    LEFT JOIN assigned a ON a.value = g.outer
    WHERE h.depth < 4
), lasts AS (
    SELECT b.method_id, b.position, b.position_last
    FROM (SELECT parent_id, method_id, position, position_last, control, child_index FROM nodes WHERE kind = 'BLOCK' AND language = 'java') b
    JOIN (SELECT id FROM nodes WHERE control = 'TRY') t ON t.id = b.parent_id
    -- What the head of a try opens is closed in its second block.
    WHERE b.control = 'FINALLY' OR b.child_index = 2
), settled AS (
    SELECT DISTINCT h.opened
    FROM held h
    JOIN (SELECT id, method_id FROM nodes WHERE kind = 'CALL') c ON c.id = h.opened
    JOIN mentions m ON m.variable = h.variable
    JOIN (SELECT id, kind, name, method_id FROM nodes WHERE kind IN ('CALL', 'RETURN')) p ON p.id = m.parent_id
    LEFT JOIN lasts l ON l.method_id = m.method_id AND m.position BETWEEN l.position AND l.position_last
    LEFT JOIN made w ON w.call_id = p.id
    WHERE p.kind = 'RETURN' OR p.name = 'close' AND m.argument_index = 0 AND l.method_id IS NOT NULL
       OR p.name = '<operator>.assignment' AND m.argument_index = 2
       -- Handed to somebody else; what is put around it is looked at by itself.
       OR m.argument_index >= 1 AND NOT starts_with(p.name, '<operator>') AND (w.call_id IS NULL OR w.opens)
       -- A closure may do anything with it.
       OR m.method_id <> c.method_id
)
SELECT DISTINCT h.opened AS node_id, 'this stays open, if only where something goes wrong' AS message
FROM held h
JOIN (SELECT id, method_id FROM nodes WHERE kind = 'CALL') c ON c.id = h.opened
LEFT JOIN settled s ON s.opened = h.opened
WHERE h.variable IS NOT NULL AND s.opened IS NULL
  -- What is around it is with somebody else.
  AND NOT EXISTS (SELECT 1 FROM held o WHERE o.opened = h.opened AND o.variable IS NULL AND o.depth > h.depth)
