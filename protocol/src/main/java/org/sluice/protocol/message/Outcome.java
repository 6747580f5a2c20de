package org.sluice.protocol.message;

/** How a job ended, as the command line prints it. */
public enum Outcome {
    /** With at least one solution. */
    FOUND,
    /** The whole range is hashed and holds no solution. */
    EXHAUSTED,
    /** Somebody cancelled it. */
    CANCELLED,
    /** Its time ran out. */
    EXPIRED,
    /** It could not go on. */
    FAILED
}
