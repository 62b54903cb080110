/*
id = "dangerous-function"
title = "Function that cannot be used safely"
severity = "high"
cwe = [120, 242, 676, 787]
languages = ["c", "cpp"]
what = "Finds gets, getwd and their kin, which write without knowing how much room there is, %s without a width in formats of scanf, and text that is read from a stream with >> into an array of characters, without a width."
why = """
No argument says how long the buffer is: a line that is longer is written over what lies behind it. gets was taken out of the
language in C11. (Since C++20 >> knows how long an array is, but not what a pointer leads to.)"""
fix = "Use fgets(buffer, sizeof buffer, stdin), getline, getcwd; give %s a width: %79s. In C++ read into a std::string, or set the width before."
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
match = [6, 9]
code = '''
#include <fstream>
#include <iostream>

void read_words(std::ifstream &file) {
    char name[16], other[16];
    std::cin >> name;
    int count;
    file >> count;
    file >> count >> other;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <iomanip>
#include <iostream>
using namespace std;

void read_words_safely() {
    char name[16], bits;
    cin.width(sizeof name);
    cin >> name;
    cin >> setw(sizeof name) >> name;
    cin >> bits;
    int shifted = name[0] >> bits;
    cout << shifted;
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
WITH RECURSIVE streams AS (
    -- Expressions that are streams: those of the library, variables of its types, and what >> gives.
    SELECT n.id, n.parent_id
    FROM nodes n
    LEFT JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = n.id
    LEFT JOIN (SELECT id, type_full_name FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN', 'MEMBER')) d ON d.id = r.dst
    WHERE n.language = 'cpp' AND n.argument_index = 1
      AND (n.code IN ('cin', 'std::cin', 'wcin', 'std::wcin') OR regexp_like(d.type_full_name, '^(std::)?w?[io]?f?(string)?stream\s*&?$'))
    UNION ALL
    SELECT x.id, x.parent_id
    FROM streams s
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'CALL' AND name = '<operator>.arithmeticShiftRight') x ON x.id = s.parent_id
    WHERE x.argument_index = 1
), extracted AS (
    SELECT x.id, x.parent_id, x.position, s.id AS stream, t.name
    FROM streams s
    JOIN (SELECT id, parent_id, position FROM nodes WHERE kind = 'CALL' AND name = '<operator>.arithmeticShiftRight') x ON x.id = s.parent_id
    JOIN (SELECT id, parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 2) t ON t.parent_id = x.id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = t.id
    JOIN (SELECT id, type_full_name FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN', 'MEMBER')) d ON d.id = r.dst
    WHERE regexp_like(d.type_full_name, '^(const )?(unsigned |signed )?(char|wchar_t)\s*(\[|\*$)')
)
SELECT e.id AS node_id, '>> writes as much to ' || e.name || ' as it is given' AS message
FROM extracted e
-- cin.width(16) in a statement before, setw(16) in front of it.
LEFT JOIN (SELECT parent_id, position FROM nodes WHERE kind = 'CALL' AND name = 'width') w ON w.parent_id = e.parent_id AND w.position < e.position
LEFT JOIN (SELECT parent_id FROM nodes WHERE kind = 'CALL' AND argument_index = 2 AND regexp_like(code, '^(std::)?setw\s*\(')) m ON m.parent_id = e.stream
WHERE w.parent_id IS NULL AND m.parent_id IS NULL
UNION
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
