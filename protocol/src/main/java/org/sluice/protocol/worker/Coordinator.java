package org.sluice.protocol.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerList;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.account.Slots;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
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
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;

/**
 * A worker's half of the protocol: takes subjobs, hashes its share of them, splits the excess, reports.
 *
 * <p>It holds a {@link JobNode} for every live job ({@link Jobs}). Slots take one capacity after the other from the nodes' pools, one node
 * after the other, so each job gets equal time. When every pool is empty the worker asks others for work ({@link WorkRequests}).
 */
public final class Coordinator implements StateMachine {
    private final PeerId self;
    private final Verifier verifier;
    private final Context context;
    private final Slots slots;
    private final SlotFeeder feeder;
    private final Admission admission;
    private final Liveness liveness;
    private final RoundTrips roundTrips;
    private final WorkRequests workRequests;
    private final EndedJobs ended;
    private final Jobs jobs = new Jobs(this::broken, this::forget);
    private final Closing closing;
    private Life life = Life.WORKING;

    /**
     * A worker that has just joined, whose slots can all do the same.
     *
     * @param slots how many integers it hashes at a time, its subjob processes
     * @param algorithms what it can compute, upper case
     */
    public Coordinator(PeerId self, int slots, Set<String> algorithms, Verifier verifier, Parameters parameters,
            RandomGenerator random) {
        this(self, Collections.nCopies(slots, algorithms), verifier, parameters, random);
    }

