#ifndef LIST_H
#define LIST_H

struct node {
    int value;
    struct node *next;
};

int length(struct node *list);
int sum(struct node *list);

#endif
