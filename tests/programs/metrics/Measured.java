package measured;

import java.util.function.IntPredicate;

class Measured {
    static int primes(int limit) {
        int total = 0;
        outer:
        for (int i = 2; i <= limit; i++) {
            for (int j = 2; j < i; j++) {
                if (i % j == 0) {
                    continue outer;
                }
            }
            total += i;
        }
        return total;
    }

    static String word(int number) {
        switch (number) {
            case 1:
                return "one";
            case 2:
                return "two";
            default:
                return "many";
        }
    }

    static int chain(int a, int b, int c) {
        if (a > 0 && b > 0 || c > 0) {
            return 1;
        } else if (a < 0) {
            return 2;
        } else {
            return b > c ? 3 : 4;
        }
    }

    static int count(int[] numbers) {
        IntPredicate even = n -> n % 2 == 0 && n > 0;
        int found = 0;
        try {
            for (int n : numbers) {
                if (even.test(n)) {
                    found++;
                }
            }
        } catch (RuntimeException e) {
            found = -1;
        } finally {
            found++;
        }
        return found;
    }

    static int factorial(int n) {
        return n < 2 ? 1 : n * factorial(n - 1);
    }
}
