/*
id = "dangerous-function"
title = "Function that cannot be used safely"
severity = "high"
cwe = [242, 676]
languages = ["c", "cpp"]
what = "Finds calls of gets, which reads a line without knowing how much room there is."
why = """
No argument of gets says how long the buffer is: a line that is longer is written over what lies behind it. The function was
taken out of the language in C11."""
fix = "Use fgets(buffer, sizeof buffer, stdin), or getline."
references = ["https://www.open-std.org/jtc1/sc22/wg14/www/docs/n1570.pdf"]

[[example]]
language = "c"
match = [5]
code = '''
#include <stdio.h>

void read_line(void) {
    char line[80];
    gets(line); /* any length */
    puts(line);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>

struct source { char *(*gets)(char *); };

void read_line_safely(struct source *source) {
    char line[80];
    fgets(line, sizeof line, stdin);
    source->gets(line);
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <cstdio>

void greet() {
    char name[16];
    gets(name);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <iostream>
#include <string>

void greet_safely() {
    std::string name;
    std::getline(std::cin, name);
}
'''
*/
SELECT c.id AS node_id, 'gets writes as much as it is given' AS message
FROM calls c
JOIN stored.edges e ON e.kind = 'CALL' AND e.src = c.id
JOIN stored.nodes m ON m.id = e.dst AND m.kind = 'METHOD'
WHERE c.language IN ('c', 'cpp') AND c.name = 'gets' AND m.is_external AND m.full_name = 'gets'
