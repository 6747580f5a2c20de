package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
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
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockCandidate;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.submitter.bitcoin.template.InvalidTemplateException;
import org.sluice.submitter.report.JobText;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;
import org.sluice.worker.runtime.Trouble;

import org.jspecify.annotations.Nullable;

/**
 * Mines: has the network search the node's templates, and hands in what is found.
 *
 * <p>A template is a job that ends with its first solution. When the tip changes, what is searched is worth nothing any more: its job is
 * cancelled before the next one begins. When only transactions or the time are new, the next one begins first, so that nobody is
 * idle in between. Another tip of the same height is taken from the {@link TipWatch} alone: what others ask may be answered in another order.
 */
public final class Miner {
    /** A template is renewed so often, for its time and its transactions. */
    private static final Duration REFRESH = Duration.ofSeconds(25);
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
    private final HandingIn handingIn;
    private final Trouble network;
    private boolean asksLater;
    /** The tip that the last accepted block extends, as long as the node has told of no other. */
    private @Nullable Bytes extended;

    /**
     * What is to be mined.
     *
     * @param owner whose jobs they are
     * @param blocks how many are enough; none for all there are
     * @param fanOut of the jobs
     */
    public record Terms(String owner, Optional<Integer> blocks, int fanOut) {}

    /** What helpers tell. */
    private sealed interface Event {
        /** The node proposes this; whether it may change the tip. */
        record Proposed(BlockTemplate template, boolean maybeNewTip) implements Event {}

        /** A job has its answer. */
        record Ended(Search search, Answer answer) implements Event {}

        /** The node has said what it thinks of a block. */
        record Judged(FoundBlock found, BlockVerdict verdict) implements Event {}

        /** A block could not be handed in. */
        record NotHandedIn(FoundBlock found, NodeException why) implements Event {}

        /** The node would not take such blocks. */
        record Unwanted(Search search, BlockVerdict verdict) implements Event {}

        /** A job tells that it has a solution, long before it has ended. */
        record Solved(JobId job, Solution solution) implements Event {}

