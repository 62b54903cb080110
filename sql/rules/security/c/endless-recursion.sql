/*
id = "endless-recursion"
title = "Function that runs itself without end"
severity = "medium"
cwe = [674, 835]
languages = ["c", "cpp"]
what = """
Finds functions that call themselves whatever they are given; calls of a function by itself with the very arguments that it was
given, where nothing in between changed what it decides by; and steps of more than one towards a single number that ends the recursion, which they may pass by."""
why = "The stack is used up, and the program ends there."
fix = "Return before the call in one case at least, hand on something smaller, and ask whether the end is passed rather than whether it is met."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/MEM05-C.+Avoid+large+stack+allocations"]

[[example]]
language = "c"
match = [6, 12, 17, 24, 31]
code = '''
#include <stdio.h>
#include <stddef.h>

void again(int depth) {
    printf("%d\n", depth);
    again(depth + 1);
}

int length(const int *list, int at) {
    if (list[at] == 0)
        return 0;
    return 1 + length(list, at++);
}

int sum(const int *list, int at, int last) {
    if (at == last) at = 0;
    return list[at] + sum(list, at + 1, last);
}

int halved(int number) {
    if (number == 0) {
        return 0;
    }
    return 1 + halved(number - 2);
}

int wound(int size, int at) {
    if (at == size)
        return 0;
    printf("%d\n", at);
    return wound(size, (at + 1) % size);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>

struct tree { struct tree *left, *right; int value; };
static int budget = 10;

int depth(const struct tree *tree) {
    if (tree == NULL) return 0;
    int left = depth(tree->left), right = depth(tree->right);
    return 1 + (left > right ? left : right);
}

int power(int base, int exponent) {
    if (exponent == 0) return 1;
    return base * power(base, exponent - 1);
}

int steps(int number) {
    if (number <= 1) return number;
    return steps(number - 1) + steps(number - 2);
}

int pair_steps(int number) {
    if (number == 0) return 0;
    if (number == 1) return 1;
    return pair_steps(number - 1) + pair_steps(number - 2);
}

void attempt(const char *name) {
    if (budget-- == 0) exit(1);
    printf("%s\n", name);
    attempt(name);
}

int next(FILE *file) {
    int letter = fgetc(file);
    if (letter == ' ') return next(file);
    return letter;
}

int even(int number) {
    if (number % 2 == 0) return number / 2;
    number--;
    return even(number);
}
'''

[[example]]
language = "cpp"
match = [3]
code = '''
struct Counter { int count; };
int total(const Counter &counter) {
    return counter.count + total(counter);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
struct Shape {
    virtual int area() const { return 0; }
    int area(int scale) const { return scale * area(); }
};
template <typename T> T largest(T a, T b) { return a < b ? b : a; }
template <typename T, typename... Rest> T largest(T a, T b, Rest... rest) { return largest(largest(a, b), rest...); }
'''
*/
WITH selves AS (
    -- Calls of a function by itself; of C++ only free ones whose name no other function has.
    SELECT c.id, c.method_id, c.position, m.name
    FROM (SELECT id, method_id, position FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND NOT starts_with(code, '::')) c
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id AND e.dst = c.method_id
    JOIN (SELECT id, name, full_name, language FROM nodes WHERE kind = 'METHOD' AND NOT starts_with(code, '#')) m ON m.id = c.method_id
    JOIN (SELECT name, count(*) AS methods FROM nodes WHERE kind = 'METHOD' GROUP BY name) s ON s.name = m.name
    WHERE m.language = 'c' OR s.methods = 1 AND m.full_name NOT LIKE '%::%'
), calling AS (
    -- What else a function calls may have changed what decides; so may variables that outlive it.
    SELECT DISTINCT n.method_id
    FROM nodes n
    JOIN selves s ON s.method_id = n.method_id
    LEFT JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = n.id
    LEFT JOIN (SELECT id FROM nodes WHERE kind = 'MEMBER') v ON v.id = r.dst
    WHERE n.kind = 'CALL' AND NOT starts_with(n.name, '<operator>') AND n.name <> s.name
        AND NOT regexp_like(n.name, '^(std::)?(v?f?w?printf|f?puts|f?putw?c|putw?char|is[a-z]+|to(upper|lower)|l?l?abs|f?max|f?min)$')
      OR n.kind = 'IDENTIFIER' AND v.id IS NOT NULL
      -- What is written through a pointer, to a parameter or to a field is what the next turn finds.
      OR n.kind = 'CALL' AND regexp_like(n.name, '^<operator>\.(assignment.*|pre.*crement)$')
        AND EXISTS (SELECT 1 FROM nodes t WHERE t.parent_id = n.id AND t.argument_index = 1 AND t.kind = 'CALL')
), written AS (
    SELECT DISTINCT t.method_id, t.name
    FROM (SELECT parent_id, method_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) t
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') a ON a.id = t.parent_id
    WHERE regexp_like(a.name, '^<operator>\.(assignment.*|pre.*crement|post.*crement|addressOf)$')
), parameters_of AS (
    SELECT parent_id AS method_id, name, argument_index FROM (
        SELECT parent_id, name, row_number() OVER (PARTITION BY parent_id ORDER BY position) AS argument_index
        FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND language IN ('c', 'cpp') AND name <> 'this')
), given AS (
    SELECT s.id, s.method_id, a.id AS argument, a.argument_index, a.kind, a.name, a.code, p.name AS parameter
    FROM selves s
    JOIN (SELECT id, parent_id, argument_index, kind, name, code FROM nodes WHERE argument_index >= 1) a ON a.parent_id = s.id
    LEFT JOIN parameters_of p ON p.method_id = s.method_id AND p.argument_index = a.argument_index
), same AS (
    -- f(a, b) and f(a, b++) inside of f(a, b), where a and b are what they were.
    SELECT g.id
    FROM given g
    LEFT JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) i ON i.parent_id = g.argument
    LEFT JOIN written w ON w.method_id = g.method_id AND w.name = g.parameter
    GROUP BY g.id, g.method_id
    HAVING bool_and(coalesce(g.kind = 'IDENTIFIER' AND g.name = g.parameter AND w.name IS NULL
        OR g.name IN ('<operator>.postIncrement', '<operator>.postDecrement') AND i.name = g.parameter, FALSE))
), ends AS (
    -- Numbers at which a recursion ends: if (n == 0) return …, as the only tests there are of the parameter.
    SELECT u.method_id, u.name, count(DISTINCT v.code) AS numbers
    FROM (SELECT parent_id, method_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1 AND language IN ('c', 'cpp')) u
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.equals') k ON k.id = u.parent_id
    JOIN (SELECT parent_id, code FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2) v ON v.parent_id = k.id
    JOIN (SELECT id FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND control = 'IF') i ON i.id = k.parent_id
    GROUP BY u.method_id, u.name
), otherwise_asked AS (
    SELECT DISTINCT u.method_id, u.name
    FROM (SELECT parent_id, method_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND language IN ('c', 'cpp')) u
    JOIN (SELECT id, name FROM nodes WHERE kind IN ('CALL', 'CONTROL_STRUCTURE')) k ON k.id = u.parent_id
    WHERE regexp_like(k.name, '^<operator>\.(less.*|greater.*|notEquals|logical.*|modulo|and|conditional|assignment.*|pre.*|post.*)$') OR k.name IS NULL
), passing AS (
    SELECT g.id, try_cast(n.code AS BIGINT) AS step, e.numbers
    FROM given g
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.subtraction') d ON d.id = g.argument
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) v ON v.parent_id = d.id AND v.name = g.parameter
    JOIN (SELECT parent_id, code FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2) n ON n.parent_id = d.id
    JOIN ends e ON e.method_id = g.method_id AND e.name = g.parameter
    LEFT JOIN otherwise_asked o ON o.method_id = g.method_id AND o.name = g.parameter
    WHERE o.name IS NULL
), wound AS (
    -- f(size, (at + 1) % size) never gives the size itself.
    SELECT g.id
    FROM given g
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.modulo') d ON d.id = g.argument
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 2) m ON m.parent_id = d.id
    JOIN (SELECT id, method_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.equals' AND language IN ('c', 'cpp')) k ON k.method_id = g.method_id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) x ON x.parent_id = k.id
    JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 2) y ON y.parent_id = k.id
    LEFT JOIN otherwise_asked o ON o.method_id = g.method_id AND o.name = g.parameter AND FALSE
    WHERE (x.name = g.parameter AND y.name = m.name OR y.name = g.parameter AND x.name = m.name)
)
SELECT f.sink_id AS node_id, s.name || ' runs itself whatever it is given' AS message
FROM flows f
JOIN selves s ON s.id = f.sink_id
WHERE f.kind = 'endless-recursion'
UNION
SELECT s.id, s.name || ' is given again what it was given'
FROM same
JOIN selves s ON s.id = same.id
LEFT JOIN calling c ON c.method_id = s.method_id
WHERE c.method_id IS NULL
UNION
SELECT s.id, 'the number at which ' || s.name || ' ends may be passed by'
FROM passing p
JOIN selves s ON s.id = p.id
WHERE p.step > p.numbers
UNION
SELECT s.id, s.name || ' never gets to where it ends'
FROM wound w
JOIN selves s ON s.id = w.id
