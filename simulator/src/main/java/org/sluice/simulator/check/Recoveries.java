package org.sluice.simulator.check;

import java.util.List;

/**
 * How long recoveries of one kind took.
 *
 * @param count how many there were
 * @param medianSeconds half of them were as quick as this, 0 if there was none
 * @param p99Seconds all but the slowest of a hundred were as quick as this
 * @param slowestSeconds the slowest
 */
public record Recoveries(int count, double medianSeconds, double p99Seconds, double slowestSeconds) {
    static Recoveries of(List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Recoveries(0, 0, 0, 0)
                : new Recoveries(sorted.size(), quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.getLast());
    }

    private static double quantile(List<Double> sorted, double part) {
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    }
}
