package org.sluice.simulator.world;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.simulator.scenario.Scenario;

import org.jspecify.annotations.Nullable;

/** A job in the simulated network. */
public final class SubmittedJob {
    private final Scenario.Job job;
    private final Ledger ledger;
    private final Fingerprint fingerprint;
    private final Topic journal;
    private final Topic inbox;
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

    public SubmittedJob(Scenario.Job job, Ledger ledger, Topic journal, Topic inbox) {
        this.job = job;
        this.ledger = ledger;
        this.fingerprint = Fingerprint.of(ledger.spec());
        this.journal = journal;
        this.inbox = inbox;
    }

    /** Tells the job's solutions from others. */
    public Verifier verifier() {
        return (_, claimed) -> ledger.solutions().contains(claimed.integer());
    }

    public Scenario.Job job() {
        return job;
    }

    public Ledger ledger() {
        return ledger;
    }

    public boolean isOf(JobId id) {
        return ledger.spec().id().equals(id);
    }

    /** What its job is, as workers name it. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** What its roots write down. */
    public Topic journal() {
        return journal;
    }

    /** What is addressed to its root. */
    public Topic inbox() {
        return inbox;
    }

    /** Somebody plays the job's root from now on. */
    public void play(PeerId newSubmitter, Root newRoot, Participant newProcess) {
        submitter = newSubmitter;
        root = newRoot;
        process = newProcess;
        abandoned = false;
    }

    public PeerId submitter() {
        return Objects.requireNonNull(submitter);
    }

    /** The process that plays the root. */
    public Participant process() {
        return Objects.requireNonNull(process);
    }

    public Root root() {
        return Objects.requireNonNull(root);
    }

    /** Nobody plays the root any more. */
    public void abandon() {
        abandoned = true;
    }

    /** Somebody claims the root, to play it soon with the epoch that is returned as its first. */
    public long claim() {
        return Root.firstEpoch(++claims);
    }

    /** The first epoch of the root that plays now. */
    long firstEpoch() {
        return Root.firstEpoch(claims);
    }

    /** Somebody knows that the job is over. */
    public void knowsEnd(Participant process) {
        aware.add(process);
    }

    /** A message of the job was sent. */
    public void sent(Participant from, Message message) {
        messages++;
        boolean tells = message instanceof Message.Cancel cancel && cancel.scope() instanceof CancelScope.WholeJob;
        boolean answers = message instanceof Message.SubjobAck;
        if (tells || (aware.contains(from) && !answers)) {
            messagesAfterEnd++;
        }
    }

    /** How many messages of the job were sent. */
    public long messages() {
        return messages;
    }

    /** How many of them tell of its end, or were sent by who knew of it, but for its answers to late requests. */
    public long messagesAfterEnd() {
        return messagesAfterEnd;
    }

    public boolean isAbandoned() {
        return abandoned;
    }

    /** How often the job was resumed. */
    long resumptions() {
        return claims - 1;
    }

    public void begin(long now) {
        begun = now;
    }

    /** The root has decided that the job is over. */
    public void end(long now) {
        ended = now;
    }

    /** The root has gone. */
    public void close(long now) {
        closed = now;
    }

    public boolean isOver() {
        return closed >= 0;
    }

    public boolean isRunning() {
        return begun >= 0 && ended < 0;
    }

    public long begun() {
        return begun;
    }

    public long end() {
        return ended;
    }

    public long closed() {
        return closed;
    }

    public Answer answer() {
        return root().answer().orElseThrow(() -> new InvariantBroken("the root of " + this + " left with no answer"));
    }

    @Override
    public String toString() {
        return ledger.spec().id().toString();
    }
}
