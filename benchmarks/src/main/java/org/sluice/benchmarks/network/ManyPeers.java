package org.sluice.benchmarks.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

import org.sluice.worker.runtime.Connections;

/**
 * Many peers in one JVM, for as long as their standard input is open:
 * {@code ManyPeers TRACKER NAME COUNT SHARE shared|own}.
 *
 * <p>With {@code own} each has connections of its own, and so a session of its own with the tracker, as if it were a process. When all
 * have joined, a line {@code joined} is printed. A line on standard input is answered by the processor seconds that hashing threads have
 * used and those that the whole JVM has.
 */
public final class ManyPeers {
    private ManyPeers() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 5) {
            throw new IllegalArgumentException("wanted: TRACKER NAME COUNT SHARE shared|own");
        }
        String tracker = arguments[0];
        String name = arguments[1];
        int count = Integer.parseInt(arguments[2]);
        boolean own = arguments[4].equals("own");
        try (Peers peers = new Peers(Peers.kernel(), Double.parseDouble(arguments[3]))) {
            Connections connections = peers.connect(tracker);
            for (int i = 1; i <= count; i++) {
                peers.add(name + i, own && i > 1 ? peers.connect(tracker) : connections);
            }
            System.out.println("joined");
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (questions.readLine() != null) {
                System.out.printf(Locale.ROOT, "%.3f %.3f%n", seconds(hashing()), seconds(ofProcess()));
            }
        }
    }

    private static Duration hashing() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> thread.getName().startsWith("sluice-hash-"))
                .map(thread -> Duration.ofNanos(Math.max(0, threads.getThreadCpuTime(thread.threadId()))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration ofProcess() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
