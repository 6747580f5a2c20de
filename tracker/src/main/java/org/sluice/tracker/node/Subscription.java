package org.sluice.tracker.node;

/** Something that calls back until it is closed. */
public interface Subscription extends AutoCloseable {
    /** Ends the callbacks; one that is running at this moment may still finish. */
    @Override
    void close();
}
