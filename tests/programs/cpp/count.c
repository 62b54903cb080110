#include "count.h"

static int total;

int count_up(int by) {
    total += by;
    return total;
}
