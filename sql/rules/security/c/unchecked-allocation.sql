/*
id = "unchecked-allocation"
title = "Allocation that nobody asks about"
severity = "low"
cwe = [690, 252]
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
*/
SELECT sink_id AS node_id, source_name || ' may have given nothing' AS message, path AS trace
FROM flows
WHERE kind = 'unchecked-allocation'
