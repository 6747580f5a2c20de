package org.sluice.tracker;

import java.io.IOException;

/** A peer in a process of its own, which can be killed: {@code ADDRESS NAME}. */
final class PeerProcess {
    private PeerProcess() {}

    public static void main(String[] arguments) throws IOException {
        try (Tracker tracker = Samples.connect(arguments[0])) {
            var _ = tracker.directory().register(Samples.worker(arguments[1]));
            int _ = System.in.read(); // until its starter is gone
        }
    }
}
