package org.sluice.submitter;

/** A network of peers that this process has joined. */
public interface Network extends AutoCloseable {
    /** The tracker's address, as others may use it to join. */
    String tracker();

    /** Runs jobs on it. */
    JobRunner runner();

    /** Leaves the network. */
    @Override
    void close();
}
