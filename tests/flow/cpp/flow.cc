// What C++ adds to C's control flow.

// The handler may be of another type, so an exception may also leave the function.
void handled(int x) {
    try {
        throw E(x);
//            ^^^^ cfg: throw E(x); | exception: e | exception: end
    } catch (const E& e) {
//                    ^ def: e
        report(e);
//             ^ ref: e
    }
    after();
}

void elements(const Items& items) {
    for (const auto& item : items) {
//                   ^^^^ def: item
        use(item);
//          ^^^^ ref: item
    }
    after();
}

void declared() {
    if (int i = first(); i > limit) {
//          ^ def: i
//                       ^ ref: i
        use(i);
//          ^ ref: i
    }
}

int captured(int base) {
    auto add = [&](int more) { return base + more; };
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ captures: base
    return add(1);
}
