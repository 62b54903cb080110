#include <stdio.h>
#include "list.h"

int main(void) {
    struct node last = { 2, 0 };
    struct node first = { 1, &last };
    printf("%d %d\n", length(&first), sum(&first));
    return 0;
}
