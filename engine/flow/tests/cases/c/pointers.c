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

#define SHOWN text

void sink_of(char **there) {
    char *text = *there;
    system(text); // flow: command
}

void address(void) {
    char buffer[10];
    char *text = buffer;
    char **there = &text;
    *there = getenv("A");
    system(text); // flow: command
    system(SHOWN); // flow: command
    sink_of(&text);
    *there = "safe";
    system(text);
}

#define RUN system

void renamed(void) {
    RUN(getenv("A")); // flow: command
}
