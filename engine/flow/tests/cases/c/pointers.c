#include <stdlib.h>
#include <string.h>

struct pair { char *first; char *second; };

static void run(char *command) { system(command); /* flow: command */ }

void arrays(void) {
    char buffer[100] = "ls ";
    char *data = buffer;
    strcat(data, getenv("X"));
    system(buffer); /* flow: command */
}

void structs(void) {
    struct pair both;
    struct pair *pointer = &both;
    pointer->first = getenv("X");
    pointer->second = "ls";
    system(both.second);
    system(both.first); /* flow: command */
}

void call(void) {
    run(getenv("X"));
    run("ls");
}
