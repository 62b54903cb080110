package app;

class Helper {
    static int helped(int value) {
        return value;
    }
}

class Base {
    void open() {}
}

class Box<T> extends Base {
//        ^ declares: TYPE_PARAMETER T § generic type
}
