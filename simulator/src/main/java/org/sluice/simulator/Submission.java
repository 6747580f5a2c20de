package org.sluice.simulator;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Root;

/** A job in the simulated network. */
final class Submission {
    private final Scenario.Job job;
    private final Ledger ledger;
    private final Root root;
    private final Participant process;
    private long begun = -1;
    private long ended = -1;
    private long closed = -1;

    Submission(Scenario.Job job, Ledger ledger, Root root, Participant process) {
        this.job = job;
        this.ledger = ledger;
        this.root = root;
        this.process = process;
    }

    Scenario.Job job() {
        return job;
    }

    Ledger ledger() {
        return ledger;
    }

    Participant process() {
        return process;
    }

    void begin(long now) {
        begun = now;
    }

    /** The root has decided that the job is over. */
    void end(long now) {
        ended = now;
    }

    /** The root has gone. */
    void close(long now) {
        closed = now;
    }

    boolean isOver() {
        return closed >= 0;
    }

    boolean isRunning() {
        return begun >= 0 && ended < 0;
    }

    long begun() {
        return begun;
    }

    long end() {
        return ended;
    }

    long closed() {
        return closed;
    }

    Root root() {
        return root;
    }

    Answer answer() {
        return root.answer().orElseThrow(() -> new InvariantBroken("the root of " + process + " left with no answer"));
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
