#include "lib.hpp"
using namespace lib;

int main() {
    Box box;
    box.first().fit();
    log();
    inner::work();
}
