package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A comparison of kernels with the {@link Reference} on random work, goals and ranges.
 *
 * <p>Goals are easy, so that there is much to be wrong about; ranges are short and lie where arithmetic goes wrong: at
 * both ends of what the work allows, across powers of two, and anywhere.
 */
public final class KernelCheck {
    private static final int LONGEST_RANGE = 100;
    private static final int LONGEST_PREFIX = 200;
    private static final List<String> ALGORITHMS = List
            .of("SHA-256", "SHA-256", "SHA-256D", "SHA-1", "SHA-512", "SHA3-256", "MD5");

    private static final int CASES_AT_START = 60;
    private static final Logger LOG = LoggerFactory.getLogger(KernelCheck.class);

    private KernelCheck() {}

    /** Whether a kernel agrees with the reference on some random cases; if it does not, the log has a warning. */
    public static boolean isCorrect(SearchKernel kernel, RandomGenerator random) {
        Optional<String> disagreement = disagreement(kernel, random, CASES_AT_START);
        disagreement.ifPresent(
                text -> LOG.warn("kernel {} computes wrongly here and is not used: {}", kernel.name(), text));
        return disagreement.isEmpty();
    }

    /**
     * Compares a kernel with the reference on random cases, of which it skips those that it does not support.
     *
     * @return the first case in which they differ, in words; none if they agree
     */
    public static Optional<String> disagreement(SearchKernel kernel, RandomGenerator random, int cases) {
        for (int i = 0; i < cases; i++) {
            Case next = Case.random(random);
            if (kernel.supports(next.work)) {
                Optional<String> difference = next.difference(kernel, random);
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return Optional.empty();
    }

    /** One search. */
    public record Case(Work.Plain work, Goal goal, Range range) {
        public static Case random(RandomGenerator random) {
            Work.Plain work = randomWork(random);
            return new Case(work, randomGoal(random), randomRange(random, work.limit()));
        }

        /** The hits there are, by the reference. */
        List<Long> expected() {
            List<Long> hits = new ArrayList<>();
            for (long integer = range.start(); integer < range.end(); integer++) {
                if (goal.isMetBy(Reference.digest(work, integer))) {
                    hits.add(integer);
                }
            }
            return hits;
        }

        /**
         * Where the kernel differs from the reference; every so often it is told that a hit is enough and continued.
         */
        public Optional<String> difference(SearchKernel kernel, RandomGenerator random) {
            return difference(kernel.prepare(work, goal), () -> 1 + random.nextInt(40));
        }

        /** The same, but it is let run to the end. */
        public Optional<String> differenceAtOnce(SearchKernel kernel) {
            return difference(kernel.prepare(work, goal), () -> Integer.MAX_VALUE);
        }

        private Optional<String> difference(Search search, IntSupplier most) {
            List<Long> hits = new ArrayList<>();
            long next = range.start();
            while (next < range.end()) {
                long enough = (long) hits.size() + most.getAsInt();
                long end = search.run(next, range.end(), integer -> {
                    hits.add(integer);
                    return hits.size() < enough;
                }, () -> false);
                long expectedEnd = hits.size() == enough ? hits.getLast() + 1 : range.end();
                if (end != expectedEnd) {
                    return Optional.of(this + ": ended at " + end + " instead of " + expectedEnd);
                }
                next = end;
            }
            List<Long> expected = expected();
            if (hits.equals(expected)) {
                return Optional.empty();
            }
            Set<Long> told = new HashSet<>(hits);
            Set<Long> right = new HashSet<>(expected);
            for (long integer = range.start(); integer < range.end(); integer++) {
                if (told.contains(integer) != right.contains(integer)) {
                    return Optional.of(this + (told.contains(integer) ? ": took " : ": overlooked ") + integer);
                }
            }
            return Optional.of(this + ": order or repetition");
        }
    }

    private static Work.Plain randomWork(RandomGenerator random) {
        if (random.nextBoolean()) {
            return new Work.Header(randomBytes(random, Work.Header.LENGTH), random.nextBoolean());
        }
        String algorithm = ALGORITHMS.get(random.nextInt(ALGORITHMS.size()));
        return new Work.Integers(algorithm, randomBytes(random, random.nextInt(LONGEST_PREFIX + 1)));
    }

    private static Goal randomGoal(RandomGenerator random) {
        int zeros = random.nextInt(13);
        if (random.nextBoolean()) {
            return new Goal.TrailingZeroBits(zeros);
        }
        byte[] target = randomBytes(random, 32).toArray();
        for (int bit = 0; bit < zeros; bit++) {
            target[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return new Goal.Target(Bytes.of(target));
    }

    private static Range randomRange(RandomGenerator random, long limit) {
        long size = 1L + random.nextInt(LONGEST_RANGE);
        long start = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> limit - size - random.nextInt(3);
            case 2 ->
                (1L << random.nextInt(Long.SIZE - Long.numberOfLeadingZeros(limit))) - random.nextInt(LONGEST_RANGE);
            default -> random.nextLong(limit);
        };
        long inside = Math.clamp(start, 0, limit - size);
        return new Range(inside, inside + size);
    }

    private static Bytes randomBytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }
}
