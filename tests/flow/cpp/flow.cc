// What C++ adds to C's control flow.

void handled(int x) {
    try {
        throw E(x);
//            ^^^^ cfg: throw E(x);
    } catch (const E& e) {
        report(e);
//             ^ ref: e
    }
    after();
}

void elements(const Items& items) {
    for (const auto& item : items) {
        use(item);
//          ^^^^ ref: item
    }
    after();
}

void declared() {
    if (int i = first(); i > limit) {
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
