/*
id = "unchecked-read"
title = "How much was read that nobody asks about"
severity = "low"
cwe = [252, 253]
languages = ["java"]
what = """
Finds reads into a buffer whose answer, how much was read, is thrown away or is compared with 0, which it never is: the end of the
stream is -1, and anything up to the length of the buffer may come."""
why = """
The rest of the buffer holds what was there before, and goes on as if it had been read; a loop up to 0 does not end."""
fix = "Look at the answer, or fill the buffer with readFully, readNBytes or readAllBytes."
references = ["https://wiki.sei.cmu.edu/confluence/display/java/FIO10-J.+Ensure+the+array+is+filled+when+using+read%28%29+to+fill+an+array"]

[[example]]
language = "java"
match = [6, 7, 9, 12]
code = '''
import java.io.*;

class UncheckedReads {
    String weak(InputStream in, Reader reader, char[] characters) throws IOException {
        byte[] head = new byte[16];
        in.read(head);
        reader.read(characters, 0, 4);
        FileInputStream file = new FileInputStream("table");
        if (file.read(head) == 0) {
            return "";
        }
        while (in.read(head, 0, 8) != 0) {
            head[8]++;
        }
        return new String(head);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.io.*;

class CheckedReads {
    int sound(InputStream in, DataInputStream data, byte[] head) throws IOException {
        int length = in.read(head);
        if (length < head.length) {
            return in.read();
        }
        in.read();
        data.readFully(head);
        while (in.read(head) != -1) {
            length++;
        }
        if (in.read() == 0) {
            length--;
        }
        return in.read(head, 0, 4);
    }
}
'''
*/
SELECT c.id AS node_id,
    CASE WHEN p.kind = 'BLOCK' THEN 'nobody asks how much was read' ELSE 'the end is -1, never 0' END AS message
FROM call_graph g
JOIN nodes c ON c.id = g.call_id AND c.kind = 'CALL' AND c.language = 'java' AND c.name = 'read'
JOIN arguments b ON b.call_id = c.id AND b.argument_index = 1
JOIN nodes p ON p.id = c.parent_id
LEFT JOIN nodes z ON z.parent_id = p.id AND z.argument_index = 2 AND z.kind = 'LITERAL'
WHERE g.is_external
  AND regexp_like(g.callee_full_name, '^(java\.(io|util\.zip|util\.jar|security)|javax\.servlet|javax\.crypto)\.[A-Za-z]*(InputStream|Reader|RandomAccessFile)\.read$')
  -- A call that stands in a block by itself is a statement.
  AND (p.kind = 'BLOCK' AND c.argument_index IS NULL
    OR p.name IN ('<operator>.equals', '<operator>.notEquals') AND c.argument_index = 1 AND z.code = '0')
