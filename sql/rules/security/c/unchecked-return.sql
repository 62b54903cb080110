/*
id = "unchecked-return"
title = "Failure that nobody asks about"
severity = "low"
cwe = [252, 253]
languages = ["c", "cpp"]
what = """
Finds calls whose answer says whether they did what they had to, where that answer is thrown away and the program goes on as
if they had: giving up rights, reading input, changing the root."""
why = """
A program that could not give up its rights goes on with them; a buffer that was not filled holds what was there before."""
fix = "Look at the answer, and stop or say so when it is a failure."
references = ["https://wiki.sei.cmu.edu/confluence/display/c/ERR33-C.+Detect+and+handle+standard+library+errors"]

[[example]]
language = "c"
match = [6, 7]
code = '''
#include <stdio.h>
#include <unistd.h>

void weak(char *line) {
    char own[4];
    setuid(1000);
    fgets(line, 80, stdin);
    (void)fgets(own, 4, stdin);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int sound(char *line) {
    if (setuid(1000) != 0) abort();
    char *got = fgets(line, 80, stdin);
    puts(line);
    return got != NULL && fread(line, 1, 80, stdin) == 80;
}
'''

[[example]]
language = "cpp"
match = [5]
code = '''
#include <unistd.h>
#include <cstdlib>

void weak() {
    setgid(1000);
    std::abort();
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <unistd.h>

bool sound() {
    return setgid(1000) == 0;
}
'''
*/
SELECT DISTINCT c.id AS node_id, 'nobody asks whether ' || c.name || ' failed' AS message
FROM call_graph g
JOIN nodes c ON c.id = g.call_id AND c.language IN ('c', 'cpp') AND c.argument_index IS NULL
-- A call that stands in a block by itself is a statement.
JOIN nodes p ON p.id = c.parent_id AND p.kind = 'BLOCK'
WHERE g.is_external
  AND g.callee_full_name IN ('setuid', 'setgid', 'seteuid', 'setegid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups', 'initgroups',
    'chroot', 'fgets', 'fgetws', 'fread', 'scanf', 'fscanf', 'wscanf', 'fwscanf', 'realloc',
    'ImpersonateNamedPipeClient', 'ImpersonateLoggedOnUser', 'RpcImpersonateClient', 'ImpersonateSelf')
