/*
id = "type-confusion"
title = "Memory taken for another type than it has"
severity = "medium"
cwe = [843, 704]
languages = ["c", "cpp"]
what = """
Finds variables whose bytes are read as another kind of number by way of a pointer (a float as an integer, an integer as a float,
characters as a number), addresses of such variables handed over as a pointer to the other kind, and functions that take whatever they are given by a
pointer to void for one struct, where a call gives them another."""
why = "The bytes mean something else; the compiler takes it that pointers of different types never lead to the same place, and what is larger than it is is read beyond its end."
fix = "Copy the bytes with memcpy, or with std::bit_cast; give a pointer of the type that is declared, and a tag beside what may be of several."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/EXP39-C.+Do+not+access+a+variable+through+a+pointer+of+an+incompatible+type"]

[[example]]
language = "c"
match = [11, 12, 21, 28, 34]
code = '''
#include <stdio.h>

struct dog { int age; char name[8]; };
struct rock { int weight; double size; };

static void show(int *number) {
    printf("%d\n", *number);
}

int bits(float given) {
    int as_int = *(int *)&given;
    return as_int + *(unsigned *)&given;
}

static void bark(void *animal) {
    struct dog *dog = (struct dog *)animal;
    puts(dog->name);
}

void call(struct rock *rock) {
    bark(rock);
}

void weak(void) {
    struct dog dog = {1, "rex"};
    float real = 1.5f;
    bark(&dog);
    show(&real);
}

int first(void) {
    char bytes[8];
    bytes[0] = '!';
    return *(int *)bytes;
}
'''

[[example]]
language = "c"
match = [7]
code = '''
#include <stddef.h>

int wider(int given) {
    short small = 3;
    void *what = NULL;
    if (given) what = &small;
    return *((int *)what);
}

int fitting(int given) {
    short small = 3;
    int large = 4;
    void *what = NULL;
    if (given) what = &small; else what = &large;
    return given ? *(short *)what : *(int *)what;
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct cat { int age; char name[8]; };
struct box { struct cat cat; int room; };

static void show(const int *number) {
    printf("%d\n", *number);
}

static void meow(void *animal) {
    struct cat *cat = (struct cat *)animal;
    puts(cat->name);
}

static void either(void *what, int tag) {
    if (tag == 1) {
        struct cat *cat = (struct cat *)what;
        puts(cat->name);
    } else {
        struct box *box = (struct box *)what;
        printf("%d", box->room);
    }
}

uint32_t sound(float given, unsigned count, struct box *box) {
    uint32_t bits;
    struct cat cat = {1, "tom"};
    memcpy(&bits, &given, sizeof bits);
    show((int *)&count);
    meow(&cat);
    meow(&box->cat);
    meow(box);
    either(&cat, 1);
    either(box, 2);
    return bits + *(unsigned *)&count + *(unsigned char *)&given;
}
'''

[[example]]
language = "cpp"
match = [2]
code = '''
long bits_of(double given) {
    return *(long *)&given;
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <cstring>
long bits_of_safely(double given) {
    long bits;
    std::memcpy(&bits, &given, sizeof bits);
    return bits;
}
'''
*/
WITH kinds AS (
    -- Numbers by what their bytes mean.
    SELECT id, name, method_id,
        CASE WHEN regexp_like(type_full_name, '^((const|static|volatile|register) )*(float|double|long double)$') THEN 'real'
             WHEN regexp_like(type_full_name, '^((const|static|volatile|register) )*((unsigned|signed)( (int|short|long|long long|long int|short int))?|int|short|long|long long|long int|short int|u?int(16|32|64)_t|size_t)$') THEN 'whole'
             WHEN regexp_like(type_full_name, '^((const|static|volatile) )*char\[\]$') THEN 'characters' END AS meaning
    FROM nodes
    WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN', 'MEMBER') AND language IN ('c', 'cpp')
), named AS (
    SELECT u.id, u.parent_id, u.argument_index, u.method_id, k.meaning
    FROM (SELECT id, parent_id, argument_index, method_id FROM nodes WHERE kind = 'IDENTIFIER' AND language IN ('c', 'cpp')) u
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = u.id
    JOIN kinds k ON k.id = r.dst
    WHERE k.meaning IS NOT NULL
), addressed AS (
    -- &x; an array is its own address.
    SELECT a.id, a.parent_id, a.argument_index, n.meaning
    FROM named n
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'CALL' AND name = '<operator>.addressOf') a ON a.id = n.parent_id
    WHERE n.meaning <> 'characters'
    UNION ALL
    SELECT n.id, n.parent_id, n.argument_index, n.meaning FROM named n WHERE n.meaning = 'characters'
), cast_to AS (
    SELECT c.id, c.parent_id, c.argument_index, a.meaning,
        CASE WHEN regexp_like(t.name, '^(const )?(float|double|long double) ?\*$') THEN 'real'
             WHEN regexp_like(t.name, '^(const )?((unsigned|signed)( (int|short|long|long long))?|int|short|long|long long|u?int(16|32|64)_t) ?\*$') THEN 'whole' END AS other
    FROM addressed a
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast') c ON c.id = a.parent_id
    JOIN (SELECT parent_id, coalesce(nullif(code, ''), name) AS name FROM nodes WHERE kind = 'TYPE_REF') t ON t.parent_id = c.id
), followed AS (
    SELECT p.id, c.meaning, c.other
    FROM cast_to c
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.indirection') p ON p.id = c.parent_id
    UNION ALL
    -- int *p = (int *)bytes; … *p
    SELECT p.id, c.meaning, c.other
    FROM cast_to c
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') s ON s.id = c.parent_id
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = s.id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REACHING_DEF') r ON r.src = d.id
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') u ON u.id = r.dst
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.indirection') p ON p.id = u.parent_id
    -- What is written is then of that type; and macros that start with a cast hide what they read.
    JOIN (SELECT id, name FROM nodes) q ON q.id = p.parent_id
    WHERE coalesce(q.name, '') NOT LIKE '<operator>.assignment%'
), wide AS (
    SELECT 'char' AS type, 1 AS bytes UNION ALL SELECT 'short', 2 UNION ALL SELECT 'int', 4 UNION ALL SELECT 'float', 4 UNION ALL SELECT 'long', 8
    UNION ALL SELECT 'double', 8 UNION ALL SELECT 'long long', 8 UNION ALL SELECT 'int64_t', 8 UNION ALL SELECT 'int32_t', 4 UNION ALL SELECT 'int16_t', 2
), pointed AS (
    -- void *p = &x; … *(int *)p
    SELECT p.id, bool_and(coalesce(w.bytes < y.bytes, l.parent_id IS NOT NULL, FALSE)) AS smaller, bool_or(coalesce(w.bytes < y.bytes, FALSE)) AS known
    FROM (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast' AND language IN ('c', 'cpp')) c
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.indirection') p ON p.id = c.parent_id
    JOIN (SELECT parent_id, regexp_replace(coalesce(nullif(code, ''), name), '^(const )?|\s*\*$', '', 'g') AS type FROM nodes WHERE kind = 'TYPE_REF') t ON t.parent_id = c.id
    JOIN wide y ON y.type = t.type
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') u ON u.parent_id = c.id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') v ON v.src = u.id
    JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN') AND regexp_like(type_full_name, '^(const )?void ?\*$')) o ON o.id = v.dst
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REACHING_DEF') r ON r.dst = u.id
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.id = r.src
    JOIN (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment') a ON a.id = d.parent_id
    LEFT JOIN (SELECT parent_id FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2) l ON l.parent_id = a.id
    LEFT JOIN (
        SELECT g.parent_id, q.type_full_name AS type
        FROM (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.addressOf' AND argument_index = 2) g
        JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') i ON i.parent_id = g.id
        JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') e ON e.src = i.id
        JOIN (SELECT id, type_full_name FROM nodes WHERE kind = 'LOCAL') q ON q.id = e.dst
    ) x ON x.parent_id = a.id
    LEFT JOIN wide w ON w.type = x.type
    GROUP BY p.id
), parameters_of AS (
    SELECT parent_id AS method_id, id, name, type_full_name, row_number() OVER (PARTITION BY parent_id ORDER BY position) AS place
    FROM nodes WHERE kind = 'METHOD_PARAMETER_IN' AND language = 'c'
), handed AS (
    SELECT e.dst AS method_id, c.id AS call_id, a.id AS argument, a.argument_index
    FROM (SELECT id, name FROM nodes WHERE kind = 'CALL' AND language = 'c') c
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'CALL') e ON e.src = c.id
    JOIN (SELECT id, parent_id, argument_index FROM nodes WHERE argument_index >= 1) a ON a.parent_id = c.id
), taken AS (
    -- What a function makes of a parameter that is a pointer to void, if it makes one thing of it and asks nothing.
    SELECT p.method_id, p.place, min(t.name) AS type
    FROM parameters_of p
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.dst = p.id
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') u ON u.id = r.src
    LEFT JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.cast') c ON c.id = u.parent_id
    LEFT JOIN (SELECT parent_id, regexp_replace(coalesce(nullif(code, ''), name), '^(const )?(struct )?|\s*\*$', '', 'g') AS name FROM nodes WHERE kind = 'TYPE_REF') t ON t.parent_id = c.id
    WHERE regexp_like(p.type_full_name, '^(const )?void ?\*$')
    GROUP BY p.method_id, p.place
    HAVING count(*) = count(t.name) AND count(DISTINCT t.name) = 1
), structs AS (
    SELECT t.id, t.name FROM nodes t
    WHERE t.kind = 'TYPE_DECL' AND t.language = 'c' AND NOT t.is_external AND EXISTS (SELECT 1 FROM (SELECT parent_id FROM nodes WHERE kind = 'MEMBER') m WHERE m.parent_id = t.id)
), given_struct AS (
    SELECT h.method_id, h.call_id, h.argument_index, regexp_replace(v.type_full_name, '^(const )?(struct )?|\s*\*$', '', 'g') AS type
    FROM handed h
    JOIN (
        SELECT a.id AS argument, i.id, FALSE AS is_pointer
        FROM (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.addressOf') a
        JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER') i ON i.parent_id = a.id
        UNION ALL
        SELECT id AS argument, parent_id - parent_id + id, TRUE FROM nodes WHERE kind = 'IDENTIFIER'
    ) g ON g.argument = h.argument
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = g.id
    JOIN (SELECT id, type_full_name FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN', 'MEMBER')) v ON v.id = r.dst
    WHERE g.is_pointer = regexp_like(v.type_full_name, '[^*]\*$')
)
SELECT DISTINCT f.id AS node_id, CASE f.other WHEN 'real' THEN 'these bytes are no floating number' ELSE 'the bytes of this are no whole number' END AS message
FROM followed f
WHERE f.other <> f.meaning
UNION
SELECT a.id, 'this leads to another kind of number than is declared'
FROM addressed a
JOIN handed h ON h.argument = a.id
JOIN parameters_of p ON p.method_id = h.method_id AND p.place = h.argument_index
WHERE a.meaning = 'real' AND regexp_like(p.type_full_name, '^(const )?((unsigned|signed)( (int|short|long|long long))?|int|short|long|long long|u?int(16|32|64)_t) ?\*$')
   OR a.meaning = 'whole' AND regexp_like(p.type_full_name, '^(const )?(float|double|long double) ?\*$')
UNION
SELECT g.call_id, 'a ' || g.type || ' is taken for a ' || t.type
FROM given_struct g
JOIN taken t ON t.method_id = g.method_id AND t.place = g.argument_index
JOIN structs s ON s.name = t.type
JOIN structs o ON o.name = g.type
-- What begins with the other may stand for it.
LEFT JOIN (
    SELECT parent_id, regexp_replace(type_full_name, '^(const )?(struct )?', '', 'g') AS first
    FROM (SELECT parent_id, type_full_name, row_number() OVER (PARTITION BY parent_id ORDER BY position) AS place FROM nodes WHERE kind = 'MEMBER')
    WHERE place = 1
) f ON f.parent_id = o.id
LEFT JOIN (
    SELECT parent_id, regexp_replace(type_full_name, '^(const )?(struct )?', '', 'g') AS first
    FROM (SELECT parent_id, type_full_name, row_number() OVER (PARTITION BY parent_id ORDER BY position) AS place FROM nodes WHERE kind = 'MEMBER')
    WHERE place = 1
) k ON k.parent_id = s.id
WHERE t.type <> g.type AND coalesce(f.first, '') <> t.type AND coalesce(k.first, '') <> g.type
UNION
SELECT id, 'what this leads to is smaller than what is read' FROM pointed WHERE smaller AND known
