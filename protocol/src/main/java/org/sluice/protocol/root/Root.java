package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerList;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.node.Delegation;
import org.sluice.protocol.node.Host;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.node.WorkRequests;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Liveness;
import org.sluice.protocol.step.RoundTrips;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/**
 * The submitter's half of the protocol: the root of one job's tree.
 *
 * <p>It gives the whole range away, offers every second what nobody holds, checks every claimed solution, and ends the job
 * when it is done ({@link Ending}). Each assignment is written to the job's journal before it is sent.
 *
 * <p>A job outlives its submitter. Another root {@linkplain #resume takes it over} from what the job's topics tell, with a
 * higher epoch. What a former root had given away counts as out: those who have it are told of the new root, and whoever
 * answers, reports or asks to be adopted goes on. Only what nobody has claimed after a report interval and an adoption
 * window is given away again. A root that reads in its own journal that it has been succeeded leaves at once, without a word
 * to the workers: they are another's now.
 */
public final class Root implements StateMachine {
    /** Nonces of the pings of different roots with one inbox do not meet, for the answers reach whoever is root then. */
    private static final int NONCE_BITS = 32;
    /** Most roots that can claim a job, one after the other. */
    public static final long MOST_CLAIMS = Epochs.MOST_CLAIMS;

    private final JobSpec spec;
    private final Context context;
    private final JobNode node;
    private final Liveness liveness;
    private final Duration remaining;
    private final WorkRequests workRequests;
    private final RoundTrips roundTrips;
    private final Ending ending;
    private final Journal journal;
    private final Epochs epochs;
    private final PoolOffers poolOffers;
    private final Runnable beginning;
    private final Map<Long, Solution> verified = new LinkedHashMap<>();
    private boolean started;
    private Instant begun = Instant.EPOCH;

    /**
     * The first epoch of a root. Those between it and the next root's are its own too.
     *
     * @param claim how many roots have claimed the job at the tracker, this one too, from 1
     */
    public static long firstEpoch(long claim) {
        return Epochs.first(claim);
    }

    /** How many roots have claimed the job at the tracker, if this is an epoch of the last: the reverse of {@link #firstEpoch}. */
    public static long claims(long epoch) {
        return Epochs.claim(epoch);
    }

    /**
     * The root of a new job.
     *
     * @param submitter who plays the root
     * @param spec the job
     * @param timeout how much time it has
     * @param verifier checks the solutions that others claim
     * @param parameters limits and delays
     * @param random the root's own source of randomness
     */
    public Root(PeerId submitter, JobSpec spec, Duration timeout, Verifier verifier,
            Parameters parameters, RandomGenerator random) {
        this(submitter, spec, 1, timeout, verifier, parameters, random, Root::start);
    }

    private Root(PeerId submitter, JobSpec spec, long rootEpoch, Duration remaining, Verifier verifier,
            Parameters parameters, RandomGenerator random, Consumer<Root> beginning) {
        Limits.checkRootEpoch(rootEpoch);
        Limits.checkDuration(remaining);
        this.spec = spec;
        this.remaining = remaining;
        this.context = new Context(spec.id(), parameters, random);
        // Templates share an inbox, and roots of one job do; no template has more than one root.
        long noncesOfOthers = spec.id().isTemplate() ? spec.id().number() : rootEpoch - 1;
        this.liveness = new Liveness(context, this::bonds, noncesOfOthers << NONCE_BITS);
        this.workRequests = new WorkRequests(context, spec.id());
        this.roundTrips = new RoundTrips(context, liveness::nextNonce, parameters.minimumAckTimeout());
        this.node = JobNode.root(spec, context, new NodeHost(), verifier, remaining, rootEpoch);
        this.ending = new Ending(node, context, this::compose);
        this.journal = new Journal(node, context, ending, submitter, rootEpoch);
        this.epochs = new Epochs(node, context);
        this.poolOffers = new PoolOffers(node, context);
        this.beginning = () -> beginning.accept(this);
    }

    /**
     * The root that goes on with a job whose root is gone.
     *
     * @param history what the job's journal tells up to the {@link RootEvent.Resumed} that announces this root, and its inbox
     * @param rootEpoch the epoch of this root, higher than any before
     * @param remaining how much time the job has yet
     * @param parameters limits and delays
     * @param random the root's own source of randomness
     * @throws IllegalArgumentException if the journal does not tell what the job is
     */
    public static Root resume(History history, long rootEpoch, Duration remaining, Parameters parameters,
            RandomGenerator random) {
        JobSpec spec = history.spec()
                .orElseThrow(() -> new IllegalArgumentException("the journal does not say what the job is"));
        return new Root(history.submitter(), spec, rootEpoch, remaining, history.verifier(), parameters, random,
                root -> root.takeOver(history));
    }

