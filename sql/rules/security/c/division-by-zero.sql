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

[[example]]
language = "c"
match = []
code = '''
int negative_zero(double value) {
    if (value == 0)
        return 1.0 / value < 0;
    return 0;
}
'''
[[example]]
language = "c"
match = [7]
code = '''
#include <stdio.h>

int percent(void) {
    float parts = 0;
    if (scanf("%f", &parts) != 1)
        return 0;
    return (int)(100.0 / parts);
}
'''

*/
SELECT f.sink_id AS node_id, 'the divisor may be zero' AS message, f.path AS trace
FROM flows f
JOIN (SELECT id, parent_id, code FROM nodes WHERE kind = 'CALL') s ON s.id = f.sink_id
JOIN (SELECT id, name, code FROM nodes) p ON p.id = s.parent_id
-- What a number with a point is divided by may be zero: the answer is infinite. Infinity is no whole number.
WHERE f.kind = 'division-by-zero'
  AND (NOT regexp_like(s.code, '(^|[^A-Za-z_0-9])[0-9]+\.[0-9]*')
    OR p.name = '<operator>.cast' AND regexp_like(p.code, '^\(\s*(unsigned |signed )?(int|long|short|char|size_t|u?int[0-9]+_t)'))
