struct pair { int first; char name[8]; };
char *make_room(unsigned long size);
void drop_room(char *room);
void leave(int code);
int asked(const char *room);

int early(int given) {
    char *a = make_room(10); // flow: memory-leak
    if (a == 0) return 0;
    if (given < 0) return 0;
    drop_room(a);
    return 1;
}

char *handed_on(int given) {
    char *a = make_room(10);
    if (!a) return 0;
    if (given < 0) {
        drop_room(a);
        return 0;
    }
    return a;
}

int tested(int given) {
    char *a = make_room(10);
    if (asked(a)) return 1;
    drop_room(a);
    return given;
}

static void never_back(int given) {
    drop_room(0);
    leave(given);
}

int after(int given) {
    char *a = make_room(10);
    if (a == 0) never_back(1);
    a[0] = 'a';
    if (given) {
        drop_room(a);
        never_back(2);
    }
    a[1] = 'b';
    drop_room(a);
    return 0;
}

int wide(unsigned char small) {
    long long far = 2147483647;
    int near = 2147483647;
    far = near + 1LL;
    far = near + 1; // flow: integer-overflow
    unsigned int turned = 0 - 5u;
    return (int)(far + turned + small);
}

void round(void) {
    int i = 0;
    while (i < 10) { // flow: endless-loop
        int other = i + 1;
        i = other - 1;
    }
}

int again(int depth) {
    if (depth > 3) depth = 0;
    return 1 + again(depth + 1); // flow: endless-recursion
}

int depth_of(int depth) {
    if (depth > 3) return depth;
    return 1 + depth_of(depth + 1);
}

void count(void) {
    char list[] = {'a', 'b', 'c'};
    list[2] = 'd';
    list[3] = 'd'; // flow: buffer-overflow
    for (int i = 2; i >= -1; i--) list[i] = 'e'; // flow: buffer-underflow
}
