package org.sluice.benchmarks.network;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;

/**
 * Peers in one JVM that hash everything many times over, so that a block of an easy chain takes as long as one of a hard chain, for as long
 * as their standard input is open: {@code SlowMiners TRACKER NAME COUNT TIMES}.
 *
 * <p>When all have joined, a line {@code joined} is printed; and whenever a thread begins to hash blocks on a tip that is new to it, the
 * tip's hash as people write it, and the milliseconds since 1970.
 */
public final class SlowMiners {
    /** So many integers are hashed again and again before the next are: few enough to stop at once. */
    private static final int STEP = 256;
    private static final int PREVIOUS_BLOCK = 4;
    private static final int HASH_BYTES = 32;

    private SlowMiners() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("wanted: TRACKER NAME COUNT TIMES");
        }
        SearchKernel kernel = new Slow(Peers.kernel(), Integer.parseInt(arguments[3]));
        try (Peers peers = new Peers(kernel, 1)) {
            Connections connections = peers.connect(arguments[0]);
            for (int i = 1; i <= Integer.parseInt(arguments[2]); i++) {
                peers.add(arguments[1] + i, connections);
            }
            System.out.println("joined");
            while (System.in.read() >= 0) {
                // It is only held open.
            }
        }
    }

    private static Bytes tip(Work.Plain work) {
        return work instanceof Work.Header(Bytes header, boolean _)
                ? Bytes.of(Arrays.copyOfRange(header.toArray(), PREVIOUS_BLOCK, PREVIOUS_BLOCK + HASH_BYTES))
                : Bytes.EMPTY;
    }

    private static final class Slow extends KernelAround {
        private final int times;
        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        private Slow(SearchKernel kernel, int times) {
            super(kernel);
            this.times = times;
        }

        /** As others would be looked for, and it is not to be faster. */
        @Override
        public boolean warmsUp() {
            return false;
        }

        private void begins(Bytes tip) {
            if (seen.add(tip.toHex() + Thread.currentThread().threadId())) {
                System.out.println(tip.reversed().toHex() + " " + System.currentTimeMillis());
            }
        }

        @Override
        Search around(Work.Plain work, Search search) {
            Bytes tip = tip(work);
            return (start, end, hits, stop) -> {
                begins(tip);
                AtomicBoolean isEnough = new AtomicBoolean();
                Hits until = integer -> {
                    isEnough.set(!hits.found(integer));
                    return !isEnough.get();
                };
                long from = start;
                while (from < end && !isEnough.get() && !stop.getAsBoolean()) {
                    long to = Math.min(end, from + STEP);
                    for (int i = 1; i < times; i++) {
                        search.run(from, to, _ -> true, () -> false);
                    }
                    from = search.run(from, to, until, () -> false);
                }
                return from;
            };
        }
    }
}
