package org.sluice.simulator;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Root;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/** A job in the simulated network. */
final class SubmittedJob {
    private final Scenario.Job job;
    private final Ledger ledger;
    private final Fingerprint fingerprint;
    private final Topic topic;
    private @Nullable PeerId submitter;
    private @Nullable Root root;
    private @Nullable Participant process;
    private boolean abandoned;
    private long claims = 1;
    private long begun = -1;
    private long ended = -1;
    private long closed = -1;
    private long messages;
    private long messagesAfterEnd;
    private final Set<Participant> aware = new HashSet<>();

    SubmittedJob(Scenario.Job job, Ledger ledger, Topic topic) {
        this.job = job;
        this.ledger = ledger;
        this.fingerprint = Fingerprint.of(ledger.spec());
        this.topic = topic;
    }

    Scenario.Job job() {
        return job;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean isOf(JobId id) {
        return ledger.spec().id().equals(id);
    }

    /** What its job is, as workers name it. */
    Fingerprint fingerprint() {
        return fingerprint;
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

    /** Somebody will play the root again, with the epoch that is returned as its first. */
    long resume() {
        abandoned = false;
        return Root.firstEpoch(++claims);
    }

    /** The first epoch of the root that plays now. */
    long firstEpoch() {
        return Root.firstEpoch(claims);
    }

    /** Somebody knows that the job is over. */
    void knowsEnd(Participant process) {
        aware.add(process);
    }

    /** A message of the job was sent. */
    void sent(Participant from, Message message) {
        messages++;
        boolean tells = message instanceof Message.Cancel cancel && cancel.scope() instanceof CancelScope.WholeJob;
        boolean answers = message instanceof Message.SubjobAck;
        if (tells || (aware.contains(from) && !answers)) {
            messagesAfterEnd++;
        }
    }

    /** How many messages of the job were sent. */
    long messages() {
        return messages;
    }

    /** How many of them tell of its end, or were sent by who knew of it, but for its answers to late requests. */
    long messagesAfterEnd() {
        return messagesAfterEnd;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** How often the job was resumed. */
    long resumptions() {
        return claims - 1;
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
