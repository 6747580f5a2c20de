package org.sluice.tracker.server;

import java.io.IOException;

/** A port on which a tracker server should listen is taken; the message says which and what to do. */
public final class TrackerPortException extends IOException {
    TrackerPortException(String purpose, String host, int port, IOException cause) {
        super("the tracker's " + purpose + " port " + port + " on " + host
                + " is in use or not ours to take; stop what listens there or choose another port", cause);
    }
}
