#include <stdlib.h>
#include <string.h>

void both(void) {
    int count = atoi(getenv("N"));
    malloc(count * sizeof(int)); // flow: allocation-size
    if (count < 0 || count > 1000) return;
    malloc(count * sizeof(int));
}

void upper(char *to, char *from) {
    int length = atoi(getenv("N"));
    if (length <= 100) memcpy(to, from, length); // flow: buffer-size
    if (length >= 0 && length <= 100) memcpy(to, from, length);
    memcpy(to, from, length); // flow: buffer-size
}

void no_sign(char *from) {
    char to[20];
    unsigned int length = atoi(getenv("N"));
    if (length >= 10) memcpy(to, from, length); // flow: buffer-size
    if (length < 10) memcpy(to, from, length);
    int other = atoi(getenv("M"));
    if (other > sizeof(to)) return;
    memcpy(to, from, other);
}

void inner(int count) {
    if (count < 0 || count > 10) return;
    malloc(count);
}

void outer(int count) {
    if (count > 10) malloc(count); // flow: allocation-size
}

void callers(void) {
    inner(atoi(getenv("N")));
    outer(atoi(getenv("N")));
}

void commands(void) {
    char *given = getenv("N");
    int count = atoi(given);
    if (count > 0 && count < 9) system(given); // flow: command
}
