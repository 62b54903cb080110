/*
id = "reachable-assertion"
title = "Assertion that others can make fail, or that fails"
severity = "low"
cwe = [617]
languages = ["c", "cpp"]
what = """
Finds assertions about what comes from outside, where nothing before them sees to it that they hold, and assertions that do not hold
for what is given to them. Those that say that a place is never reached are left alone, and so are files that turn assertions off."""
why = "The program ends there: whoever chooses the input chooses when. Where assertions are compiled away, nobody asks at all."
fix = "Assert what the program itself sees to; of what comes from outside, ask, and answer that it is wrong."
references = ["https://cwe.mitre.org/data/definitions/617.html"]

[[example]]
language = "c"
match = [7, 12, 18]
code = '''
#include <assert.h>
#include <stdio.h>

int share(void) {
    int parts = 0;
    if (scanf("%d", &parts) != 1) return 0;
    assert(parts != 0);
    return 100 / parts;
}

static int root(int square) {
    assert(square >= 0);
    return square / 2;
}

int weak(void) {
    int left = 3;
    assert(left > 4);
    return root(-left);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <assert.h>
#include <stdio.h>

int share_safely(void) {
    int parts = 0;
    if (scanf("%d", &parts) != 1) return 0;
    if (parts <= 0) return 0;
    assert(parts > 0);
    return 100 / parts;
}

int kind(int letter) {
    switch (letter) {
    case 'a': return 1;
    default: assert(0 && "no such letter");
    }
    assert(!"never here");
    return 0;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#define NDEBUG
#include <assert.h>

int first(void) {
    int given = 0;
    if (scanf("%d", &given) != 1) return 0;
    assert(given > 0);
    return given;
}
'''

[[example]]
language = "cpp"
match = [6]
code = '''
#include <cassert>

int halved() {
    int number = 0;
    number -= 4;
    assert(number > 0);
    return number / 2;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cassert>

int twice(int number) {
    assert(number >= 0);
    return number * 2;
}
int doubled() { return twice(4); }
'''
*/
SELECT f.sink_id AS node_id,
    CASE f.source_kind WHEN 'memory' THEN 'this does not hold' ELSE 'whether this holds is up to ' || f.source_name END AS message, f.path AS trace
FROM flows f
JOIN (SELECT id, file_id, parent_id, code FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) s ON s.id = f.sink_id
LEFT JOIN test_files t ON t.file_id = s.file_id
LEFT JOIN (SELECT DISTINCT file_id FROM nodes WHERE kind = 'MEMBER' AND name = 'NDEBUG' AND language IN ('c', 'cpp')) d ON d.file_id = s.file_id
WHERE f.kind = 'assertion' AND t.file_id IS NULL AND d.file_id IS NULL
  AND f.source_kind IN ('memory', 'remote', 'network', 'console')
  AND f.confidence >= 0.5
  -- "Never here": assert(0), assert(false && "…"), assert(!"…").
  AND NOT regexp_like(s.code, '^\w+\(\s*!*\s*(true|false|0|1)\s*\)$|\(\s*(0|false|FALSE|NULL|nullptr|!\s*L?")|"\s*\)$|&&\s*(0|false)\b|(\b|\()(0|false)\s*&&')
  -- How long something is, is not what others wrote in it.
  AND NOT regexp_like(s.code, '(\.|->)(size|length|empty)\(\)|\b(strlen|sizeof)\b')
  -- What holds at a place is said for sure of variables alone: what lies in memory may be written by what is not seen.
  AND (f.source_kind <> 'memory' OR NOT regexp_like(s.code, '->|\.|\+\+|--|^\w+\(.*\w\(|&&'))
