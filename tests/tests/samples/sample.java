package shop.orders;

import java.util.*;
import static java.lang.Math.max;

/** An order. */
@Deprecated(since = "1")
public abstract class Order<T extends Comparable<T>> extends Base implements Iterable<T>, Closeable {
    private static final int LIMIT = 10, OTHER;
    protected List<T> items = new ArrayList<>();
    static { OTHER = LIMIT << 1; }

    public Order(T... given) throws IOException {
        this(given.length);
        for (T item : given) items.add(item);
    }

    enum State { OPEN, CLOSED("c") { @Override int code() { return 1; } }; State(String... s) {} int code() { return 0; } }

    record Point(int x, int y) { Point { if (x < 0) throw new IllegalArgumentException("x"); } }

    sealed interface Shape permits Circle {}

    @Override
    public int total(int[][] grid, final Map<String, ? super T> map) {
        int sum = 0;
        outer:
        for (int i = 0, j = 1; i < grid.length; i++, j--) {
            int k = 0;
            do {
                if (grid[i][k] < 0) continue outer;
                else if (grid[i][k] == 99) break outer;
                sum += grid[i][k]++ * (sum > 3 ? 1 : -1);
            } while (++k < grid[i].length);
        }
        switch (sum) {
            case 1: sum = 2;
            case 2: { break; }
            default: sum = max(sum, 1);
        }
        String name = switch (sum) { case 1, 2 -> "few"; case 3 -> { yield "three"; } default -> "many"; };
        try (var in = open(name); Reader other = in.reader()) {
            assert in != null : "in";
            synchronized (this) { while (true) { if (in.read() == -1) break; } }
        } catch (IOException | RuntimeException e) {
            throw new Error(e);
        } finally {
            items.clear();
        }
        Object o = (Runnable & Serializable) () -> System.out.println(name);
        if (o instanceof Point(int x, var y) && x > y || !(o instanceof String s)) return x;
        items.stream().map(String::valueOf).filter(v -> v.length() > 1).forEach(v -> { sum(v); });
        return new Object() { int f(int a) { return a; } }.f(sum);
    }

    abstract <R> R sum(R r);
}