    /**
     * A worker that has just joined.
     *
     * @param self its identity
     * @param slots its subjob processes, each of which hashes one integer at a time: the algorithms that it can do, upper case
     * @param verifier checks the solutions that others claim
     * @param parameters limits and delays
     * @param random the worker's own source of randomness
     */
    public Coordinator(PeerId self, List<Set<String>> slots, Verifier verifier, Parameters parameters,
            RandomGenerator random) {
        this.self = self;
        this.verifier = verifier;
        this.context = new Context(self, parameters, random);
        this.slots = new Slots(slots);
        this.liveness = new Liveness(context, this::bonds);
        this.roundTrips = new RoundTrips(context, liveness::nextNonce, Duration.ZERO);
        this.workRequests = new WorkRequests(context, self);
        this.ended = new EndedJobs(context);
        this.feeder = new SlotFeeder(this.slots, jobs, workRequests, context);
        this.closing = new Closing(self, jobs, ended, this.slots, feeder, liveness, context);
        this.admission = new Admission(jobs, ended,
                slots.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet()), context);
    }

    @Override
    public void step(Instant now, Input input, Consumer<Effect> effects) {
        context.begin(now, effects);
        context.run(() -> take(input), this::settle, this::timerDue);
        context.end();
    }

    private void take(Input input) {
        switch (input) {
            case Input.TimePassed _ -> context.woken();
            case Input.MessageReceived received -> received(received.message());
            case Input.Journaled _,Input.JournalReplaced _,Input.JournalFailed _ ->
                throw new IllegalStateException("a worker has no journal, but was told " + input);
            case Input.TemplateSubmitted _,Input.TemplateWithdrawn _ ->
                throw new IllegalStateException("a worker has no campaign, but was told " + input);
            case Input.PeersChanged changed -> peersChanged(changed.live());
            case Input.DestinationGone gone -> gone(gone.destination());
            case Input.HashingEnded hashed -> hashingEnded(hashed);
            case Input.RateMeasured measured -> slots.measured(measured.hashesPerSecond());
            case Input.StopRequested _ -> leave();
            case Input.PauseRequested _ -> pause();
            case Input.ResumeRequested _ -> resume();
        }
    }

    /** Whatever has changed in a step, this follows from it: who is told, what stops, and what the slots do next. */
    private void settle() {
        jobs.each(this::tellNews);
        feeder.stopWhatNobodyWants();
        if (slots.areAllIdle()) {
            free();
        }
        switch (life) {
            case WORKING -> feeder.fill();
            case PAUSED -> jobs.each(JobNode::handBack);
            case PAUSING, LEAVING, LEFT -> {}
        }
    }

    private void tellNews(JobNode node) {
        JobNode.Learned learned = node.takeLearned();
        for (Solution solution : learned.found()) {
            if (solution.peer().equals(self)) {
                context.tell(new Notice.SolutionFound(node.id(), solution));
            }
        }
        if (learned.isAnything() && node.isDecided()) {
            workRequests.notBefore(context.parameters().askLongest());
        }
    }

    /** Whether it holds no subjob, waits for nobody and has nothing to say. */
    public boolean isAtRest() {
        return jobs.active() == 0 && closing.isDone()
                && context.timers().areAtRest();
    }

    /** Of how many separate ranges all that it keeps of its jobs consists, which is what its memory grows with. */
    public int rangeCount() {
        return jobs.all().stream().mapToInt(JobNode::rangeCount).sum();
    }

    private void received(Message message) {
        if (!liveness.hear(message)) {
            return;
        }
        switch (message) {
            case Message.SubjobRequest request -> requested(request);
            case Message.SubjobAck ack -> jobs.on(ack.job(), node -> node.distribution().acknowledged(ack));
            case Message.SubjobResult result -> resulted(result);
            case Message.ResultAck ack ->
                jobs.on(ack.job(), node -> node.reporting().acknowledged(ack.sender(), ack.number()));
            case Message.Ping ping -> pinged(ping);
            case Message.Pong pong -> ponged(pong);
            case Message.Adopt adopt -> adopt(adopt);
            case Message.AdoptAck ack -> {
                if (ack.sender().equals(ack.job())) {
                    ended.goesOn(ack.job(), ack.rootEpoch());
                    jobs.find(ack.job()).filter(node -> !node.root().isMeantBy(ack)).ifPresent(this::drop);
                }
                jobs.on(ack.job(), node -> node.orphan().adopted(ack));
            }
            case Message.Cancel cancel -> cancelled(cancel);
            case Message.WorkWanted wanted -> workRequests.wanted(wanted, jobs.all());
        }
    }

    private void requested(Message.SubjobRequest request) {
        Optional<JobNode> known = jobs.find(request.job());
        Optional<JobNode> meant = known.filter(node -> node.spec().equals(request.spec()));
        if (admission.refuses(request, known, meant, life)) {
            return;
        }
        if (meant.isEmpty()) {
            // What the job is, only its root says for sure: what others have passed off as it makes room.
            known.ifPresent(this::drop);
        }
        JobNode node = meant.orElseGet(() -> begin(request));
        workRequests.gotWork(request.sender());
        jobs.on(node, job -> job.commands().accept(request));
        List<JobNode> others = jobs.beside(node.id());
        if (others.stream().anyMatch(other -> other.root().hasSpoken())) {
            // Perhaps there is no such template, and it takes the place of one that there is.
            Admission.askWhetherMeant(node);
        }
        // Two templates of a campaign would share this worker's time, of which the older deserves none.
        others.forEach(closing::replaced);
    }

    private JobNode begin(Message.SubjobRequest request) {
        JobNode node = new JobNode(request.spec(), context, new NodeHost(), slots, verifier,
                request.remaining());
        closing.goesOn(node.id());
        jobs.add(node);
        context.timers().set(new Timer.DeadlinePassed(node.id()), node.deadline());
        return node;
    }

    private void resulted(Message.SubjobResult result) {
        if (jobs.find(result.job()).isEmpty() && !ended.tell(result.job(), result.sender())) {
            // Given up or forgotten: the child is free to work for others, and keeps what it knows.
            result.edges()
                    .forEach(edge -> context.send(result.sender(), new Message.Cancel(self, result.job(),
                            new CancelScope.WholeSubjob(edge), CancelReason.SUPERSEDED)));
        }
        jobs.on(result.job(), node -> {
            if (node.root().isInDoubtBy(result)) {
                node.reporting().askWhetherMeant();
                return;
            }
            node.told(result);
            node.childReports().take(result);
            if (result.number() > 0) {
                context.send(result.sender(), new Message.ResultAck(self, result.job(), result.number()));
            }
        });
    }

    private void adopt(Message.Adopt adopt) {
        if (jobs.find(adopt.job()).isEmpty() && !ended.tell(adopt.job(), adopt.sender())) {
            context.send(adopt.sender(), new Message.AdoptAck(self, adopt.job(), adopt.number(), List.of(),
                    List.of(self, adopt.job()), 0));
        }
        jobs.on(adopt.job(), node -> {
            if (node.root().isInDoubtBy(adopt)) {
                node.reporting().askWhetherMeant();
                return;
            }
            node.told(adopt);
            node.claims().answer(adopt);
        });
    }

    private void pinged(Message.Ping ping) {
        List<Edge> known = ping.job().flatMap(jobs::find).map(node -> node.edgesWith(ping.sender())).orElse(List.of());
        liveness.answer(ping, known);
        // What it works for has not ended for it, whoever said so before.
        ping.job().filter(job -> jobs.find(job).isEmpty()).ifPresent(job -> ended.tell(job, ping.sender()));
    }

    private void ponged(Message.Pong pong) {
        roundTrips.ponged(pong);
        List<Edge> asked = liveness.asked(pong);
        pong.job().ifPresent(job -> jobs.on(job, node -> node.ponged(pong, asked)));
    }

    private void cancelled(Message.Cancel cancel) {
        if (jobs.find(cancel.job()).isEmpty()) {
            if (cancel.scope() instanceof CancelScope.WholeJob whole) {
                closing.heardOfEnd(cancel, whole);
            }
            return;
        }
        jobs.on(cancel.job(), node -> {
            switch (cancel.scope()) {
                case CancelScope.WholeJob whole -> {
                    if (node.root().mayHaveEnded(whole.rootEpoch())) {
                        closing.end(node, cancel.reason(), whole.rootEpoch());
                    }
                }
                case CancelScope.WholeSubjob _,CancelScope.Ranges _ -> node.commands().cancelled(cancel);
            }
        });
    }

    /**
     * Nothing of the job can be relied on any more, and nothing of it is left here. Its parents find that out when they next
     * ask, and give it to others; what slots are at is not told.
     */
    private void broken(JobNode node, RuntimeException fault) {
        forget(node);
        feeder.stop(node.id());
        context.tell(new Notice.JobBroken(node.id(), fault));
    }

    /** It is not the job that it was taken for: nothing of it is told to anybody but people. */
    private void drop(JobNode node) {
        jobs.remove(node);
        forget(node);
        feeder.stop(node.id());
        context.tell(new Notice.JobEnded(node.id(), CancelReason.SUPERSEDED));
    }

    private void forget(JobNode node) {
        context.timers().cancelAll(node.id());
        liveness.forget(node.id());
    }

    private void hashingEnded(Input.HashingEnded hashed) {
        Slots.Execution execution = slots.end(hashed.slot(), hashed.hashed().size());
        closing.hashingEnded(hashed, execution);
        jobs.on(hashed.job(), node -> {
            // Otherwise it was begun for what somebody had passed off as this job.
            if (node.spec().equals(execution.spec())) {
                node.paces()
                        .of(hashed.slot())
                        .measured(hashed.hashed().size(), Duration.between(execution.since(), context.now()));
                node.hashed(self, hashed.hashed(), hashed.solutions());
            }
        });
    }

    private void peersChanged(PeerList live) {
        context.peers().update(live);
        workRequests.peersChanged();
        jobs.each(JobNode::peersChanged);
        roundTrips.peersKnown();
        if (context.peers().hasNewSubmitter()) {
            workRequests.jobExpected();
        }
    }

    private Map<JobId, List<Edge>> bonds(Address peer) {
        Map<JobId, List<Edge>> bonds = new LinkedHashMap<>();
        for (JobNode node : jobs.all()) {
            List<Edge> edges = node.edgesWith(peer);
            if (!edges.isEmpty()) {
                bonds.put(node.id(), edges);
            }
        }
        return bonds;
    }

    private boolean isBoundTo(PeerId peer) {
        return jobs.all().stream().anyMatch(node -> node.isBoundTo(peer));
    }

    private void gone(Address destination) {
        if (destination instanceof PeerId) {
            liveness.gone(destination);
            died(destination);
        }
    }

    private void died(Address peer) {
        if (peer instanceof PeerId dead && isBoundTo(dead)) {
            context.tell(new Notice.PeerDied(dead));
        }
        jobs.each(node -> node.died(peer));
    }

    private void timerDue(Timer timer) {
        switch (timer) {
            case Timer.OfNode ofNode -> jobs.on(ofNode.job(), node -> node.due(ofNode));
            case Timer.DeadlinePassed deadline ->
                jobs.on(deadline.job(), node -> closing.end(node, CancelReason.EXPIRED, node.root().epoch()));
            case Timer.PongMissing missing -> {
                if (liveness.pongMissing(missing.suspect())) {
                    died(missing.suspect());
                }
            }
            case Timer.AskForWork _ -> workRequests.ask(jobs.all(), slots.together());
            case Timer.MeasureRoundTrip _ -> roundTrips.measure();
            case Timer.LeavingOver _ -> free();
            case Timer.OfferPool _,Timer.ClosingOver _ ->
                throw new IllegalStateException("a worker does not set " + timer);
        }
    }

    private void leave() {
        if (!life.isGoing()) {
            life = life.leave();
            stopHashing();
        }
    }

    /**
     * Stops hashing and takes no work until {@link #resume}. All that is in a pool, now or later, goes back to its parent;
     * what children have stays between them and the parents, and is passed up through here as before.
     */
    private void pause() {
        if (life == Life.WORKING) {
            life = life.pause();
            slots.pause(true);
            stopHashing();
        }
    }

    private void resume() {
        if (life.isPaused()) {
            life = life.resume();
            slots.pause(false);
            context.timers().cancel(new Timer.LeavingOver());
            workRequests.beginAnew();
        }
    }

    private void stopHashing() {
        workRequests.busy();
        jobs.all().forEach(node -> feeder.stop(node.id()));
        if (!slots.areAllIdle()) {
            context.timers().set(new Timer.LeavingOver(), context.in(context.parameters().leavingTime()));
        }
    }

    /** The slots have stopped, or have been waited for long enough. */
    private void free() {
        Life before = life;
        life = life.free();
        if (life == Life.LEFT && before != Life.LEFT) {
            sayGoodbye();
        }
    }

    private void sayGoodbye() {
        context.timers().cancel(new Timer.LeavingOver());
        jobs.each(node -> node.reporting().leave());
        jobs.each(JobNode::forget);
        jobs.clear();
        context.emit(new Effect.Leave());
    }

    /** What a job's node asks of a worker. */
    private final class NodeHost implements Host {
        @Override
        public void lied(JobNode node, PeerId liar) {
            node.distrust(liar);
            context.tell(new Notice.PeerDistrusted(node.id(), liar));
        }

        @Override
        public Duration refused(JobNode node, Delegation delegation, Verdict.Refused refusal) {
            // Whether a job is over is the root's to say, and it may say that it is not.
            return refusal.saysOver() ? context.parameters().askLongest() : Host.pauseAfter(refusal, node);
        }

        @Override
        public void assigned(JobNode node, Delegation delegation) {
            // A worker keeps no journal.
        }

        @Override
        public Liveness liveness() {
            return liveness;
        }
    }
}
