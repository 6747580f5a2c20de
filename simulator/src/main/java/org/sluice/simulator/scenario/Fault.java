package org.sluice.simulator.scenario;

import java.util.Locale;

/**
 * What can go wrong, each in a unit of its own, which its words name.
 *
 * <p>A new one comes behind all others: the seeds then keep the networks that they have.
 */
public enum Fault {
    LOSS("part of the messages that are never stored, and get lost", 0.1, true),
    /** As when a produce that had succeeded is tried again. */
    DUPLICATE("part of the messages that are stored twice", 0.1, false), LATE(
            "part of the messages that arrive up to 10 s late, overtaken by others", 0.1,
            true), CRASH("how often a worker dies without a word, per worker and hour", 60, false),
    /** It gets a new incarnation. */
    RESTART("how often a worker dies and is started again on its machine, per worker and hour", 30, false), LEAVE(
            "how often a worker is told to stop and hands back, per worker and hour", 30,
            false), JOIN("how many workers join, per worker of the beginning and hour", 60,
                    false), STALL("how often a worker stands still for 1 to 40 s, per worker and hour", 30, true), CUT(
                            "how often a worker, or a quarter of them, is heard but hears nothing, or the other way round, for 2 to 60 s, per worker and hour",
                            30, true), TEMPO(
                                    "how often a worker's rate becomes a fifth up to twice of what was measured, per worker and hour",
                                    60, false), LIARS("part of the workers that claim solutions which are none", 0.3,
                                            false), BROKER(
                                                    "how often no message gets through, for 2 to 180 s, per hour", 60,
                                                    false), OUTAGE(
                                                            "seconds for which no message gets through once, when a third of the first job's ideal time is over",
                                                            0, false), TRACKER(
                                                                    "how often the list of peers stands still, for 5 to 180 s, per hour",
                                                                    60, false), STALE(
                                                                            "part of the lists of peers that arrive up to 60 s late",
                                                                            0.5, false), DRIFT(
                                                                                    "by what part the clocks run too fast or too slow at most",
                                                                                    0.05, false), SUBMITTER(
                                                                                            "how often a job's submitter dies, to be resumed 1 to 60 s later, per job and hour",
                                                                                            60, false), SLANDER(
                                                                                                    "part of the false claims that are made in the name of another peer",
                                                                                                    1, false),
    /** The root makes new ones 0.5 to 5 s later. */
    JOURNAL("how often a job's journal, its root's inbox, or both vanish with all that is in them, per job and hour",
            60, false), STRANGER(
                    "how often somebody who is no peer ends a job that is not over, claims what is not so, or gives work, per job and hour",
                    300, false);

    /**
     * The last of those that are drawn one after the other from one stream of chance. In front of it none can be added: all behind
     * the new one would be drawn differently, and every seed would be another network. Those behind it have a stream each.
     */
    static final Fault LAST_IN_SEQUENCE = SUBMITTER;

    private final String words;
    /** The most that is drawn, 0 if it is not drawn. */
    final double most;
    /** Whether it lets the living seem dead, however fair the others are. */
    final boolean isUnfair;

    Fault(String words, double most, boolean isUnfair) {
        this.words = words;
        this.most = most;
        this.isUnfair = isUnfair;
    }

    /** As people write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What happens, and what its number counts. */
    public String words() {
        return words;
    }
}
