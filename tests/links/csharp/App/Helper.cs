namespace App {
    class Helper {
        public static int Helped(int value) {
            return value;
        }
    }

    class Box<T> {
//            ^ declares: TYPE_PARAMETER T § generic type
    }
}
