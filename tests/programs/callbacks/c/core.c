#include "ops.h"

int device_open(struct device *d)
{
    return d->ops->open(d, 1);
}

void device_close(struct device *d)
{
    d->ops->close(d);
}

int pick(compare_fn compare)
{
    return compare(0, 0);
}
