#include "list.h"

static int visits = 0;

static void visit(struct node *n) {
    visits++;
}

int length(struct node *list) {
    int count = 0;
    while (list) {
        visit(list);
        list = list->next;
        count++;
    }
    return count;
}

int sum(struct node *list) {
    if (!list)
        return 0;
    return list->value + sum(list->next);
}
