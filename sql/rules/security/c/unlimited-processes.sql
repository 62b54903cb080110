/*
id = "unlimited-processes"
title = "A process for each that asks, however many ask"
severity = "low"
cwe = [770, 400]
languages = ["c", "cpp"]
what = """
Finds fork and the start of threads in loops that accept connections, where nothing in the function counts how many there are or sets a limit to them."""
why = "Whoever opens connections faster than they end takes all processes there are, and the memory that they need."
fix = "Count those that run, and turn away or let wait whoever comes when there are enough; set a limit with setrlimit."
references = ["https://man7.org/linux/man-pages/man2/fork.2.html", "https://cwe.mitre.org/data/definitions/770.html"]

[[example]]
language = "c"
match = [9]
code = '''
#include <sys/socket.h>
#include <unistd.h>

void serve(int client);

void weak(int server) {
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (fork() == 0) {
            serve(client);
            _exit(0);
        }
        close(client);
    }
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void serve(int client);
static int running;

void sound(int server) {
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (running >= 20) {
            wait(NULL);
            running--;
        }
        if (fork() == 0) {
            serve(client);
            _exit(0);
        }
        running++;
        close(client);
    }
}

int daemon_like(void) {
    for (int i = 0; i < 3; i++)
        if (fork() == 0) return i;
    return -1;
}
'''

[[example]]
language = "cpp"
match = [10]
code = '''
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

void answer(int client);

void weak_server(int server) {
    while (true) {
        int client = ::accept(server, nullptr, nullptr);
        if (::fork() == 0) {
            answer(client);
            ::_exit(0);
        }
        ::close(client);
    }
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <unistd.h>

int once() {
    return ::fork();
}
'''
*/
WITH loops AS (
    SELECT id, method_id, position, position_last FROM nodes
    WHERE kind = 'CONTROL_STRUCTURE' AND language IN ('c', 'cpp') AND control IN ('WHILE', 'FOR', 'DO')
), accepting AS (
    SELECT DISTINCT l.id, l.method_id, l.position, l.position_last
    FROM loops l
    JOIN (SELECT method_id, position FROM nodes WHERE kind = 'CALL' AND name IN ('accept', 'accept4', '::accept', '::accept4', 'WSAAccept')) a
        ON a.method_id = l.method_id AND a.position BETWEEN l.position AND l.position_last
), counting AS (
    -- Something is counted up and compared, a signal handler may count down.
    SELECT DISTINCT c.method_id
    FROM (SELECT id, method_id, name FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp')) c
    WHERE c.name IN ('setrlimit', 'sem_wait', 'sem_trywait', 'wait', 'pthread_cond_wait')
       OR regexp_like(c.name, '^<operator>\.((pre|post)Increment|assignmentPlus)$')
)
SELECT c.id AS node_id, 'whoever connects makes another one' AS message
FROM (SELECT id, method_id, position, name FROM nodes WHERE kind = 'CALL' AND language IN ('c', 'cpp') AND name IN ('fork', '::fork', 'vfork', 'pthread_create')) c
JOIN accepting l ON l.method_id = c.method_id AND c.position BETWEEN l.position AND l.position_last
LEFT JOIN counting k ON k.method_id = c.method_id
WHERE k.method_id IS NULL
