#include <stdio.h>
#include "order.h"
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#ifdef DEBUG
# define LOG(...) fprintf(stderr, __VA_ARGS__)
#else
# define LOG(...) do {} while (0)
#endif

/* A list. */
typedef struct node {
    int value : 4;
    struct node *next;
    union { long l; char c[8]; } u;
    int (*compare)(const struct node *, const struct node *);
} node_t;

enum color { RED, GREEN = 1 << 1, BLUE };
static const char *names[] = { [RED] = "red", "green", "blue" };
extern int count(const node_t *list), other;

static inline int sum(const node_t *list, int n, ...)
{
    int total = 0, i, *p = &total;
    for (i = 0; list && i < n; i++, list = list->next) {
        if (list->value == 0)
            continue;
        else if (list->value < 0)
            goto out;
        *p += MAX(list->value, (int)sizeof(node_t)) * names[i % 3][0];
    }
    while (n--)
        total ^= n;
    do {
        LOG("%d\n", total);
    } while (total-- > 100 && !other);
out:
    switch (total) {
    case 0:
    case 1:
        total = 7;
        break;
    case 2 ... 5: {
        total <<= 2;
    }
    default:
        total = total ? total : -1;
    }
    return total;
}

int (*pick(int which))(const node_t *, const node_t *)
{
    node_t here = { .value = 1, .next = NULL };
    return which ? here.compare : (void *)0;
}

int main(int argc, char **argv)
{
    struct node *n = malloc(sizeof *n);
    list_for_each(n, argv) {
        (*n->compare)(n, n->next);
    }
    return sum(n, argc) == EOF;
}
