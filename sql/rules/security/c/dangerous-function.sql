/*
id = "dangerous-function"
title = "Function that cannot be used safely"
severity = "high"
cwe = [242, 676]
languages = ["c", "cpp"]
what = "Finds gets, getwd and their kin, which write without knowing how much room there is, and %s without a width in formats of scanf."
why = """
No argument says how long the buffer is: a line that is longer is written over what lies behind it. gets was taken out of the
language in C11."""
fix = "Use fgets(buffer, sizeof buffer, stdin), getline, getcwd; give %s a width: %79s."
references = ["https://www.open-std.org/jtc1/sc22/wg14/www/docs/n1570.pdf"]

[[example]]
language = "c"
match = [5, 6]
code = '''
#include <stdio.h>

void read_line(void) {
    char line[80], word[80];
    gets(line); /* any length */
    scanf("%d %s", 0, word);
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
    char line[80], *own;
    fgets(line, sizeof line, stdin);
    scanf("%79s", line);
    scanf("%ms", &own);
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
SELECT g.call_id AS node_id, g.callee_name || ' writes as much as it is given' AS message
FROM call_graph g
JOIN calls c ON c.id = g.call_id AND c.language IN ('c', 'cpp')
WHERE g.is_external AND g.callee_full_name IN ('gets', '_getws', '_getts', 'getwd', 'std::gets')
UNION
SELECT g.call_id, '%s without a width reads as much as it is given'
FROM call_graph g
JOIN calls c ON c.id = g.call_id AND c.language IN ('c', 'cpp')
JOIN arguments a ON a.call_id = g.call_id AND a.kind = 'LITERAL'
  AND a.argument_index = CASE g.callee_name WHEN 'scanf' THEN 1 WHEN 'wscanf' THEN 1 ELSE 2 END
WHERE g.is_external AND g.callee_full_name IN ('scanf', 'fscanf', 'wscanf', 'fwscanf')
  AND regexp_like(replace(a.code, '%%', ''), '%(l|h)?(s|\[)')
