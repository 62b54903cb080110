struct Cache { void* rep; int state; };
struct Handler {
    int& context;
    int kind;
    Handler(int& context, int kind) : context(context), kind(kind) {}
};
void* make_cache(int capacity);
int use(Handler handler);

// What is returned is the caller's, whatever is written into it.
Cache* create(int capacity) {
    Cache* c = new Cache;
    c->rep = make_cache(capacity);
    return c;
}

extern "C" {
Cache* create_state(int state) {
    Cache* result = new Cache;
    result->state = state;
    return result;
}
}

// A value of braces is on no heap.
int on_the_stack(int& context) {
    return use(Handler{context, 1});
}

void print(int* file, Handler handler) {
    *file = handler.kind;
}

void print_it(int* file, int& context) {
    print(file, Handler{context, 1});
    auto handler = Handler{context, 2};
    print(file, handler);
}

int lost(int state) {
    Cache* c = new Cache; // flow: memory-leak
    c->state = state;
    return state;
}
