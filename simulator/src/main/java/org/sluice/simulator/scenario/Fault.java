package org.sluice.simulator.scenario;

import java.util.Locale;

/** What can go wrong, each in a unit of its own. */
public enum Fault {
    /** Part of the messages whose produce fails for good, so that they get lost. */
    LOSS(0.1, true),
    /** Part of the messages that are stored twice, as when a produce that had succeeded is tried again. */
    DUPLICATE(0.1, false),
    /** Part of the messages that arrive up to 10 s late, overtaken by others. */
    LATE(0.1, true),
    /** How often a worker dies without a word, per worker and hour. */
    CRASH(60, false),
    /** How often a worker dies and is started again on the same machine under a new incarnation, per worker and hour. */
    RESTART(30, false),
    /** How often a worker is told to stop and hands back, per worker and hour. */
    LEAVE(30, false),
    /** How many workers join, per worker of the beginning and hour. */
    JOIN(60, false),
    /** How often a worker stands still for 1 to 40 s, per worker and hour. */
    STALL(30, true),
    /** How often a worker, or a quarter of them, is heard but hears nothing, or the other way round, for 2 to 60 s. */
    CUT(30, true),
    /** How often a worker's rate changes to a fifth up to twice of what it was measured to be, per worker and hour. */
    TEMPO(60, false),
    /** Part of the workers that claim solutions which are none. */
    LIARS(0.3, false),
    /** How often no message gets through, for 2 to 180 s, per hour. */
    BROKER(60, false),
    /** Seconds for which no message gets through once, when a third of the first job's ideal time is over. */
    OUTAGE(0, false),
    /** How often the list of peers stands still, for 5 to 180 s, per hour. */
    TRACKER(60, false),
    /** Part of the lists of peers that arrive up to 60 s late. */
    STALE(0.5, false),
    /** By what part the clocks run too fast or too slow at most. */
    DRIFT(0.05, false),
    /** How often a job's submitter dies, per job and hour; somebody resumes the job 1 to 60 s later. */
    SUBMITTER(60, false),
    /** Part of the false claims that are made in the name of another peer. */
    SLANDER(1, false),
    /**
     * How often a job's journal, its root's inbox, or both vanish with all that is in them, per job and hour; the root makes new
     * ones 0.5 to 5 s later.
     */
    JOURNAL(60, false),
    /** How often somebody who is no peer ends a job that is not over, claims what is not so, or gives work, per job and hour. */
    STRANGER(300, false);

    /** The last of those that are drawn one after the other: others came later, and the seeds keep their networks. */
    static final Fault LAST_IN_SEQUENCE = SUBMITTER;

    /** The most that is drawn, 0 if it is not drawn. */
    final double most;
    /** Whether it lets the living seem dead, however fair the others are. */
    final boolean isUnfair;

    Fault(double most, boolean isUnfair) {
        this.most = most;
        this.isUnfair = isUnfair;
    }

    /** As people write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
