package org.sluice.worker;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;

import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;
import org.sluice.worker.runtime.Trouble;

/**
 * Keeps a process in a network that may be away or be replaced by another: it joins again and again, and reports each trouble
 * once. A refusal ends it, because waiting does not help.
 */
final class Rejoining {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);

    private final Duration pause;
    private final Trouble trouble;

    /**
     * Has not tried to join yet.
     *
     * @param complaints takes a line for people whenever the trouble is not the same as before
     */
    Rejoining(Consumer<String> complaints) {
        this(complaints, BETWEEN_ATTEMPTS);
    }

    Rejoining(Consumer<String> complaints, Duration pause) {
        this.pause = pause;
        trouble = new Trouble(line -> complaints.accept(line + "; waiting for it (Ctrl-C ends that)"));
    }

    /** One time in a network, from joining it to leaving it. */
    @FunctionalInterface
    interface Stay {
        /** Returns the exit status; empty if the network is to be joined again. */
        OptionalInt stay() throws InterruptedException;
    }

    /** Joins until a stay ends with an exit status. */
    int run(Stay stay) throws InterruptedException {
        while (true) {
            try {
                OptionalInt status = stay.stay();
                if (status.isPresent()) {
                    return status.getAsInt();
                }
            } catch (AccessRefusedException | TrackerRefusedException e) {
                throw e;
            } catch (TrackerException | ServersUnavailableException e) {
                trouble.tell(String.valueOf(e.getMessage()));
                Thread.sleep(pause);
            }
        }
    }

    /** Tells that the network was joined, so that the same trouble is reported again when it recurs. */
    void joined() {
        trouble.over();
    }
}