    @Override
    public void step(Instant now, Input input, Consumer<Effect> effects) {
        if (ending.hasLeft()) {
            return;
        }
        context.begin(now, effects);
        try {
            context.run(() -> take(input), this::settle, this::timerDue);
        } catch (RuntimeException fault) {
            giveUp(fault);
        }
        context.end();
    }

    private void take(Input input) {
        if (!started) {
            started = true;
            node.expireIn(remaining);
            beginning.run();
        }
        switch (input) {
            case Input.TimePassed _ -> context.woken();
            case Input.MessageReceived received -> received(received.message());
            case Input.Journaled journaled -> journal.read(journaled.event());
            case Input.JournalReplaced _ ->
                journal.replaced(Duration.between(begun, context.now()), verified.values());
            case Input.JournalFailed failed -> journal.failed(failed.reason());
            case Input.PeersChanged changed -> peersChanged(changed.live());
            case Input.DestinationGone gone -> gone(gone.destination());
            case Input.StopRequested _ -> cancel();
            case Input.HashingEnded _,Input.RateMeasured _,Input.PauseRequested _,Input.ResumeRequested _ ->
                throw new IllegalStateException("a submitter does not hash, but was told " + input);
            case Input.TemplateSubmitted _,Input.TemplateWithdrawn _ ->
                throw new IllegalStateException("one job has no templates, but its root was told " + input);
        }
    }

    /** Whatever has changed in a step, this follows from it: whether the job is done, and when what nobody has is offered. */
    private void settle() {
        if (ending.hasLeft()) {
            return;
        }
        conclude();
        if (!ending.hasBegun()) {
            poolOffers.plan();
        }
    }

    /** Ends the job if what has become known proves that it is done. */
    private void conclude() {
        JobNode.Learned learned = node.takeLearned();
        for (Solution solution : learned.found()) {
            if (verified.put(solution.integer(), solution) == null) {
                context.tell(new Notice.SolutionFound(spec.id(), solution));
            }
        }
        if (learned.isAnything() && !ending.hasBegun()) {
            node.facts()
                    .proven(!verified.isEmpty())
                    .ifPresent(outcome -> ending.begin(outcome, reason(outcome)));
        }
    }

    /** A fault of ours, which should not happen: the job ends, with the answer that there is. */
    private void giveUp(RuntimeException fault) {
        context.tell(new Notice.JobBroken(spec.id(), fault));
        if (ending.hasBegun()) {
            ending.abandon();
        } else {
            ending.begin(Outcome.FAILED, CancelReason.CANCELLED);
        }
    }

    /** The job. */
    public JobSpec spec() {
        return spec;
    }

    /** What came of the job, once it has ended. */
    public Optional<Answer> answer() {
        return ending.answer();
    }

    /** Who plays the root now, if this one has left the job to another. */
    public Optional<PeerId> successor() {
        return journal.successor();
    }

    /** How far the job is. */
    public Progress progress() {
        return new Progress(spec.range().size(), node.facts().covered().size(), verified.size(),
                context.peers().workers(spec.work()).size(), Duration.between(begun, ending.at()));
    }

    private void start() {
        begun = context.now();
        journal.started(remaining);
    }

    private void cancel() {
        if (!ending.hasBegun()) {
            journal.cancelRequested();
            ending.begin(Outcome.CANCELLED, CancelReason.CANCELLED);
        }
    }

    private void takeOver(History history) {
        begun = context.now().minus(history.age());
        poolOffers.resume(history);
        node.distribution().inherit(history.assignments(), history.reached());
        history.facts().lies().forEach(node.facts()::caught);
        history.facts().distrusted().forEach(node::distrust);
        history.solutions().forEach(solution -> verified.put(solution.integer(), solution));
        List<Coverage> coverage = history.facts().of(RangeSet.of(spec.range()));
        node.learn(coverage, List.copyOf(history.facts().solutions().values()), null);
        context.tell(new Notice.JobResumed(spec.id(), node.facts().covered().size(),
                node.distribution().delegations().size()));
        history.outcome().ifPresent(outcome -> ending.begin(outcome, reason(outcome)));
        if (!ending.hasBegun()) {
            history.recorded().ifPresent(journal::doubt);
            node.distribution().announce();
        }
    }

    private CancelReason reason(Outcome outcome) {
        return switch (outcome) {
            case FOUND -> spec.mode() == Mode.FIRST ? CancelReason.FOUND : CancelReason.EXHAUSTED;
            case EXHAUSTED -> CancelReason.EXHAUSTED;
            case EXPIRED -> CancelReason.EXPIRED;
            case CANCELLED, FAILED -> CancelReason.CANCELLED;
        };
    }

