package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.jspecify.annotations.Nullable;

/**
 * The submitter's half of the protocol: the root of one job's tree.
 *
 * <p>It gives the whole range away, offers every second what nobody holds, checks every claimed solution, and ends the job
 * when it is done. Each assignment is written to the job's journal before it is sent. After the end it waits a moment for
 * what was hashed last, so that the answer tells who has done how much; then there is an {@link #answer()} and it leaves.
 */
public final class Root implements StateMachine {
    /** How often who has not heard of the end is told again after the closing time. */
    private static final int CLOSINGS = 3;

    private final PeerId submitter;
    private final JobSpec spec;
    private final Context context;
    private final JobNode node;
    private final Liveness liveness;
    private final Predicate<Solution> verifier;
    private final Duration timeout;
    private final Asking asking;
    private final RoundTrips roundTrips;
    private final Map<Long, Solution> verified = new LinkedHashMap<>();
    /** Workers that have told the last of what they hashed. */
    private final Set<Address> finished = new HashSet<>();
    private boolean started;
    private boolean distributed;
    private boolean saidNoWorkers;
    private boolean left;
    private int closings;
    private Instant begun = Instant.EPOCH;
    private Instant ended = Instant.EPOCH;
    private Instant lastOffer = Instant.MIN;
    private @Nullable Outcome outcome;
    private @Nullable CancelReason reason;
    private @Nullable Answer answer;

    /**
     * The root of a new job.
     *
     * @param submitter who plays the root
     * @param spec the job
     * @param timeout how much time it has
     * @param verifier hashes a claimed solution again and says whether it is one
     * @param parameters limits and delays
     * @param random the root's own source of randomness
     */
    public Root(PeerId submitter, JobSpec spec, Duration timeout, Predicate<Solution> verifier,
            Parameters parameters, RandomGenerator random) {
        this.submitter = submitter;
        this.spec = spec;
        this.timeout = timeout;
        this.verifier = verifier;
        this.context = new Context(spec.id(), parameters, random);
        this.liveness = new Liveness(context, this::bonds);
        this.asking = new Asking(context, spec.id());
        this.roundTrips = new RoundTrips(context, liveness::nextNonce);
        this.node = JobNode.root(spec, context, new NodeHost(), timeout, 1);
    }

    @Override
    public void step(Instant now, Input input, Consumer<Effect> effects) {
        context.begin(now, effects);
        if (!started) {
            start();
        }
        switch (input) {
            case Input.TimePassed _ -> context.woken();
            case Input.MessageReceived received -> received(received.message());
            case Input.PeersChanged changed -> peersChanged(changed.live());
            case Input.DestinationGone gone -> gone(gone.destination());
            case Input.StopRequested _ -> end(Outcome.CANCELLED, CancelReason.CANCELLED);
            case Input.HashingEnded _,Input.RateMeasured _,Input.PauseRequested _,Input.ResumeRequested _ ->
                throw new IllegalStateException("a submitter does not hash, but was told " + input);
        }
        Optional<Timer> due = context.timers().poll(now);
        while (due.isPresent()) {
            timerDue(due.get());
            due = context.timers().poll(now);
        }
        context.end();
    }

    /** What came of the job, once it has ended. */
    public Optional<Answer> answer() {
        return Optional.ofNullable(answer);
    }

    /** How far the job is. */
    public Progress progress() {
        return new Progress(spec.range().size(), node.facts().covered().size(), verified.size(),
                context.peers().workers(spec.work()).size(),
                Duration.between(begun, outcome == null ? context.now() : ended));
    }

    private void start() {
        started = true;
        begun = context.now();
        context.emit(new Effect.Journal(new RootEvent.Started(spec, node.rootEpoch(), submitter, timeout)));
        context.timers().set(new Timer.DeadlinePassed(spec.id()), context.in(timeout));
    }

    private void received(Message message) {
        if (message.sender().equals(spec.id())) {
            if (message instanceof Message.Ping ping) {
                liveness.pulse(ping.nonce());
            }
            return;
        }
        List<Edge> asked = message instanceof Message.Pong pong ? liveness.asked(pong) : List.of();
        liveness.heard(message.sender());
        switch (message) {
            case Message.SubjobAck ack -> {
                if (outcome == null) {
                    node.distribution().acknowledged(ack);
                }
            }
            case Message.SubjobResult result -> resulted(result);
            case Message.Ping ping -> pinged(ping);
            case Message.Pong pong -> {
                roundTrips.ponged(pong);
                if (outcome == null) {
                    node.ponged(pong, asked);
                }
            }
            case Message.Adopt adopt -> {
                node.learn(adopt.coverage(), adopt.solutions(),
                        adopt.sender() instanceof PeerId orphan ? orphan : null);
                if (outcome == null) {
                    node.claims().answer(adopt);
                } else {
                    tellOfEnd(adopt.sender());
                }
            }
            case Message.WorkWanted wanted -> {
                if (outcome == null) {
                    asking.wanted(wanted, List.of(node));
                }
            }
            case Message.SubjobRequest _,Message.ResultAck _,Message.AdoptAck _,Message.Cancel _ -> {
                // Nobody is the root's parent.
            }
        }
    }

