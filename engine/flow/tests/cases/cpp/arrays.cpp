class Pair { public: int one; int two; };

void mixed() {
    char *text = new char[8];
    delete text; // flow: mismatched-free
    Pair *pair = new Pair;
    delete[] pair; // flow: mismatched-free
}

void matched() {
    char *text = new char[8];
    delete[] text;
    Pair *pair = new Pair;
    delete pair;
}

void placed() {
    char room[8];
    char small[4];
    Pair *pair = new (room) Pair;
    pair->one = 1;
    Pair *other = new (small) Pair; // flow: buffer-overflow
    delete pair; // flow: free-not-heap
}
