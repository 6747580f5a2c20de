package org.sluice.protocol.value;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How fast a peer hashes, in hashes/s: all its slots together, but of an algorithm that not all of them can do those that can.
 *
 * <p>A device may be a thousand times as fast as a processor, and know no more than SHA-256: a worker that has one does very
 * different work for different jobs.
 *
 * @param hashesPerSecond the rate of all its slots, 0 to {@link Limits#MAX_RATE}; 0 while it is not measured or paused
 * @param others the rates of what not all slots can do, by algorithm in upper case; at most {@value #MAX_OTHERS}
 */
public record Rates(long hashesPerSecond, Map<String, Long> others) {
    /** Most algorithms that have a rate of their own. */
    public static final int MAX_OTHERS = 64;

    public Rates {
        others = Map.copyOf(others);
        Limits.checkRate(hashesPerSecond, 0);
        Limits.check("the number of algorithms with rates of their own", others.size(), 0, MAX_OTHERS);
        others.forEach((algorithm, rate) -> {
            Work.checkAlgorithm(algorithm);
            Limits.checkRate(rate, 0);
        });
    }

    /** The same rate for everything. */
    public static Rates same(long hashesPerSecond) {
        return new Rates(hashesPerSecond, Map.of());
    }

    /**
     * What slots do together; what is beyond {@link Limits#MAX_RATE} is left out.
     *
     * @param slots the algorithms that each of them can do, upper case
     * @param hashesPerSecond the rate of each, 0 for one that must not hash for the time being
     */
    public static Rates of(List<Set<String>> slots, List<Long> hashesPerSecond) {
        if (slots.size() != hashesPerSecond.size()) {
            throw new IllegalArgumentException(slots.size() + " slots cannot have the rates " + hashesPerSecond);
        }
        long all = sum(IntStream.range(0, slots.size()), hashesPerSecond);
        Map<String, Long> others = new HashMap<>();
        slots.stream().flatMap(Set::stream).distinct().forEach(algorithm -> {
            long rate = sum(IntStream.range(0, slots.size()).filter(slot -> slots.get(slot).contains(algorithm)),
                    hashesPerSecond);
            if (rate != all) {
                others.put(algorithm, rate);
            }
        });
        return new Rates(all, others);
    }

    private static long sum(IntStream slots, List<Long> hashesPerSecond) {
        return slots.mapToLong(hashesPerSecond::get)
                .reduce(0, (one, other) -> Math.min(Limits.MAX_RATE, one + other));
    }

    /** The rate for an algorithm that it can compute, in upper case. */
    public long of(String algorithm) {
        return others.getOrDefault(algorithm, hashesPerSecond);
    }

    /** The same, but none below the given one. */
    public Rates atLeast(long least) {
        Map<String, Long> raised = new HashMap<>(others);
        raised.replaceAll((_, rate) -> Math.max(least, rate));
        return new Rates(Math.max(least, hashesPerSecond), raised);
    }
}
