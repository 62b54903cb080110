#pragma once
namespace lib {

class Part {
public:
    void fit();
};

class Box {
public:
    Part* part;
    Part& first();
    void pack();
private:
    void seal();
};

void log();

namespace inner {
void work();
}

}
