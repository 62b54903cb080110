#include "lib.hpp"

namespace lib {

void Part::fit() {}

Part& Box::first() { return *part; }

void Box::seal() {}

void log() {}

void Box::pack() {
    part->fit();
    this->part->fit();
    auto& one = first();
    one.fit();
    seal();
    log();
}

namespace inner {
void work() { log(); }
}

}
