package org.sluice.submitter;

import org.sluice.protocol.message.Outcome;

/** The exit statuses of the command line, a contract with scripts. */
public final class ExitStatus {
    /** A solution was found, or the command did what it was told. */
    public static final int FOUND = 0;
    /** All was searched and there is no solution. */
    public static final int EXHAUSTED = 1;
    /** What was typed cannot be done. */
    public static final int USAGE = 2;
    /** The network or another part of the infrastructure failed. */
    public static final int INFRASTRUCTURE = 3;
    /** The job was cancelled or its time ran out. */
    public static final int ENDED_EARLY = 4;
    /** Ctrl-C, as shells number it: 128 + SIGINT. */
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}

    /** The status of a job that ended by itself. */
    public static int of(Outcome outcome) {
        return switch (outcome) {
            case FOUND -> FOUND;
            case EXHAUSTED -> EXHAUSTED;
            case CANCELLED, EXPIRED -> ENDED_EARLY;
            case FAILED -> INFRASTRUCTURE;
        };
    }
}
