/*
id = "unchecked-allocation"
title = "Allocation that nobody asks about"
severity = "low"
cwe = [476, 690, 252]
languages = ["c", "cpp"]
what = """
Finds memory and files that are followed though what allocates or opens them may have given NULL, and nothing asked whether it did."""
why = """
The program ends there when memory is short, or a file is missing."""
fix = """
Ask whether the pointer is NULL before it is followed."""
references = ["https://wiki.sei.cmu.edu/confluence/display/c/ERR33-C.+Detect+and+handle+standard+library+errors"]

[[example]]
language = "c"
match = [6]
code = '''
#include <stdlib.h>
#include <string.h>

void weak(void) {
    char *text = malloc(8);
    text[0] = 0;
    free(text);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdlib.h>
#include <string.h>

void sound(void) {
    char *text = malloc(8);
    if (!text) abort();
    text[0] = 0;
    free(text);
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <cstdlib>

void weak() {
    int *number = (int *)malloc(sizeof(int));
    *number = 1;
    free(number);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
void sound() {
    int *number = new int;
    *number = 1;
    delete number;
}
'''

[[example]]
language = "c"
match = [5]
code = '''
#include <stdlib.h>

int once_for_each(void) {
    int *numbers = malloc(2 * sizeof(int));
    numbers[0] = 1;
    numbers[1] = 2;
    int sum = numbers[0] + numbers[1];
    free(numbers);
    return sum;
}
'''
*/
-- Once for each allocation, at its first use.
SELECT node_id, message, trace
FROM (
    SELECT f.sink_id AS node_id, f.source_name || ' may have given nothing' AS message, f.path AS trace,
        row_number() OVER (PARTITION BY f.source_id ORDER BY f.file_path, f.line, f.sink_id) AS place
    FROM flows f
    JOIN (SELECT id, file_id FROM nodes WHERE kind = 'CALL') s ON s.id = f.sink_id
    LEFT JOIN test_files t ON t.file_id = s.file_id
    WHERE f.kind = 'unchecked-allocation' AND t.file_id IS NULL
)
WHERE place = 1
