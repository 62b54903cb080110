#include <string>

std::string input();
std::string quote(std::string value);
void run(std::string value);

struct Box {
    std::string held;
    std::string other;
};

std::string same(std::string value) { return value; }

void boxes() {
    Box box;
    box.held = input();
    box.other = "safe";
    run(box.held); // flow: sql
    run(box.other);
    run(same(input())); // flow: sql
    run(same("safe"));
    run(quote(input()));
}
