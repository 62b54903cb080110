/*
id = "uninitialized-variable"
title = "Variable that nothing was written to"
severity = "medium"
cwe = [457, 908]
languages = ["c"]
what = """
Finds numbers and pointers that are read, and arrays of which an element is read, where nothing was written to them on any way there. A variable whose address is taken, or that a macro may write to, is left alone."""
why = """
It holds what happens to lie there."""
fix = """
Give it a value where it is declared."""

[[example]]
language = "c"
match = [3, 6]
code = '''
int weak(void) {
    int count, list[4];
    int next = count + 1;
    int *p;
    if (next > 4)
        return *p;
    return next;
}
'''

[[example]]
language = "c"
match = []
code = '''
int fill(int *to);

int sound(void) {
    int count, other, list[4] = {0};
    int size = sizeof(other);
    fill(&count);
    for (other = 0; other < 4; other++) list[other] = other;
    return count + list[size - 4];
}
'''

[[example]]
language = "c"
match = []
code = '''
int connect_both(int ends[2]);

int ends_of_a_pipe(void) {
    int ends[2];
    if (connect_both(ends) != 0)
        return -1;
    return ends[0];
}
'''
*/
SELECT f.sink_id AS node_id, 'nothing was written to it' AS message, f.path AS trace
FROM flows f
JOIN (SELECT id, file_id, position, code FROM nodes WHERE language IN ('c', 'cpp')) s ON s.id = f.sink_id
LEFT JOIN test_files t ON t.file_id = s.file_id
WHERE f.kind = 'uninitialized' AND t.file_id IS NULL
  -- A function that was given an array before may have filled it.
  AND NOT EXISTS (
    SELECT 1
    FROM (SELECT file_id, parent_id, position, name, method_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index >= 1) a
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') c ON c.id = a.parent_id AND NOT starts_with(c.name, '<operator>')
    WHERE a.method_id = f.method_id AND a.position < s.position AND a.name = regexp_match(s.code, '^[A-Za-z_][A-Za-z_0-9]*')[1]
      AND s.code LIKE '%[%')
