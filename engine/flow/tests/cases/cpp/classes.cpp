std::string input();
void run(std::string value);
char *make_room(unsigned long size);
void drop_room(char *room);

namespace shapes {
class Base {
public:
    virtual void act(std::string value) const = 0;
};
class Bad : public Base {
public:
    void act(std::string value) const;
};
class Good : public Base {
public:
    void act(std::string value) const;
};
void Bad::act(std::string value) const { run(value); } // flow: sql
void Good::act(std::string value) const { run("safe"); }
class Idle : public Base {
public:
    void act(std::string value) const;
};
void Idle::act(std::string value) const { run(value); }

void by_reference() {
    const Base &one = Bad();
    one.act(input());
    const Base &other = Good();
    other.act(input());
    Base *third = new Good;
    third->act(input());
    delete third;
    Base *idle = new Idle;
    idle->act("safe");
    delete idle;
}

class Keeper {
public:
    Keeper(std::string given);
    ~Keeper();
private:
    std::string held;
};
Keeper::Keeper(std::string given) { held = given; }
Keeper::~Keeper() { run(held); } // flow: sql

void at_the_end() {
    std::string given = input();
    Keeper keeper(given);
}

class Deleted {
public:
    Deleted(std::string given) { held = given; }
    ~Deleted() { run(held); } // flow: sql
private:
    std::string held;
};

void by_delete() {
    Deleted *one = new Deleted(input());
    delete one;
}
}

static void give(char *&to) {
    to = make_room(8);
    drop_room(to);
}

void through_reference() {
    char *a = 0;
    char *&b = a;
    give(a);
    drop_room(b); // flow: double-free
}

union Either {
    char *first;
    char *second;
};

void through_union() {
    Either either;
    either.first = make_room(8);
    drop_room(either.first);
    char *a = either.second;
    drop_room(a); // flow: double-free
}
