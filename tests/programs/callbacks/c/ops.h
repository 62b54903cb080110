struct device;

struct operations {
    int (*open)(struct device *d, int mode);
    void (*close)(struct device *d);
};

struct device {
    const struct operations *ops;
};

typedef int (*compare_fn)(const void *a, const void *b);

int device_open(struct device *d);
