/*
id = "swapped-arguments"
title = "Arguments in each other's place"
severity = "medium"
cwe = [628, 683]
languages = ["c", "cpp", "java"]
what = """
Finds calls of functions of the tree that are given two variables, each of which is called like the parameter that the other is given for. Short
names, and functions and parameters whose names say that places are changed on purpose, are left alone."""
why = "Where both have the same type, no compiler says anything, and one is used for the other."
fix = "Give the arguments in the order of the parameters."
references = ["https://doi.org/10.1145/2884781.2884847"]

[[example]]
language = "c"
match = [8]
code = '''
#include <stdio.h>

static void greet(const char *name, const char *greeting) {
    printf("%s, %s", greeting, name);
}

void weak(const char *name, const char *greeting) {
    greet(greeting, name);
}
'''

[[example]]
language = "c"
match = []
code = '''
static int compare(int first, int second) {
    return first < second ? -1 : first > second;
}

static void flip(int width, int height) {
    compare(width, height);
}

void sound(int width, int height, int first, int second) {
    flip(height, width);
    compare(second, first);
    compare(first, second);
}
'''

[[example]]
language = "cpp"
match = [2]
code = '''
static int area_of(int width_of_it, int count_of_it) { return width_of_it - count_of_it; }
int made(int width_of_it, int count_of_it) { return area_of(count_of_it, width_of_it); }
'''

[[example]]
language = "cpp"
match = []
code = '''
static int room_of(int width_of_it, int count_of_it) { return width_of_it - count_of_it; }
int rooms(int width_of_it, int count_of_it) { return room_of(width_of_it, count_of_it); }
'''

[[example]]
language = "java"
match = [5]
code = '''
class SwappedSender {
    static void send(String subject, String address) { System.out.println(subject + address); }

    void weak(String subject, String address) {
        send(address, subject);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class SwappedSoundSender {
    static void send(String subject, String address) { System.out.println(subject + address); }

    void sound(String subject, String address) {
        send(subject, address);
    }
}
'''
*/
WITH parameters_of AS (
    SELECT parent_id AS method_id, name, argument_index AS place
    FROM (
        SELECT parent_id, name, row_number() OVER (PARTITION BY parent_id ORDER BY position) AS argument_index
        FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND name <> 'this' AND language IN ('c', 'cpp', 'java')
    )
), named AS (
    SELECT a.parent_id AS call_id, a.argument_index AS place, a.name
    FROM (SELECT parent_id, argument_index, name FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index >= 1 AND language IN ('c', 'cpp', 'java') AND length(name) >= 4) a
), pairs AS (
    SELECT c.method_id AS caller, c.name AS called, u.place AS first_place, u.name AS first_name, v.place AS second_place, v.name AS second_name
    FROM (SELECT id, name, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp', 'java') AND NOT starts_with(name, '<operator>')) c
    JOIN named u ON u.call_id = c.id
    JOIN named v ON v.call_id = c.id AND v.place > u.place
)
SELECT DISTINCT c.id AS node_id, a.name || ' and ' || b.name || ' stand in each other''s place' AS message
FROM (SELECT id, name, method_id FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp', 'java') AND NOT starts_with(name, '<operator>')) c
JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL' AND confidence >= 0.9) e ON e.src = c.id
JOIN (SELECT id, name FROM nodes WHERE kind = 'METHOD' AND NOT is_external) m ON m.id = e.dst
JOIN (SELECT id, name FROM nodes WHERE kind = 'METHOD') o ON o.id = c.method_id
JOIN named a ON a.call_id = c.id
JOIN named b ON b.call_id = c.id AND b.place > a.place
JOIN parameters_of p ON p.method_id = m.id AND p.place = a.place AND p.name = b.name
JOIN parameters_of q ON q.method_id = m.id AND q.place = b.place AND q.name = a.name
-- Reverse, mirror, greater than by less than: the places are meant.
WHERE NOT regexp_like(lower(m.name || ' ' || o.name || ' ' || a.name || ' ' || b.name), 'swap|flip|rever|mirror|rotat|transpos|invert|invers|opposite|back|undo|symmetr|commut|exchang|compar|less|great|before|after|cmp|equal|left|right|first|second|lhs|rhs|differ|distance|intersect|overlap|restor|switch|cross')
-- A method that calls it both ways has thought of the order.
  AND NOT EXISTS (
    SELECT 1 FROM pairs t
    WHERE t.caller = c.method_id AND t.called = c.name AND t.first_place = a.place AND t.first_name = b.name
      AND t.second_place = b.place AND t.second_name = a.name
  )
