/*
id = "null-test-misplaced"
title = "Test for null that does not help"
severity = "low"
cwe = [476]
languages = ["java"]
what = """
Finds variables that are used where a test has just found them null, tests for null joined with & or | whose other side uses the
variable all the same, and tests for null of what was used before."""
why = """
Either the variable can be null, and then the use throws; or it cannot, and then the test says what is not so."""
fix = "Use the variable only where it is not null; join with && and ||; ask before the first use, or not at all."
references = ["https://wiki.sei.cmu.edu/confluence/display/java/EXP01-J.+Do+not+use+a+null+in+a+case+where+an+object+is+required"]

[[example]]
language = "java"
match = [4, 6, 9, 13]
code = '''
class MisplacedNullTests {
    int weak(String name, String color, String size) {
        if (name == null) {
            return name.length();
        }
        if (color != null & color.length() > 3) {
            return 1;
        }
        if (size == null | size.isEmpty()) {
            return 2;
        }
        int length = color.concat(name).length();
        if (color != null) {
            length++;
        }
        return length;
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
class PlacedNullTests {
    private String last;

    int sound(String name, String color, String size, String[] all) {
        if (name == null) {
            name = "";
            return name.length();
        }
        if (color != null && color.length() > 3) {
            color = null;
        }
        if (size == null || size.isEmpty()) {
            return 2;
        }
        for (String one : all) {
            if (color != null) {
                return color.length();
            }
            color = one;
            one.trim();
        }
        for (String one : all) {
            if (size == null) {
                size = one;
                size.trim();
            }
            size = null;
        }
        if (name.isEmpty() && color != null) {
            color.trim();
        }
        if (last == null) {
            last = "";
        }
        try {
            color.trim();
        } finally {
            if (color != null) {
                last = color;
            }
        }
        return last.length();
    }
}
'''
*/
WITH tests AS MATERIALIZED (
    SELECT v.id, v.name, v.method_id, k.id AS call_id, k.parent_id, k.position, k.name AS operator, e.src AS definition
    FROM (SELECT id, name, parent_id, position FROM nodes WHERE kind = 'CALL' AND name IN ('<operator>.equals', '<operator>.notEquals') AND language = 'java') k
    JOIN (SELECT id, name, method_id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') v ON v.parent_id = k.id
    JOIN (SELECT parent_id FROM nodes WHERE kind = 'LITERAL' AND code = 'null') z ON z.parent_id = k.id
    JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.dst = v.id AND e.label = v.name
), used AS MATERIALIZED (
    SELECT u.id, u.name, u.method_id, u.position, u.parent_id, e.src AS definition
    FROM nodes u
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') p ON p.id = u.parent_id
    JOIN (SELECT src, dst, label FROM stored.edges WHERE kind = 'REACHING_DEF') e ON e.dst = u.id AND e.label = u.name
    JOIN (SELECT DISTINCT method_id FROM tests) t ON t.method_id = u.method_id
    WHERE u.kind = 'IDENTIFIER' AND u.language = 'java'
      AND (u.argument_index = 0 AND NOT starts_with(p.name, '<operator>')
        OR u.argument_index = 1 AND p.name IN ('<operator>.indexAccess', '<operator>.fieldAccess'))
)
-- if (x == null) { … x.y() … }
SELECT u.parent_id AS node_id, u.name || ' is null here' AS message
FROM tests t
JOIN (SELECT id FROM nodes WHERE control = 'IF') i ON i.id = t.parent_id
JOIN (SELECT parent_id, position, position_last FROM nodes WHERE kind = 'BLOCK' AND child_index = 2) b ON b.parent_id = i.id
JOIN used u ON u.method_id = t.method_id AND u.name = t.name AND u.definition = t.definition AND u.position BETWEEN b.position AND b.position_last
-- Nothing else may have been assigned: in the block, or on another way.
JOIN (SELECT id, position FROM nodes) f ON f.id = t.definition AND NOT f.position BETWEEN b.position AND b.position_last
WHERE t.operator = '<operator>.equals'
  AND NOT EXISTS (
    SELECT 1 FROM stored.edges e WHERE e.kind = 'REACHING_DEF' AND e.dst = u.id AND e.label = u.name AND e.src <> t.definition)
UNION
-- x != null & x.y(), x == null | x.y()
SELECT a.id, u.name || ' is used whatever the test says'
FROM tests t
JOIN (SELECT id, name, position_last FROM nodes WHERE kind = 'CALL') a ON a.id = t.parent_id
JOIN used u ON u.method_id = t.method_id AND u.name = t.name AND u.position > t.position AND u.position <= a.position_last
WHERE t.operator = '<operator>.notEquals' AND a.name = '<operator>.and' OR t.operator = '<operator>.equals' AND a.name = '<operator>.or'
UNION
-- x.y(); if (x != null)
SELECT t.call_id, t.name || ' was used before'
FROM tests t
JOIN (SELECT id, parent_id, position FROM nodes WHERE control = 'IF') i ON i.id = t.parent_id
JOIN used u ON u.method_id = t.method_id AND u.name = t.name AND u.definition = t.definition AND u.position < t.position
-- A statement of the same block, all of which is run.
JOIN (SELECT parent_id, position, position_last, code FROM nodes WHERE kind = 'CALL' AND argument_index IS NULL) s
    ON s.parent_id = i.parent_id AND s.position_last < i.position AND u.position BETWEEN s.position AND s.position_last
WHERE NOT regexp_like(s.code, '&&|\|\||\?|->')