    private void resulted(Message.SubjobResult result) {
        node.learn(result.coverage(), result.solutions(),
                result.number() > 0 && result.sender() instanceof PeerId peer ? peer : null);
        if (outcome == null) {
            if (result.number() > 0) {
                node.distribution().reported(result);
                context.send(result.sender(), new Message.ResultAck(spec.id(), spec.id(), result.number()));
            }
            return;
        }
        if (result.leaving()) {
            finished.add(result.sender());
            closeIfAllHaveFinished();
        } else {
            tellOfEnd(result.sender());
        }
    }

    private void pinged(Message.Ping ping) {
        List<Edge> known = node.edgesWith(ping.sender());
        context.send(ping.sender(), new Message.Pong(spec.id(), ping.nonce(), ping.job(),
                ping.edges().stream().filter(known::contains).toList()));
    }

    private void assigned(Delegation delegation) {
        context.emit(new Effect.Journal(new RootEvent.Assigned(spec.id(), node.rootEpoch(),
                new Holding(delegation.subjob, delegation.epoch, delegation.outstanding), delegation.child)));
    }

    private void learned(Facts.News news) {
        for (Solution solution : news.solutions()) {
            if (verifier.test(solution)) {
                verified.put(solution.integer(), solution);
                context.tell(new Notice.SolutionFound(spec.id(), solution));
            } else {
                node.facts().drop(solution);
                distrust(solution.peer());
            }
        }
        if (outcome != null) {
            return;
        }
        if (spec.mode() == Mode.FIRST && !verified.isEmpty()) {
            end(Outcome.FOUND, CancelReason.FOUND);
        } else if (node.facts().covered().containsAll(RangeSet.of(spec.range()))) {
            end(verified.isEmpty() ? Outcome.EXHAUSTED : Outcome.FOUND, CancelReason.EXHAUSTED);
        }
    }

    /** What it found and was verified stays: that is true whoever says so. */
    private void distrust(PeerId peer) {
        if (outcome != null || node.facts().distrusted().contains(peer)) {
            node.distrust(peer);
            return;
        }
        RangeSet redone = node.distrust(peer);
        context.emit(new Effect.Journal(
                new RootEvent.Distrusted(spec.id(), node.rootEpoch(), peer, redone)));
        context.tell(new Notice.PeerDistrusted(spec.id(), peer));
        poolChanged();
    }

    private void poolChanged() {
        if (outcome == null && !node.pool().isEmpty()) {
            Instant soonest = lastOffer.plus(context.parameters().poolOffer());
            context.timers()
                    .setNoLater(new Timer.OfferPool(spec.id()),
                            soonest.isAfter(context.now()) ? soonest : context.now());
        }
    }

    /** Gives what nobody holds to those who may have it: at first to all, later to a few, from whom others take. */
    private void offerPool() {
        if (outcome != null || node.pool().isEmpty()) {
            return;
        }
        lastOffer = context.now();
        List<RosterEntry> usable = context.peers()
                .workers(spec.work())
                .stream()
                .filter(entry -> node.distribution().isUsable(entry.peer()))
                .toList();
        if (usable.isEmpty()) {
            if (!saidNoWorkers) {
                context.tell(new Notice.NoWorkers(spec.id()));
                saidNoWorkers = true;
            }
        } else {
            saidNoWorkers = false;
            List<RosterEntry> chosen = distributed ? some(usable) : usable;
            distributed = true;
            for (Held whole : List.copyOf(node.held())) {
                node.distribution().split(whole, chosen);
            }
        }
        poolChanged();
    }

    private List<RosterEntry> some(List<RosterEntry> usable) {
        List<RosterEntry> left = new ArrayList<>(usable);
        List<RosterEntry> chosen = new ArrayList<>();
        while (chosen.size() < spec.fanOut() && !left.isEmpty()) {
            chosen.add(left.remove(context.random().nextInt(left.size())));
        }
        return chosen;
    }