        /** What a job has come to is not known. */
        record Lost(Search search, RuntimeException why) implements Event {}

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
        handingIn = new HandingIn(node, listener, this::help,
                (one, verdict) -> events.add(new Event.Judged(one, verdict)),
                (one, why) -> events.add(new Event.NotHandedIn(one, why)));
        network = new Trouble(line -> listener.remarked(line + "; trying again"));
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
            help(new TipWatch(node, listener, random, template -> events.add(new Event.Proposed(template, true)),
                    why -> events.add(new Event.Broken(why))));
            help(this::refresh);
            end = run();
        } finally {
            leave();
        }
        return new MiningResult(end, blocks, proven(), Duration.ofNanos(System.nanoTime() - begun));
    }

    private MiningResult.End run() throws NodeException, InterruptedException {
        while (true) {
            switch (events.take()) {
                case Event.Proposed proposed -> {
                    asksLater = false;
                    take(proposed);
                }
                case Event.Ended(Search search, Answer answer) -> {
                    Optional<MiningResult.End> end = ended(search, answer);
                    if (end.isPresent()) {
                        return end.get();
                    }
                }
                case Event.Judged judged -> {
                    judged(judged);
                    if (isEnough(accepted())) {
                        return MiningResult.End.DONE;
                    }
                }
                case Event.Solved(JobId job, Solution solution) -> solved(job, solution);
                case Event.Lost(Search search, RuntimeException why) -> lost(search, why);
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

    private boolean isEnough(long mined) {
        return terms.blocks().filter(wanted -> mined >= wanted).isPresent();
    }

    private long accepted() {
        return blocks.stream().filter(block -> block.verdict().isAccepted()).count();
    }

    private void take(Event.Proposed proposed) {
        if (isEnough(accepted() + handingIn.count())) {
            return; // If the node does not take what is being handed in, it is asked again.
        }
        BlockTemplate template = proposed.template();
        Search before = current;
        boolean isNewTip = before == null || !before.tip().equals(template.previousBlock());
        if (before != null && (isNewTip ? !mayReplace(proposed, before) : isNoNewer(template, before))) {
            return;
        }
        if (extended != null && template.previousBlock().equals(extended)) {
            // The node has answered before it took our block; or that block is gone, and then it will say so again.
            extended = proposed.maybeNewTip() ? null : extended;
            return;
        }
        extended = null;
        if (isNewTip) {
            cancelAll();
        }
        BlockCandidate candidate = candidate(template);
        List<Search> replaced = List.copyOf(searches.values());
        if (candidate != null && begin(candidate)) {
            replaced.forEach(search -> search.running().cancel());
        } else if (isNewTip) {
            current = null; // Any other template is welcome then.
        }
    }

    /** Whether another tip is one for sure: the watch says so, or it is higher. */
    private static boolean mayReplace(Event.Proposed proposed, Search before) {
        return proposed.maybeNewTip() || proposed.template().height() > before.height();
    }

    private @Nullable BlockCandidate candidate(BlockTemplate template) {
        try {
            return BlockCandidate.of(template, payout, random);
        } catch (InvalidTemplateException e) {
            listener.remarked(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Whether what is searched now is as good, or a block that extends the same tip is about to be. */
    private boolean isNoNewer(BlockTemplate template, Search before) {
        BlockTemplate searched = before.candidate().template();
        boolean isSame = template.time() == searched.time()
                && template.transactions().equals(searched.transactions());
        boolean isSearched = searches.containsKey(before.job().id());
        return handingIn.isAbout(template.previousBlock())
                || (isSearched && (isSame || template.time() < searched.time()));
    }

    /** Whether it has begun; if not, it is tried again after a while. */
    private boolean begin(BlockCandidate candidate) {
        Work work = new Work.Block(candidate.space());
        JobSpec job = new JobSpec(JobText.newId(terms.owner(), work, random), new Range(0, work.limit()), work,
                candidate.goal(), Mode.FIRST, terms.fanOut());
        Search search;
        try {
            search = new Search(candidate, job, runner.start(job, TIME_TO_LIVE, new Observer(job.id())));
        } catch (AccessRefusedException | TrackerRefusedException e) {
            throw e; // That will not pass.
        } catch (ServersUnavailableException | TrackerException e) {
            covered.remove(job.id());
            networkIsAway(String.valueOf(e.getMessage()));
            return false;
        }
        network.over();
        searches.put(job.id(), search);
        current = search;
        listener.searches(candidate.template(), job);
        help(() -> await(search));
        if (proposedFor == null || !search.tip().equals(proposedFor)) {
            proposedFor = search.tip();
            help(() -> propose(search));
        }
        return true;
    }

    private void networkIsAway(String why) {
        network.tell(why);
        if (!asksLater) {
            asksLater = true;
            help(this::askLater);
        }
    }

    private void cancelAll() {
        searches.values().forEach(search -> search.running().cancel());
    }

    private Optional<MiningResult.End> ended(Search search, Answer answer) {
        searches.remove(search.job().id());
        hashes = hashes.add(answer.hashes());
        covered.remove(search.job().id());
        answer.solutions().forEach(solution -> handingIn.take(new FoundBlock(search, solution)));
        handingIn.takesNoMoreOf(search);
        if (!search.equals(current) || answer.outcome() == Outcome.FOUND) {
            return Optional.empty();
        }
        return switch (answer.outcome()) {
            case FAILED -> Optional.of(MiningResult.End.FAILED);
            case CANCELLED -> Optional.of(MiningResult.End.CANCELLED);
            case FOUND, EXHAUSTED, EXPIRED -> {
                // With another salt: what was searched holds nothing.
                BlockCandidate again = candidate(search.candidate().template());
                if (again == null || !begin(again)) {
                    current = null;
                }
                yield Optional.empty();
            }
        };
    }

    private void solved(JobId job, Solution solution) {
        Search search = searches.get(job);
        if (search != null) {
            handingIn.take(new FoundBlock(search, solution));
        }
    }

    /** Of a job that nobody needs any more that is no loss. */
    private void lost(Search search, RuntimeException why) {
        searches.remove(search.job().id());
        covered.remove(search.job().id());
        if (search.equals(current)) {
            throw why;
        }
        listener.remarked(String.valueOf(why.getMessage()));
    }

    private void judged(Event.Judged judged) {
        FoundBlock one = judged.found();
        MinedBlock block = new MinedBlock(one.height(), one.solution().digest(), one.solution().peer(),
                judged.verdict());
        blocks.add(block);
        listener.judged(block);
        if (judged.verdict().isAccepted()) {
            // Often the node tells of the new tip before it answers.
            extended = current != null && current.tip().equals(one.tip()) ? one.tip() : extended;
        } else { // Of the new tip that an accepted one makes the node tells.
            help(this::askAgain);
        }
        handingIn.settled(one, judged.verdict().isAccepted());
    }

    private void notHandedIn(Event.NotHandedIn block) {
        listener.remarked("block " + block.found().height() + " could not be handed in: " + block.why().getMessage());
        help(this::askAgain);
        handingIn.settled(block.found(), false);
    }

    private void unwanted(Search search, BlockVerdict verdict) {
        listener.remarked("the node would not take such a block of height " + search.height() + ": it would be "
                + verdict.inWords());
    }

    private void leave() {
        cancelAll();
        current = null; // Whatever ends from here on is not begun again.
        long until = System.nanoTime() + FAREWELL.toNanos();
        try {
            while (!searches.isEmpty() || handingIn.count() > 0) {
                Event event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case null -> {
                        handingIn.giveUp();
                        return;
                    }
                    case Event.Ended(Search search, Answer answer) -> ended(search, answer);
                    case Event.Judged judged -> judged(judged);
                    case Event.NotHandedIn notHandedIn -> notHandedIn(notHandedIn);
                    case Event.Solved(JobId job, Solution solution) -> solved(job, solution);
                    case Event.Lost(Search search, RuntimeException _) -> searches.remove(search.job().id());
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

    /** Lets a thread of its own do something. What it throws unexpectedly ends mining, and is not lost. */
    private void help(Runnable task) {
        helpers.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                events.add(new Event.Broken(e));
            }
        });
    }

    // What follows runs on helpers.

    /** Asks for the same tip's latest template. */
    private void refresh() {
        while (Pause.of(refresh)) {
            askAgain();
        }
    }

    private void askLater() {
        if (Pause.of(TipWatch.POLL)) {
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
            events.add(new Event.Lost(search, e));
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
            if (notice instanceof Notice.SolutionFound(JobId of, Solution solution)) {
                events.add(new Event.Solved(of, solution));
            }
            listener.noticed(notice);
        }

        @Override
        public void connected(boolean connected) {
            listener.connected(connected);
        }
    }
}
