package org.sluice.protocol.value;

/**
 * Where a message can be sent: a worker's inbox, or the root of a job.
 *
 * <p>The root is addressed by its job and not by the submitter that plays it at the moment, because a job outlives its
 * submitter: a resumed job has another submitter and the same address.
 */
public sealed interface Address permits PeerId, JobId {
    /** The identifier itself, without saying of which kind it is. */
    String value();
}
