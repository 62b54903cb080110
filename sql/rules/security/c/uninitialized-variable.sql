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
*/
SELECT sink_id AS node_id, 'nothing was written to it' AS message, path AS trace
FROM flows
WHERE kind = 'uninitialized'
