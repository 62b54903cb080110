#include <stdlib.h>

struct item {
    char *text;
    struct item *next;
};

static void each(struct item *list) {
    while (list) {
        system(list->text); // flow: command
        list = list->next;
    }
}

static void sound(struct item *list) {
    while (list) {
        system(list->text);
        list = list->next;
    }
}

void last_of_four(void) {
    struct item a, b, c, d;
    d.text = getenv("A");
    d.next = NULL;
    c.text = "c";
    c.next = &d;
    b.text = "b";
    b.next = &c;
    a.text = "a";
    a.next = &b;
    each(&a);
}

void all_sound(void) {
    struct item a, b, c;
    c.text = "c";
    c.next = NULL;
    b.text = "b";
    b.next = &c;
    a.text = "a";
    a.next = &b;
    sound(&a);
}
