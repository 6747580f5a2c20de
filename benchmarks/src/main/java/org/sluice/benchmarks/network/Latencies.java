package org.sluice.benchmarks.network;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Notice;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;

/**
 * How fast a network reacts: {@code Latencies TRACKER PEERS JOBS SHARE}. Peers of this JVM work for jobs that end with their first
 * solution, one after the other. For each job two times are taken by the hashing threads themselves: from the moment that the submitter
 * begins it until the first integer is hashed, and from the moment that its first solution is found until no thread hashes for it any more.
 */
public final class Latencies {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
    private static final Duration BETWEEN_JOBS = Duration.ofMillis(700);
    private static final int ZERO_BITS = 26;
    private static final int FAN_OUT = 16;

    private final ConcurrentHashMap<Work, Times> times = new ConcurrentHashMap<>();
    private final RandomGenerator random = new SecureRandom();

    private Latencies() {}

    /** Runs it. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("wanted: TRACKER PEERS JOBS SHARE");
        }
        new Latencies().measure(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
                Double.parseDouble(arguments[3]));
    }

    private void measure(String tracker, int count, int jobs, double share) throws InterruptedException {
        List<Long> toFirstHash = new ArrayList<>();
        List<Long> toAllStopped = new ArrayList<>();
        try (Peers peers = new Peers(new Timed(Peers.kernel()), share);
                JoinedNetwork submitter = JoinedNetwork.join(tracker, PATIENCE, "benchmark")) {
            var connections = peers.connect(tracker);
            for (int i = 1; i <= count; i++) {
                peers.add("peer" + i, connections);
            }
            for (int i = 0; i < jobs; i++) {
                JobSpec job = job(i);
                Times of = times.computeIfAbsent(job.work(), _ -> new Times());
                Thread.sleep(BETWEEN_JOBS);
                long begun = System.nanoTime();
                submitter.runner().start(job, TIME_TO_LIVE, new Silent()).await();
                Thread.sleep(BETWEEN_JOBS);
                toFirstHash.add(of.firstHash.get() - begun);
                of.sinceFound().ifPresent(toAllStopped::add);
                times.remove(job.work());
            }
        }
        System.out.printf("%-44s %8s %8s %8s %8s%n", count + " peers, " + jobs + " jobs", "median", "p90", "p99",
                "worst");
        print("submitted, until the first integer is hashed", toFirstHash);
        print("solution found, until all have stopped", toAllStopped);
    }

    private JobSpec job(int number) {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        return new JobSpec(new JobId("benchmark.latency" + number + "-" + Integer.toHexString(random.nextInt())),
                new Range(0, Long.MAX_VALUE), new Work.Integers("SHA-256", Bytes.of(salt)),
                new Goal.TrailingZeroBits(ZERO_BITS), Mode.FIRST, FAN_OUT);
    }

    private static void print(String what, List<Long> nanos) {
        Collections.sort(nanos);
        System.out.printf(Locale.ROOT, "%-44s %5.0f ms %5.0f ms %5.0f ms %5.0f ms%n", what, millis(nanos, 0.5),
                millis(nanos, 0.9), millis(nanos, 0.99), millis(nanos, 1));
    }

    private static double millis(List<Long> sorted, double quantile) {
        int index = (int) Math.ceil(quantile * sorted.size()) - 1;
        return sorted.get(Math.max(0, index)) / 1e6;
    }

    /** When a job was hashed for, in the nanoseconds of {@link System#nanoTime}. */
    private static final class Times {
        private final AtomicLong firstHash = new AtomicLong(Long.MAX_VALUE);
        private final AtomicLong found = new AtomicLong(Long.MAX_VALUE);
        private final AtomicLong lastHash = new AtomicLong(Long.MIN_VALUE);

        private static void lower(AtomicLong to) {
            to.accumulateAndGet(System.nanoTime(), Math::min);
        }

        private OptionalLong sinceFound() {
            return found.get() == Long.MAX_VALUE
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(0, lastHash.get() - found.get()));
        }
    }

    /** A kernel that notes when it begins, finds and ends. */
    private final class Timed implements SearchKernel {
        private final SearchKernel kernel;

        private Timed(SearchKernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public String name() {
            return kernel.name();
        }

        @Override
        public Optional<String> instructions() {
            return kernel.instructions();
        }

        @Override
        public boolean warmsUp() {
            return kernel.warmsUp();
        }

        @Override
        public boolean supports(Work.Plain work) {
            return kernel.supports(work);
        }

        @Override
        public Search prepare(Work.Plain work, Goal goal) {
            Search search = kernel.prepare(work, goal);
            Times of = times.getOrDefault(work, new Times());
            return (start, end, hits, stop) -> {
                Times.lower(of.firstHash);
                try {
                    return search.run(start, end, integer -> {
                        Times.lower(of.found);
                        return hits.found(integer);
                    }, stop);
                } finally {
                    of.lastHash.accumulateAndGet(System.nanoTime(), Math::max);
                }
            };
        }
    }

    /** Nobody watches. */
    private static final class Silent implements JobRunner.Observer {
        @Override
        public void began(JobSpec spec) {}

        @Override
        public void progressed(Progress progress) {}

        @Override
        public void noticed(Notice notice) {}
    }
}
