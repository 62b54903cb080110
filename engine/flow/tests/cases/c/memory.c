struct pair { int first; char name[8]; };
char *make_room(unsigned long size);
void drop_room(char *room);
void leave(int code);
void put_bytes(char *to, unsigned long count);
void fill_bytes(char *to, int with, unsigned long count);
void put_text(char *to, const char *from);
void add_text(char *to, const char *from);
unsigned long text_length(const char *text);
char *keep(char *room);

static char *room(void) {
    char *made = make_room(10); // flow: memory-leak
    if (made == 0) leave(1);
    return made;
}

static void drop(char *given) { drop_room(given); }
static void first(char *given) { given[0] = 'a'; }
static void tenth(char *given) { put_bytes(given, 10); }

void used(void) {
    char *a = room();
    drop(a);
    first(a); // flow: use-after-free
}

void twice(void) {
    char *a = room();
    drop(a);
    drop(a); // flow: double-free
    a = room();
    drop(a);
}

void maybe(int given) {
    char *a = room();
    if (given) {
        drop(a);
        a = room();
    }
    first(a);
    drop(a);
}

void unchecked(int given) {
    char *a = make_room(10);
    first(a); // flow: unchecked-allocation
    drop(a);
}

void beyond(void) {
    char small[5], *a = room();
    tenth(a);
    tenth(small); // flow: buffer-overflow
    a[10] = 'a'; // flow: buffer-overflow
    for (int i = 0; i < 10; i++) a[i] = 'b';
    for (int i = 0; i <= 10; i++) a[i] = 'b'; // flow: buffer-overflow
    drop(a);
}

void before(void) {
    char small[50], *a = small - 8;
    *a = 'a'; // flow: buffer-underflow
    a = small + 8;
    *a = 'a';
}

void texts(void) {
    char source[100], to[50];
    fill_bytes(source, 'A', 99);
    source[99] = '\0';
    put_text(to, source); // flow: buffer-overflow
    source[49] = '\0';
    put_text(to, source);
    add_text(to, "b"); // flow: buffer-overflow
    for (unsigned long i = 0; i < text_length(source); i++) to[i] = source[i];
}

void unknown_bounds(int count, char *given) {
    char list[4];
    for (int i = 0; i < count; i++) list[i] = given[i];
}

void of_struct(struct pair *given) {
    given->name[8] = 'a'; // flow: buffer-overflow
    put_bytes(given->name, sizeof(given->name));
}

void not_heap(void) {
    char list[4], *a = list;
    drop(a); // flow: free-not-heap
    a = room();
    a++;
    drop_room(a); // flow: free-inside
}

int null(int given) {
    struct pair *a = 0;
    if (given) return a->first; // flow: null-dereference
    return sizeof(a->name);
}

int unwritten(int given) {
    int count, other, list[3];
    if (given) return count; 
    other = count + 1; // flow: uninitialized
    return other + list[1]; // flow: uninitialized
}

void leak(void) {
    char *a = room();
    char *b = make_room(10); // flow: memory-leak
    if (b == 0) return;
    b[0] = *a;
    keep(a);
}

int read_number(void);
char *read_text(void);
int to_number(char *text);

int numbers(int *list) {
    int a = read_number(), b = to_number(read_text());
    int c = 10 % a; // flow: division-by-zero
    if (a != 0) b = b / a;
    if (b < 100) c = b + 1;
    int d = a + 1; // flow: integer-overflow
    if (b >= 0 && b < 4) return list[b];
    return list[b]; // flow: index
}
