/*
id = "temporary-file-for-all"
title = "Temporary file that others may read or replace"
severity = "low"
cwe = [377, 378, 379]
languages = ["java"]
what = """
Finds files that File.createTempFile makes in the folder that everybody shares without rights being set on them, and those made in a
folder that the program has just made without rights being set on it."""
why = """
File.createTempFile leaves the rights to the mask of the process, which on most machines lets all users read: what is written there is
theirs as well. In a folder that others may write to they can replace the file."""
fix = "Use Files.createTempFile and Files.createTempDirectory, which let the owner alone."
references = ["https://docs.oracle.com/javase/8/docs/api/java/nio/file/Files.html#createTempFile-java.lang.String-java.lang.String-java.nio.file.attribute.FileAttribute...-"]

[[example]]
language = "java"
match = [5, 7, 14]
code = '''
import java.io.*;

class SharedTemporaryFiles {
    File weak() throws IOException {
        File notes = File.createTempFile("notes", null);
        new FileWriter(notes).write("mine");
        return File.createTempFile("list", ".txt", null);
    }
    File inOpenFolder() throws IOException {
        File folder = new File("work");
        if (!folder.mkdir()) {
            return null;
        }
        File part = File.createTempFile("part", ".bin", folder);
        part.setReadable(true, true);
        return part;
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.io.*;
import java.nio.file.*;

class OwnTemporaryFiles {
    void sound(File own) throws IOException {
        Files.createTempFile("notes", null);
        File kept = File.createTempFile("list", ".txt");
        kept.setReadable(false, false);
        kept.setReadable(true, true);
        File.createTempFile("part", ".bin", own);
    }
    void inOwnFolder() throws IOException {
        File folder = new File("work");
        folder.mkdirs();
        folder.setExecutable(true, true);
        folder.setWritable(true, true);
        File.createTempFile("part", ".bin", folder);
    }
    void inNewFolder() throws IOException {
        File.createTempFile("part", ".bin", Files.createTempDirectory("work").toFile());
    }
}
'''
*/
WITH made AS (
    SELECT c.id, c.method_id, d.kind AS folder_kind, d.code AS folder
    FROM call_graph g
    JOIN calls c ON c.id = g.call_id AND c.language = 'java'
    LEFT JOIN arguments d ON d.call_id = c.id AND d.argument_index = 3
    WHERE g.is_external AND g.callee_full_name = 'java.io.File.createTempFile'
), rights AS (
    -- Whoever sets rights has thought of them.
    SELECT c.method_id, r.code AS file
    FROM calls c
    JOIN arguments r ON r.call_id = c.id AND r.argument_index = 0
    WHERE c.language = 'java' AND c.name IN ('setReadable', 'setWritable', 'setExecutable', 'setReadOnly')
    UNION ALL
    SELECT method_id, NULL FROM calls WHERE language = 'java' AND name IN ('setPosixFilePermissions', 'setPermissions')
)
SELECT DISTINCT m.id AS node_id, 'all users may read what is written there' AS message
FROM made m
WHERE (m.folder_kind IS NULL OR m.folder = 'null')
  AND m.method_id NOT IN (SELECT method_id FROM rights)
UNION
SELECT DISTINCT m.id, 'others may write to ' || m.folder
FROM made m
JOIN calls c ON c.method_id = m.method_id AND c.name IN ('mkdir', 'mkdirs')
JOIN arguments r ON r.call_id = c.id AND r.argument_index = 0 AND r.code = m.folder
LEFT JOIN rights s ON s.method_id = m.method_id AND (s.file = m.folder OR s.file IS NULL)
WHERE m.folder_kind = 'IDENTIFIER' AND s.method_id IS NULL