    private void peersChanged(PeerList live) {
        context.peers().update(live);
        for (PeerId peer : node.bound()) {
            if (context.peers().hasVanished(peer)) {
                liveness.suspect(peer, 1);
            }
        }
        roundTrips.peersKnown();
        poolChanged();
        closeIfAllHaveFinished();
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
            case Timer.RequestUnanswered request -> node.distribution().requestUnanswered(request.subjob());
            case Timer.AdoptionWindowOver window -> node.claims().adoptionWindowOver(window.subjob());
            case Timer.DeadlinePassed _ -> end(Outcome.EXPIRED, CancelReason.EXPIRED);
            case Timer.ChildSilent silent -> node.distribution().childSilent(silent.child());
            case Timer.PongMissing missing -> {
                if (liveness.pongMissing(missing.suspect())) {
                    if (missing.suspect() instanceof PeerId dead) {
                        context.tell(new Notice.PeerDied(dead));
                    }
                    node.died(missing.suspect());
                }
            }
            case Timer.OfferPool _ -> offerPool();
            case Timer.ClosingOver _ -> close();
            case Timer.MeasureRoundTrip _ -> roundTrips.measure();
            case Timer.Report _,Timer.AdoptUnanswered _,Timer.AskForWork _,Timer.LeavingOver _ ->
                throw new IllegalStateException("a root does not set " + timer);
        }
    }

    private void end(Outcome how, CancelReason why) {
        if (outcome != null) {
            return;
        }
        outcome = how;
        reason = why;
        ended = context.now();
        for (PeerId child : node.distribution().reached()) {
            tellOfEnd(child);
        }
        context.emit(new Effect.Journal(new RootEvent.Ended(spec.id(), node.rootEpoch(), how)));
        node.forget();
        context.tell(new Notice.JobEnded(spec.id(), why));
        context.timers().set(new Timer.ClosingOver(spec.id()), context.in(context.parameters().closingTime()));
        closeIfAllHaveFinished();
    }

    private void tellOfEnd(Address peer) {
        if (reason != null) {
            context.send(peer, new Message.Cancel(spec.id(), spec.id(),
                    new CancelScope.WholeJob(node.rootEpoch()), reason));
        }
    }

    /** When everyone who is alive and took part has told the last, nothing more is to be waited for. */
    private void closeIfAllHaveFinished() {
        if (outcome == null || left) {
            return;
        }
        for (PeerId peer : node.distribution().everReached()) {
            if (context.peers().isUsable(peer) && !finished.contains(peer)) {
                return;
            }
        }
        for (PeerId peer : node.facts().byPeer().keySet()) {
            if (context.peers().isUsable(peer) && !finished.contains(peer)) {
                return;
            }
        }
        if (answer == null) {
            answer = compose(outcome);
            tellEverybody();
        }
        leave();
    }

    /** The closing time is over: there is an answer now, and who has not heard of the end is told a few times more. */
    private void close() {
        if (outcome == null || left) {
            return;
        }
        context.timers().cancel(new Timer.MeasureRoundTrip());
        if (answer == null) {
            answer = compose(outcome);
        }
        closings++;
        if (tellEverybody() == 0 || closings > CLOSINGS) {
            leave();
        } else {
            context.timers().set(new Timer.ClosingOver(spec.id()), context.in(context.parameters().closingTime()));
        }
    }

    /** Whoever could not be reached through the tree, or has not heard it, is told directly. */
    private int tellEverybody() {
        int told = 0;
        for (PeerId worker : context.peers().workers()) {
            if (!finished.contains(worker)) {
                tellOfEnd(worker);
                told++;
            }
        }
        return told;
    }

    private void leave() {
        left = true;
        context.timers().cancel(new Timer.ClosingOver(spec.id()));
        context.emit(new Effect.Leave());
    }

    private Answer compose(Outcome how) {
        return Answer.of(spec, how, verified.values(), node.facts(), context.peers()::isUsable,
                Duration.between(begun, ended));
    }

    /** What the job's node may ask of this machine. */
    private final class NodeHost implements Host {
        @Override
        public long rate() {
            return 0;
        }

        @Override
        public double speed(JobNode node) {
            return 0;
        }

        @Override
        public RangeSet executing(JobId job) {
            return RangeSet.EMPTY;
        }

        @Override
        public void poolChanged(JobNode node) {
            Root.this.poolChanged();
        }

        @Override
        public void learned(JobNode node, Facts.News news) {
            Root.this.learned(news);
        }

        @Override
        public void assigned(JobNode node, Delegation delegation) {
            Root.this.assigned(delegation);
        }

        @Override
        public long beat() {
            return liveness.beat();
        }

        @Override
        public boolean hasReturned(long beat) {
            return liveness.hasReturned(beat);
        }

        @Override
        public void suspect(Address peer, int chances) {
            liveness.suspect(peer, chances);
        }

        @Override
        public boolean isSuspect(Address peer) {
            return liveness.isSuspect(peer);
        }
    }
}
