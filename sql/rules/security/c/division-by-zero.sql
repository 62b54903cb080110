/*
id = "division-by-zero"
title = "Division by zero"
severity = "medium"
cwe = [369]
languages = ["c"]
what = """
Finds numbers that are divided by zero, or by a number that others choose and that nothing keeps from being zero."""
why = """
The program ends with a signal."""
fix = """
Compare the divisor with zero first."""

[[example]]
language = "c"
match = [7]
code = '''
#include <stdio.h>

int weak(void) {
    int count = 0;
    if (scanf("%d", &count) != 1)
        return 0;
    return 100 / count;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>

int sound(void) {
    int count = 0;
    if (scanf("%d", &count) != 1 || count == 0)
        return 0;
    return 100 / count;
}
'''
*/
SELECT sink_id AS node_id, 'the divisor may be zero' AS message, path AS trace
FROM flows
WHERE kind = 'division-by-zero'
