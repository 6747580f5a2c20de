package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BackOff;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockCandidate;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.submitter.bitcoin.template.InvalidTemplateException;
import org.sluice.submitter.report.JobText;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;

import org.jspecify.annotations.Nullable;

/**
 * Mines: has the network search the node's templates, and hands in what is found.
 *
 * <p>A template is a job that ends with its first solution. When the tip changes, what is searched is worth nothing any more: its job is
 * cancelled before the next one begins. When only transactions or the time are new, the next one begins first, so that nobody is
 * idle in between. Only the thread that waits for a new tip may bring one: what others ask may be answered in another order.
 */
public final class Miner {
    /** A template is renewed so often, for its time and its transactions. */
    private static final Duration REFRESH = Duration.ofSeconds(25);
    /** How often a node is asked that cannot tell by itself when its tip changes. */
    private static final Duration POLL = Duration.ofSeconds(2);
    /** A job is over much sooner; this is for those whose miner has died. */
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);
    /** How long jobs may take to end when mining does. */
    private static final Duration FAREWELL = Duration.ofSeconds(8);

    private final Node node;
    private final JobRunner runner;
    private final PayoutAddress payout;
    private final Terms terms;
    private final MiningListener listener;
    private final RandomGenerator random;
    private final Duration refresh;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor();

    /** Those that have not ended, oldest first. */
    private final SequencedMap<JobId, Search> searches = new LinkedHashMap<>();
    private final List<MinedBlock> blocks = new ArrayList<>();
    private final Map<JobId, Long> covered = new ConcurrentHashMap<>();
    private @Nullable Search current;
    /** Whose tip a block was last proposed for. */
    private @Nullable Bytes proposedFor;
    private volatile BigInteger hashes = BigInteger.ZERO;
    /** Solutions that wait until those before them are judged. */
    private final Deque<Found> found = new ArrayDeque<>();
    /** What is being handed in now. */
    private @Nullable Found handingIn;
    /** The tip that the last accepted block extends: no other that extends it could be accepted. */
    private @Nullable Bytes extended;

    /**
     * What is to be mined.
     *
     * @param owner whose jobs they are
     * @param blocks how many are enough; none for all there are
     * @param fanOut of the jobs
     */
    public record Terms(String owner, Optional<Integer> blocks, int fanOut) {}

    /** One template that is searched. */
    private record Search(BlockCandidate candidate, JobSpec job, RunningJob running) {
        boolean extendsTip(Bytes tip) {
            return candidate.template().previousBlock().equals(tip);
        }
    }

    /** A solution of a template. */
    private record Found(Search search, Solution solution) {
        long height() {
            return search.candidate().template().height();
        }
    }

    /** What helpers tell. */
    private sealed interface Event {
        /** The node proposes this; whether it may change the tip. */
        record Proposed(BlockTemplate template, boolean maybeNewTip) implements Event {}

        /** A job has its answer. */
        record Ended(Search search, Answer answer) implements Event {}

        /** The node has said what it thinks of a block. */
        record Judged(Found found, BlockVerdict verdict) implements Event {}

        /** A block could not be handed in. */
        record NotHandedIn(Found found, NodeException why) implements Event {}

        /** The node would not take such blocks. */
        record Unwanted(Search search, BlockVerdict verdict) implements Event {}

        /** It cannot go on. */
        record Broken(Exception why) implements Event {}

        /** It is told to stop. */
        record Stop() implements Event {}
    }

    /**
     * A miner; nothing happens yet.
     *
     * @param payout whom the rewards are paid to
     */
    public Miner(Node node, JobRunner runner, PayoutAddress payout, Terms terms, MiningListener listener,
            RandomGenerator random) {
        this(node, runner, payout, terms, listener, random, REFRESH);
    }

    Miner(Node node, JobRunner runner, PayoutAddress payout, Terms terms, MiningListener listener,
            RandomGenerator random, Duration refresh) {
        this.refresh = refresh;
        this.node = node;
        this.runner = runner;
        this.payout = payout;
        this.terms = terms;
        this.listener = listener;
        this.random = random;
    }

    /** Has {@link #mine} return soon. */
    public void stop() {
        events.add(new Event.Stop());
    }

    /**
     * Mines until that is enough; all jobs have ended then.
     *
     * @throws NodeException if the node cannot be mined for
     */
    public MiningResult mine() throws NodeException, InterruptedException {
        long begun = System.nanoTime();
        MiningResult.End end;
        try {
            helpers.execute(this::watch);
            helpers.execute(this::refresh);
            end = run();
        } finally {
            leave();
        }
        return new MiningResult(end, blocks, proven(), Duration.ofNanos(System.nanoTime() - begun));
    }

    private MiningResult.End run() throws NodeException, InterruptedException {
        while (true) {
            switch (events.take()) {
                case Event.Proposed proposed -> take(proposed);
                case Event.Ended(Search search, Answer answer) -> {
                    Optional<MiningResult.End> end = ended(search, answer);
                    if (end.isPresent()) {
                        return end.get();
                    }
                }
                case Event.Judged judged -> {
                    judged(judged);
                    if (terms.blocks().filter(wanted -> accepted() >= wanted).isPresent()) {
                        return MiningResult.End.DONE;
                    }
                }
                case Event.NotHandedIn notHandedIn -> notHandedIn(notHandedIn);
                case Event.Unwanted(Search search, BlockVerdict verdict) -> unwanted(search, verdict);
                case Event.Broken(NodeException why) -> throw why;
                case Event.Broken(RuntimeException why) -> throw why;
                case Event.Broken(Exception why) -> throw new IllegalStateException(why);
                case Event.Stop() -> {
                    return MiningResult.End.STOPPED;
                }
            }
        }
    }

    private long accepted() {
        return blocks.stream().filter(block -> block.verdict().isAccepted()).count();
    }

    private void take(Event.Proposed proposed) throws NodeException {
        BlockTemplate template = proposed.template();
        Search before = current;
        boolean isNewTip = before == null || !before.extendsTip(template.previousBlock());
        boolean isIgnored = before != null && (isNewTip ? !proposed.maybeNewTip() : isNoNewer(template, before));
        if (isIgnored) {
            return;
        }
        if (extended != null && template.previousBlock().equals(extended)) {
            // The node has answered before it took our block. Should it say so again when it waited for a change, the block is gone.
            extended = proposed.maybeNewTip() ? null : extended;
            return;
        }
        if (isNewTip) {
            cancelAll();
        }
        BlockCandidate candidate;
        try {
            candidate = BlockCandidate.of(template, payout, random);
        } catch (InvalidTemplateException e) {
            listener.remarked(String.valueOf(e.getMessage()));
            current = isNewTip ? null : current; // Any other template is welcome then.
            return;
        }
        List<Search> replaced = List.copyOf(searches.values());
        begin(candidate);
        replaced.forEach(search -> search.running().cancel());
    }

    /** Whether what is searched now is as good, or a block that extends the same tip is about to be. */
    private boolean isNoNewer(BlockTemplate template, Search before) {
        BlockTemplate known = before.candidate().template();
        boolean isSame = template.time() == known.time() && template.transactions().equals(known.transactions());
        return handingIn != null || template.time() < known.time()
                || (isSame && searches.containsKey(before.job().id()));
    }

    private void begin(BlockCandidate candidate) {
        Work work = new Work.Block(candidate.space());
        JobSpec job = new JobSpec(JobText.newId(terms.owner(), work, random), new Range(0, work.limit()), work,
                candidate.goal(), Mode.FIRST, terms.fanOut());
        Search search;
        try {
            search = new Search(candidate, job, runner.start(job, TIME_TO_LIVE, new Observer(job.id())));
        } catch (AccessRefusedException | TrackerRefusedException e) {
            throw e; // That will not pass.
        } catch (ServersUnavailableException | TrackerException e) {
            listener.remarked(e.getMessage() + "; trying again");
            covered.remove(job.id());
            current = null;
            helpers.execute(this::askLater);
            return;
        }
        searches.put(job.id(), search);
        current = search;
        listener.searches(candidate.template(), job);
        helpers.execute(() -> await(search));
        Bytes tip = candidate.template().previousBlock();
        if (proposedFor == null || !tip.equals(proposedFor)) {
            proposedFor = tip;
            helpers.execute(() -> propose(search));
        }
    }

    private void cancelAll() {
        searches.values().forEach(search -> search.running().cancel());
    }

    private Optional<MiningResult.End> ended(Search search, Answer answer) {
        searches.remove(search.job().id());
        hashes = hashes.add(answer.hashes());
        covered.remove(search.job().id());
        answer.solutions().forEach(solution -> found.add(new Found(search, solution)));
        handInNext();
        if (!search.equals(current) || answer.outcome() == Outcome.FOUND) {
            return Optional.empty();
        }
        return switch (answer.outcome()) {
            case FAILED -> Optional.of(MiningResult.End.FAILED);
            case CANCELLED -> Optional.of(MiningResult.End.CANCELLED);
            case FOUND, EXHAUSTED, EXPIRED -> {
                begin(search.candidate());
                yield Optional.empty();
            }
        };
    }

    /** One after the other: of two blocks that extend the same tip only one can be accepted. */
    private void handInNext() {
        found.removeIf(one -> extended != null && one.search().extendsTip(extended));
        Found next = handingIn == null ? found.poll() : null;
        if (next != null) {
            handingIn = next;
            helpers.execute(() -> handIn(next));
        }
    }

    private void judged(Event.Judged judged) {
        Found one = judged.found();
        handingIn = null;
        MinedBlock block = new MinedBlock(one.height(), one.solution().digest(), one.solution().peer(),
                judged.verdict());
        blocks.add(block);
        listener.judged(block);
        if (judged.verdict().isAccepted()) {
            extended = one.search().candidate().template().previousBlock();
        } else { // Of the new tip that an accepted one makes the node tells.
            helpers.execute(this::askAgain);
        }
        handInNext();
    }

    private void notHandedIn(Event.NotHandedIn block) {
        handingIn = null;
        listener.remarked("block " + block.found().height() + " could not be handed in: " + block.why().getMessage());
        helpers.execute(this::askAgain);
        handInNext();
    }

    private void unwanted(Search search, BlockVerdict verdict) {
        listener.remarked("the node would not take such a block of height " + search.candidate().template().height()
                + ": it would be " + verdict.inWords());
    }

    private void leave() {
        cancelAll();
        current = null; // Whatever ends from here on is not begun again.
        long until = System.nanoTime() + FAREWELL.toNanos();
        try {
            while (!searches.isEmpty() || handingIn != null) {
                Event event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case null -> {
                        return;
                    }
                    case Event.Ended(Search search, Answer answer) -> ended(search, answer);
                    case Event.Judged judged -> judged(judged);
                    case Event.NotHandedIn notHandedIn -> notHandedIn(notHandedIn);
                    default -> {
                        // It does not matter any more.
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            helpers.shutdownNow();
        }
    }

    private BigInteger proven() {
        return hashes.add(BigInteger.valueOf(covered.values().stream().mapToLong(Long::longValue).sum()));
    }

    // What follows runs on helpers.

    /** Waits for new tips. */
    private void watch() {
        BackOff backOff = new BackOff(random);
        Optional<String> longPollId = Optional.empty();
        boolean everAnswered = false;
        String said = "";
        while (!helpers.isShutdown()) {
            try {
                Optional<BlockTemplate> template = longPollId.isPresent()
                        ? node.nextTemplate(longPollId.get())
                        : Optional.of(node.template());
                if (!said.isEmpty()) {
                    listener.remarked("the node answers again");
                    said = "";
                }
                backOff.reset();
                everAnswered = true;
                if (template.isPresent()) {
                    longPollId = template.get().longPollId();
                    events.add(new Event.Proposed(template.get(), true));
                }
                if (longPollId.isEmpty()) {
                    Thread.sleep(POLL);
                }
            } catch (NodeException e) {
                if (!everAnswered && !e.fault().passes()) {
                    events.add(new Event.Broken(e));
                    return;
                }
                longPollId = Optional.empty();
                String line = String.valueOf(e.getMessage());
                if (!line.equals(said)) {
                    listener.remarked(line);
                    said = line;
                }
                if (!paused(backOff.next())) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                events.add(new Event.Broken(e));
                return;
            }
        }
    }

    /** Asks for the same tip's latest template. */
    private void refresh() {
        while (paused(refresh)) {
            askAgain();
        }
    }

    private void askLater() {
        if (paused(POLL)) {
            askAgain();
        }
    }

    private void askAgain() {
        try {
            events.add(new Event.Proposed(node.template(), false));
        } catch (NodeException e) {
            // The watch tells of it, and asks again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Search search) {
        try {
            events.add(new Event.Ended(search, search.running().await()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            events.add(new Event.Broken(e));
        }
    }

    private void propose(Search search) {
        try {
            BlockVerdict verdict = node.propose(search.candidate().block(0));
            if (verdict.outcome() == BlockVerdict.Outcome.REJECTED) {
                events.add(new Event.Unwanted(search, verdict));
            }
        } catch (NodeException e) {
            // Some nodes do not answer proposals; what is found is judged all the same.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands a block in, again and again while the node is away. */
    private void handIn(Found one) {
        BlockCandidate candidate = one.search().candidate();
        Bytes block = candidate.block(one.solution().integer());
        BackOff backOff = new BackOff(random);
        for (boolean isFirst = true;; isFirst = false) {
            try {
                BlockVerdict verdict = node.submit(block, candidate.template().workId());
                // What the node has already then is what it took before the connection broke off.
                boolean arrivedBefore = !isFirst && verdict.reason().equals("duplicate");
                events.add(new Event.Judged(one, arrivedBefore ? BlockVerdict.ACCEPTED : verdict));
                return;
            } catch (NodeException e) {
                if (!e.fault().passes()) {
                    events.add(new Event.NotHandedIn(one, e));
                    return;
                }
                listener.remarked("block " + one.height() + " is found and waits to be handed in: " + e.getMessage());
            } catch (InterruptedException e) {
                return;
            }
            if (!paused(backOff.next())) {
                return;
            }
        }
    }

    /** Whether so much time has passed, and mining has not ended. */
    private static boolean paused(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Hears of one job. */
    private final class Observer implements JobRunner.Observer {
        private final JobId job;

        private Observer(JobId job) {
            this.job = job;
        }

        @Override
        public void began(JobSpec spec) {
            covered.put(job, 0L);
        }

        @Override
        public void progressed(Progress progress) {
            covered.computeIfPresent(job, (_, _) -> progress.covered());
            listener.progressed(proven(), progress.livePeers());
        }

        @Override
        public void noticed(Notice notice) {
            listener.noticed(notice);
        }

        @Override
        public void connected(boolean connected) {
            listener.connected(connected);
        }
    }
}
