package org.sluice.simulator;

import java.util.Objects;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Root;
import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/** A job in the simulated network. */
final class Submission {
    private final Scenario.Job job;
    private final Ledger ledger;
    private final Topic topic;
    private @Nullable PeerId submitter;
    private @Nullable Root root;
    private @Nullable Participant process;
    private boolean abandoned;
    private long epoch = 1;
    private long begun = -1;
    private long ended = -1;
    private long closed = -1;

    Submission(Scenario.Job job, Ledger ledger, Topic topic) {
        this.job = job;
        this.ledger = ledger;
        this.topic = topic;
    }

    Scenario.Job job() {
        return job;
    }

    Ledger ledger() {
        return ledger;
    }

    Topic topic() {
        return topic;
    }

    /** Somebody plays the job's root from now on. */
    void play(PeerId newSubmitter, Root newRoot, Participant newProcess) {
        submitter = newSubmitter;
        root = newRoot;
        process = newProcess;
    }

    PeerId submitter() {
        return Objects.requireNonNull(submitter);
    }

    /** The process that plays the root. */
    Participant process() {
        return Objects.requireNonNull(process);
    }

    Root root() {
        return Objects.requireNonNull(root);
    }

    /** Nobody plays the root any more. */
    void abandon() {
        abandoned = true;
    }

    /** Somebody will play the root again, in the epoch that is returned. */
    long resume() {
        abandoned = false;
        return ++epoch;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** How often the job was resumed. */
    long resumptions() {
        return epoch - 1;
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

    Answer answer() {
        return root().answer().orElseThrow(() -> new InvariantBroken("the root of " + this + " left with no answer"));
    }

    @Override
    public String toString() {
        return ledger.spec().id().toString();
    }
}
