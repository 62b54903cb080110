/*
id = "integer-overflow"
title = "Sum or product beyond its type"
severity = "medium"
cwe = [190, 191]
languages = ["c"]
what = """
Finds sums, differences and products whose type has no room for them: of constants, and of numbers that others choose and that are not compared with anything that bounds them."""
why = """
An unsigned number begins again at zero, a signed one may become anything; what is allocated by it is too small."""
fix = """
Compare with the greatest number less what is added, before it is added."""

[[example]]
language = "c"
match = [7]
code = '''
#include <stdio.h>

int weak(void) {
    int count = 0;
    if (scanf("%d", &count) != 1)
        return 0;
    return count * 2;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <limits.h>
#include <stdio.h>

int sound(void) {
    int count = 0;
    if (scanf("%d", &count) != 1)
        return 0;
    if (count < INT_MAX / 2)
        return count + 1;
    return 0;
}
'''
*/
SELECT sink_id AS node_id, 'it may be beyond its type' AS message, path AS trace
FROM flows
WHERE kind IN ('integer-overflow', 'integer-underflow') AND source_kind IN ('memory', 'remote', 'network', 'file', 'console')
