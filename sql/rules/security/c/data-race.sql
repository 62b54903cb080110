/*
id = "data-race"
title = "Shared variable changed by several threads at once"
severity = "medium"
cwe = [362, 366]
languages = ["c", "cpp"]
what = """
Finds variables that outlive functions and are changed in a function that several threads run, where that function takes no lock and
the variable is neither atomic nor of the thread. A function counts as run by several if it is started more than once, or in a loop."""
why = "What one thread writes between the reading and the writing of another is lost."
fix = "Hold a mutex from the reading to the writing, or make the variable atomic."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/CON43-C.+Do+not+allow+data+races+in+multithreaded+code"]

[[example]]
language = "c"
match = [7, 13]
code = '''
#include <pthread.h>
#include <unistd.h>

static int total, tickets;

static void *count(void *unused) {
    total++;
    return unused;
}

static void *sell(void *to) {
    for (int i = 0; i < 10; i++) {
        int left = tickets;
        usleep(10);
        tickets = left - 1;
    }
    return to;
}

int weak(void) {
    pthread_t first, second, all[4];
    pthread_create(&first, NULL, count, NULL);
    pthread_create(&second, NULL, &count, NULL);
    for (int i = 0; i < 4; i++)
        pthread_create(&all[i], NULL, sell, NULL);
    return pthread_join(first, NULL);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <pthread.h>
#include <stdatomic.h>

static int total, seen, once, slots[2];
static atomic_int safe;
static _Atomic int also_safe;
static __thread int own;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count(void *which) {
    pthread_mutex_lock(&lock);
    total++;
    pthread_mutex_unlock(&lock);
    safe++;
    return which;
}

static void *count_apart(void *which) {
    slots[*(int *)which]++;
    also_safe += 1;
    own++;
    return which;
}

static void *alone(void *which) {
    once++;
    return which;
}

int sound(void) {
    pthread_t all[4], one;
    for (int i = 0; i < 2; i++) {
        pthread_create(&all[i], NULL, count, NULL);
        pthread_create(&all[2 + i], NULL, count_apart, &seen);
    }
    pthread_create(&one, NULL, alone, NULL);
    return total + once;
}
'''

[[example]]
language = "cpp"
match = [6]
code = '''
#include <thread>

static int hits;

void hit() {
    hits += 1;
}

void run() {
    std::thread first(hit), second(hit);
    first.join();
    second.join();
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <atomic>
#include <mutex>
#include <thread>

static std::atomic<int> safe_hits;
static int locked_hits;
static std::mutex guard;

void hit_safely() {
    safe_hits += 1;
    std::lock_guard<std::mutex> hold(guard);
    locked_hits += 1;
}

void run_safely() {
    std::thread first(hit_safely), second(hit_safely);
    first.join();
    second.join();
}
'''
*/
WITH starts AS (
    -- Functions that are handed to what starts a thread.
    SELECT c.id AS call_id, c.method_id, c.position, c.file_id, t.name
    FROM (
        SELECT id, method_id, position, file_id, name, code FROM nodes
        WHERE kind = 'CALL' AND language IN ('c', 'cpp')
          AND (name IN ('pthread_create', 'thrd_create', 'CreateThread', '_beginthreadex', '_beginthread', 'g_thread_new')
            OR regexp_like(name, '^(<init>|(std::)?j?thread|(std::)?async)$') OR regexp_like(code, '^(std::)?j?thread\b|^\w+\(\w+\)$'))
    ) c
    JOIN (SELECT id, parent_id, kind, name FROM nodes WHERE argument_index >= 1 AND kind IN ('IDENTIFIER', 'METHOD_REF', 'CALL')) a ON a.parent_id = c.id
    JOIN (
        SELECT id AS via, id, name FROM nodes WHERE kind IN ('IDENTIFIER', 'METHOD_REF')
        UNION ALL
        SELECT o.id, i.id, i.name
        FROM (SELECT id FROM nodes WHERE kind = 'CALL' AND name IN ('<operator>.addressOf', '<operator>.cast')) o
        JOIN (SELECT id, parent_id, name FROM nodes WHERE kind = 'IDENTIFIER') i ON i.parent_id = o.id
    ) t ON t.via = a.id
    WHERE c.name IN ('pthread_create', 'thrd_create', 'CreateThread', '_beginthreadex', '_beginthread', 'g_thread_new', 'async', 'std::async')
      OR regexp_like(c.code, '\bj?thread\b')
      OR EXISTS (
        SELECT 1 FROM (SELECT name, type_full_name, method_id FROM nodes WHERE kind = 'LOCAL' AND language = 'cpp') v
        WHERE v.method_id = c.method_id AND regexp_like(v.type_full_name, '^(std::)?j?thread$') AND starts_with(c.code, v.name))
), bodies AS (
    SELECT s.call_id, s.method_id, s.position, m.id AS body
    FROM starts s
    JOIN (SELECT id, name, file_id FROM nodes WHERE kind = 'METHOD' AND language IN ('c', 'cpp') AND NOT is_external) m ON m.name = s.name AND m.file_id = s.file_id
), looped AS (
    SELECT DISTINCT b.body
    FROM bodies b
    JOIN (SELECT method_id, position, position_last FROM nodes WHERE kind = 'CONTROL_STRUCTURE' AND control IN ('FOR', 'WHILE', 'DO')) l
        ON l.method_id = b.method_id AND b.position BETWEEN l.position AND l.position_last
), several AS (
    SELECT body FROM bodies GROUP BY body HAVING count(DISTINCT call_id) > 1
    UNION
    SELECT body FROM looped
), locking AS (
    SELECT DISTINCT method_id FROM nodes
    WHERE kind IN ('CALL', 'LOCAL') AND language IN ('c', 'cpp')
      AND regexp_like(lower(coalesce(name, '') || ' ' || coalesce(type_full_name, '')), 'lock|mutex|sem_|semaphore|atomic|critical|interlocked|__sync|barrier|once|guard|monitor|queue')
), shared AS (
    SELECT u.id, u.name, u.method_id, u.position, u.parent_id, u.argument_index, r.dst AS variable
    FROM nodes u
    JOIN several b ON b.body = u.method_id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = u.id
    JOIN (SELECT id, parent_id, type_full_name, code FROM nodes WHERE kind = 'MEMBER' AND language IN ('c', 'cpp')) v ON v.id = r.dst
    JOIN (SELECT id FROM nodes WHERE kind = 'NAMESPACE_BLOCK') t ON t.id = v.parent_id
    -- An array has a place for each thread, more often than not.
    WHERE u.kind = 'IDENTIFIER'
      AND NOT regexp_like(coalesce(v.type_full_name, '') || ' ' || coalesce(v.code, ''), 'atomic|_Atomic|thread_local|__thread|_Thread_local|mutex|cond_t|#define')
      AND NOT regexp_like(coalesce(v.type_full_name, ''), '\]$')
), changed AS (
    SELECT s.variable, s.method_id
    FROM shared s
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') a ON a.id = s.parent_id
    WHERE s.argument_index = 1 AND regexp_like(a.name, '^<operator>\.(assignment.*|(pre|post)(In|De)crement)$')
    GROUP BY s.variable, s.method_id
), read AS (
    -- Something is made of what was there: a value that is written in any case is the same whoever writes it.
    SELECT s.variable, s.method_id
    FROM shared s
    JOIN (SELECT id, name FROM nodes WHERE kind IN ('CALL', 'CONTROL_STRUCTURE')) a ON a.id = s.parent_id
    WHERE NOT (s.argument_index = 1 AND a.name = '<operator>.assignment') OR a.name IS NULL
    GROUP BY s.variable, s.method_id
)
SELECT id AS node_id, name || ' is changed by several threads at once' AS message
FROM (
    SELECT s.id, s.name, row_number() OVER (PARTITION BY s.variable, s.method_id ORDER BY s.position) AS place
    FROM shared s
    JOIN changed c ON c.variable = s.variable AND c.method_id = s.method_id
    JOIN read r ON r.variable = s.variable AND r.method_id = s.method_id
    LEFT JOIN locking l ON l.method_id = s.method_id
    WHERE l.method_id IS NULL
)
WHERE place = 1