    private void received(Message message) {
        if (!liveness.hear(message)) {
            return;
        }
        switch (message) {
            case Message.SubjobAck ack -> {
                if (!ending.hasBegun()) {
                    acknowledged(ack);
                }
            }
            case Message.SubjobResult result -> resulted(result);
            case Message.Ping ping -> pinged(ping);
            case Message.Pong pong -> {
                if (!ending.hasBegun()) {
                    roundTrips.ponged(pong);
                    node.ponged(pong, liveness.asked(pong));
                }
            }
            case Message.Adopt adopt -> {
                node.told(adopt);
                conclude();
                if (!ending.hasBegun()) {
                    node.claims().answer(adopt);
                } else {
                    ending.heard(adopt.sender());
                }
            }
            case Message.WorkWanted wanted -> {
                if (!ending.hasBegun()) {
                    workRequests.wanted(wanted, List.of(node));
                }
            }
            case Message.SubjobRequest _,Message.ResultAck _,Message.AdoptAck _,Message.Cancel _ -> {
                // Nobody is the root's parent.
            }
        }
    }

    private void resulted(Message.SubjobResult result) {
        node.told(result);
        conclude();
        if (!ending.hasBegun()) {
            if (!node.root().isMeantBy(result)) {
                epochs.sayWhatTheJobIs(result.sender());
            }
            if (result.number() > 0) {
                node.childReports().take(result);
                context.send(result.sender(), new Message.ResultAck(spec.id(), spec.id(), result.number()));
            } else if (result.leaving()) {
                // Somebody has told it that the job is over.
                node.distribution().dropped(result.sender());
                epochs.insist(result.sender());
            }
            return;
        }
        if (result.leaving()) {
            ending.finished(result.sender());
        } else {
            ending.heard(result.sender());
        }
    }

    private void pinged(Message.Ping ping) {
        liveness.answer(ping, node.edgesWith(ping.sender()));
    }

    /** What it found and was verified stays: that is true whoever says so. */
    private void distrust(PeerId peer) {
        // What ended the job was proven then; who lies afterwards changes nothing of that.
        if (ending.hasBegun()) {
            return;
        }
        journal.distrusted(peer, node.distrust(peer));
        context.tell(new Notice.PeerDistrusted(spec.id(), peer));
    }

    /** A child of this root answers, or a worker says what it has answered another that the job is over. */
    private void acknowledged(Message.SubjobAck ack) {
        boolean isChild = node.distribution().find(ack.subjob()) != null;
        node.distribution().acknowledged(ack);
        if (!isChild && ack.verdict() instanceof Verdict.Refused refusal && refusal.saysOver()) {
            epochs.insist(ack.sender());
        }
    }

    private void peersChanged(PeerList live) {
        context.peers().update(live);
        node.peersChanged();
        if (!ending.hasBegun()) {
            roundTrips.peersKnown();
        }
        poolOffers.peersChanged();
        ending.closeIfAllHaveFinished();
    }

    private Map<JobId, List<Edge>> bonds(Address peer) {
        List<Edge> edges = node.edgesWith(peer);
        return edges.isEmpty() ? Map.of() : Map.of(spec.id(), edges);
    }

    private void gone(Address destination) {
        if (destination instanceof PeerId) {
            liveness.gone(destination);
            node.died(destination);
        }
    }

    private void timerDue(Timer timer) {
        switch (timer) {
            case Timer.OfNode ofNode -> node.due(ofNode);
            case Timer.DeadlinePassed _ -> ending.begin(Outcome.EXPIRED, CancelReason.EXPIRED);
            case Timer.PongMissing missing -> {
                if (liveness.pongMissing(missing.suspect())) {
                    if (missing.suspect() instanceof PeerId dead) {
                        context.tell(new Notice.PeerDied(dead));
                    }
                    node.died(missing.suspect());
                }
            }
            case Timer.OfferPool _ -> {
                if (!ending.hasBegun()) {
                    poolOffers.offer();
                }
            }
            case Timer.ClosingOver _ -> ending.closingOver();
            case Timer.MeasureRoundTrip _ -> roundTrips.measure();
            case Timer.AskForWork _,Timer.LeavingOver _ ->
                throw new IllegalStateException("a root does not set " + timer);
        }
    }

    private Answer compose(Outcome how) {
        return Answer.of(spec, how, verified.values(), node.facts(), context.peers()::isUsable,
                Duration.between(begun, ending.at()));
    }

    /** What the job's node asks of its root. */
    private final class NodeHost implements Host {
        @Override
        public void lied(JobNode node, PeerId liar) {
            distrust(liar);
        }

        @Override
        public Duration refused(JobNode node, Delegation delegation, Verdict.Refused refusal) {
            return epochs.refused(delegation, refusal);
        }

        @Override
        public void assigned(JobNode node, Delegation delegation) {
            journal.assigned(delegation);
        }

        @Override
        public Liveness liveness() {
            return liveness;
        }
    }
}
