struct Stream { Stream &operator>>(int &to); };

int read_from(Stream &stream) {
    int number;
    stream >> number;
    return number + 1;
}

int shifted(int by) {
    int number;
    return number >> by; // flow: uninitialized
}
