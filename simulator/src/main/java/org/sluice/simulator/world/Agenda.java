package org.sluice.simulator.world;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What will happen, in the order of virtual time; what happens at the same time, in the order in which it was planned.
 *
 * <p>A binary heap in flat arrays: with ten thousand peers it is the hottest structure of the simulator.
 */
public final class Agenda {
    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Runnable[] happenings = new Runnable[1024];
    private int size;
    private long order;
    private long now;

    /** The virtual time in nanoseconds since the simulation began. */
    public long now() {
        return now;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Plans something, not before now. */
    public void at(long time, Runnable happening) {
        if (time < now) {
            throw new IllegalStateException("the past cannot be planned: " + time + " is before " + now);
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            happenings = Arrays.copyOf(happenings, 2 * size);
        }
        int hole = size++;
        long mine = order++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (times[parent] <= time) {
                // The order of what is planned later is always greater.
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, mine, happening);
    }

    public void in(long delay, Runnable happening) {
        at(now + delay, happening);
    }

    /** Lets time pass until the next thing happens, and lets it happen. */
    public void next() {
        Runnable happening = happenings[0];
        if (size == 0 || happening == null) {
            throw new IllegalStateException("nothing is planned any more");
        }
        now = times[0];
        size--;
        long time = times[size];
        long mine = orders[size];
        Runnable last = happenings[size];
        happenings[size] = null;
        if (size > 0 && last != null) {
            int hole = 0;
            int child = 1;
            while (child < size) {
                if (child + 1 < size && isBefore(child + 1, times[child], orders[child])) {
                    child++;
                }
                if (!isBefore(child, time, mine)) {
                    break;
                }
                move(child, hole);
                hole = child;
                child = 2 * hole + 1;
            }
            put(hole, time, mine, last);
        }
        happening.run();
    }

    private boolean isBefore(int index, long time, long mine) {
        return times[index] < time || (times[index] == time && orders[index] < mine);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        happenings[to] = happenings[from];
    }

    private void put(int index, long time, long mine, Runnable happening) {
        times[index] = time;
        orders[index] = mine;
        happenings[index] = happening;
    }
}
