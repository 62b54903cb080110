#include "ops.h"

static int net_open(struct device *d, int mode)
{
    return mode;
}

static void late_close(struct device *d)
{
}

static struct operations net_operations = { net_open };

static int by_size(const void *a, const void *b)
{
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return 1;
}

static compare_fn orders[] = { by_size, by_name };

void net_init(void)
{
    net_operations.close = late_close;
    pick(by_size);
    orders[1](0, 0);
    atexit(net_init);
}
