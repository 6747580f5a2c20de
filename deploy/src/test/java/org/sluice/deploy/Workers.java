package org.sluice.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.sluice.deploy.containers.Await;
import org.sluice.protocol.PeerInfo;
import org.sluice.tracker.Tracker;

/** The workers that a tracker knows, and jobs that are large enough for all of them. */
public final class Workers {
    /**
     * Lets a worker hash with its portable kernel alone, whose rate it knows before it joins: a job is divided by the rates
     * that the tracker has when it starts, so with this option no later measurement changes who gets a part.
     */
    public static final String MEASURED_AT_ONCE = "-Dsluice.kernels=portable";

    /** A job is divided over as many workers as have half a second's work each. */
    private static final Duration ENOUGH_FOR_ALL = Duration.ofSeconds(2);

    private Workers() {}

    /** Waits until the tracker knows exactly these workers, by the names they were given. */
    public static void await(Tracker tracker, String... names) throws Exception {
        Await.that("the workers are " + List.of(names), () -> names(tracker).equals(Set.of(names)));
    }

    /** The names that the workers were given. */
    public static Set<String> names(Tracker tracker) {
        Set<String> names = new TreeSet<>();
        live(tracker).forEach(worker -> names.add(name(worker.peer().value())));
        return names;
    }

    /**
     * How many integers all of them, of one thread each, hash in a second with SHA-256 on this machine's processors: a header takes twice
     * as long as an integer. The fastest of them was disturbed least when it was measured.
     */
    public static long integersPerSecond(Tracker tracker) {
        long headers = live(tracker).mapToLong(PeerInfo::hashesPerSecond).max().orElse(1);
        return 2 * headers * Math.min(count(tracker), Runtime.getRuntime().availableProcessors());
    }

    /** How many there are. */
    public static long count(Tracker tracker) {
        return live(tracker).count();
    }

    /** A peer's name without what tells its incarnations apart. */
    public static String name(String peer) {
        return peer.replaceFirst("\\.[a-z0-9]{8}$", "");
    }

    /**
     * How many integers a job has of which every worker gets its share from the start.
     *
     * <p>Rates are those of block headers. A job with SHA3-512, which no fast kernel knows, takes several times as long as
     * they say: some seconds, in the middle of which something can happen.
     */
    public static long integersForAll(Tracker tracker) {
        return ENOUGH_FOR_ALL.toSeconds() * live(tracker).mapToLong(PeerInfo::hashesPerSecond).sum();
    }

    private static Stream<PeerInfo> live(Tracker tracker) {
        return tracker.directory().live().stream().filter(peer -> peer.role() == PeerInfo.Role.WORKER);
    }
}
