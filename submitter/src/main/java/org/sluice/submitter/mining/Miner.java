package org.sluice.submitter.mining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
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
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningCampaign;
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockCandidate;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.submitter.bitcoin.template.InvalidTemplateException;

import org.jspecify.annotations.Nullable;

/**
 * Mines: has the network search the node's templates, and hands in what is found.
 *
 * <p>A template is a job that ends with its first solution; all of them are templates of one campaign. When the tip changes, what is searched
 * is worth nothing any more: its job is cancelled before the next one begins. When only transactions or the time are new, the next one begins
 * first, so that nobody is idle in between. Another tip of the same height is taken from the {@link TipWatch} alone: what others ask may be
 * answered in another order.
 */
public final class Miner {
    /** A template is renewed so often, for its time and its transactions. */
    private static final Duration REFRESH = Duration.ofSeconds(25);
    /** How long all may take to end when mining does: a process that is told to stop is waited for not much longer. */
    private static final Duration FAREWELL = Duration.ofSeconds(8);
    /** So many templates that fail one after the other are no accident. */
    private static final int MOST_FAILURES = 5;

    private final Node node;
    private final CampaignOpening opening;
    private final PayoutAddress payout;
    private final Terms terms;
    private final MiningListener listener;
    private final RandomGenerator random;
    private final Duration refresh;
    private final Duration farewell;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor();

    private final Searches searches = new Searches();
    private final List<MinedBlock> blocks = new ArrayList<>();
    private @Nullable OpenCampaign campaign;
    /** What is to be searched when the campaign is open. */
    private Event.@Nullable Proposed awaited;
    /** Whether the network answers. */
    private boolean connected = true;
    private int number;
    /** How many templates in a row have failed. */
    private int failures;
    private @Nullable Search current;
    /** Whose tip a block was last proposed for. */
    private @Nullable Bytes proposedFor;
    private final HandingIn handingIn;
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

    /**
     * A miner; nothing happens yet.
     *
     * @param payout whom the rewards are paid to
     */
    public Miner(Node node, JobRunner runner, PayoutAddress payout, Terms terms, MiningListener listener,
            RandomGenerator random) {
        this(node, runner, payout, terms, listener, random, REFRESH, FAREWELL);
    }

    Miner(Node node, JobRunner runner, PayoutAddress payout, Terms terms, MiningListener listener,
            RandomGenerator random, Duration refresh, Duration farewell) {
        this.refresh = refresh;
        this.farewell = farewell;
        this.node = node;
        opening = new CampaignOpening(runner, terms.owner(), listener, new Observer(), random);
        this.payout = payout;
        this.terms = terms;
        this.listener = listener;
        this.random = random;
        handingIn = new HandingIn(node, listener, this::help,
                (one, verdict) -> events.add(new Event.Judged(one, verdict)),
                (one, why) -> events.add(new Event.NotHandedIn(one, why)));
    }

    /** Has {@link #mine} return soon. */
    public void stop() {
        events.add(new Event.Stop());
    }

    /**
     * Mines until that is enough, or cannot go on; all jobs have ended then.
     *
     * @throws NodeException if the node cannot be mined for, and nothing was begun
     */
    public MiningResult mine() throws NodeException, InterruptedException {
        long begun = System.nanoTime();
        MiningResult.End end = MiningResult.End.FAILED;
        Optional<Exception> failure = Optional.empty();
        try {
            help(new TipWatch(node, listener, random, template -> events.add(new Event.Proposed(template, true)),
                    why -> events.add(new Event.Broken(why))));
            help(this::refresh);
            help(this::open);
            end = run();
        } catch (NodeException | RuntimeException e) {
            if (number == 0) {
                throw e;
            }
            failure = Optional.of(e);
        } finally {
            leave(end);
        }
        return new MiningResult(end, failure, blocks, searches.proven(), Duration.ofNanos(System.nanoTime() - begun));
    }

    private MiningResult.End run() throws NodeException, InterruptedException {
        while (true) {
            switch (events.take()) {
                case Event.Opened(OpenCampaign opened) -> {
                    campaign = opened;
                    if (awaited != null) {
                        Event.Proposed first = awaited;
                        awaited = null;
                        take(first);
                    }
                }
                case Event.Proposed proposed -> take(proposed);
                case Event.Ended ended -> ended(ended);
                case Event.Judged judged -> {
                    judged(judged);
                    if (isEnough(accepted())) {
                        return MiningResult.End.DONE;
                    }
                }
                case Event.Solved(JobId job, Solution solution) -> solved(job, solution);
                case Event.Connected(boolean answers) -> connected = answers;
                case Event.Cancelled() -> {
                    listener.remarked("mining was cancelled by somebody else, with sluice cancel");
                    return MiningResult.End.CANCELLED;
                }
                case Event.Lost(RuntimeException why) -> {
                    searches.clear();
                    throw why;
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

    private boolean isEnough(long mined) {
        return terms.blocks().filter(wanted -> mined >= wanted).isPresent();
    }

    private long accepted() {
        return blocks.stream().filter(block -> block.verdict().isAccepted()).count();
    }

    private void take(Event.Proposed proposed) {
        OpenCampaign open = campaign;
        if (open == null) {
            awaited = awaited == null || proposed.maybeNewTip() ? proposed : awaited;
            return;
        }
        if (isEnough(accepted() + handingIn.count())) {
            return; // If the node does not take what is being handed in, it is asked again.
        }
        BlockTemplate template = proposed.template();
        Search before = current;
        boolean isNewTip = before == null || !before.tip().equals(template.previousBlock());
        if (before != null && (isNewTip ? !mayReplace(proposed, before) : mayNotRenew(template, before))) {
            return;
        }
        if (extended != null && template.previousBlock().equals(extended)) {
            // The node has answered before it took our block; or that block is gone, and then it will say so again.
            extended = proposed.maybeNewTip() ? null : extended;
            return;
        }
        extended = null;
        if (isNewTip) {
            searches.running().forEach(open::withdraw);
        }
        BlockCandidate candidate = candidate(template);
        if (candidate != null) {
            begin(open, candidate);
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

    /** Whether nobody would hear of it while what is searched now goes on, or it is not worth it. */
    private boolean mayNotRenew(BlockTemplate template, Search before) {
        return (!connected && searches.find(before.job().id()).isPresent()) || isNoNewer(template, before);
    }

    /** Whether what is searched now is as good, or a block that extends the same tip is about to be. */
    private boolean isNoNewer(BlockTemplate template, Search before) {
        BlockTemplate searched = before.candidate().template();
        boolean isSame = template.time() == searched.time()
                && template.transactions().equals(searched.transactions());
        boolean isSearched = searches.find(before.job().id()).isPresent();
        return handingIn.isAbout(template.previousBlock())
                || (isSearched && (isSame || template.time() < searched.time()));
    }

    /** Instead of all that is searched now. */
    private void begin(OpenCampaign open, BlockCandidate candidate) {
        List<JobId> replaced = searches.running();
        Work work = new Work.Block(candidate.space());
        number++;
        JobSpec job = new JobSpec(open.id().template(number), new Range(0, work.limit()), work, candidate.goal(),
                Mode.FIRST, terms.fanOut());
        Search search = new Search(candidate, job);
        searches.forget(search.tip()).forEach(handingIn::takesNoMoreOf);
        searches.began(search);
        current = search;
        // At once: workers to which the earlier one is offered again meanwhile would go back to it.
        open.start(job);
        replaced.forEach(open::withdraw);
        listener.searches(candidate.template(), job);
        if (proposedFor == null || !search.tip().equals(proposedFor)) {
            proposedFor = search.tip();
            help(() -> propose(search));
        }
    }

    private void ended(Event.Ended event) {
        Search search = searches.find(event.job()).orElse(null);
        if (search == null) {
            return;
        }
        searches.ended(search, event.answer());
        event.answer()
                .ifPresent(answer -> answer.solutions()
                        .forEach(solution -> handingIn.take(new FoundBlock(search, solution))));
        Outcome outcome = event.answer().map(Answer::outcome).orElse(Outcome.FAILED);
        failures = outcome == Outcome.FAILED ? failures + 1 : 0;
        if (search.equals(current)) {
            goOnAfter(search, outcome);
        }
    }

    /** What is searched now has ended, not as it was meant to. */
    private void goOnAfter(Search search, Outcome outcome) {
        switch (outcome) {
            case FOUND, CANCELLED -> {
                // The block is handed in, or it is told who has cancelled it.
            }
            case FAILED -> {
                if (failures >= MOST_FAILURES) {
                    throw new IllegalStateException(failures + " templates failed one after the other");
                }
                listener.remarked("the search of a template failed; another is searched soon");
                current = null;
                help(this::askLater);
            }
            case EXHAUSTED, EXPIRED -> {
                // With another salt: what was searched holds nothing.
                BlockCandidate again = candidate(search.candidate().template());
                if (again == null || campaign == null) {
                    current = null;
                } else {
                    begin(campaign, again);
                }
            }
        }
    }

    private void solved(JobId job, Solution solution) {
        searches.findAlsoPast(job).ifPresent(search -> handingIn.take(new FoundBlock(search, solution)));
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

    private void leave(MiningResult.End end) {
        current = null; // Whatever ends from here on is not begun again.
        OpenCampaign open = campaign;
        if (open != null) {
            searches.running().forEach(open::withdraw);
        }
        long until = System.nanoTime() + farewell.toNanos();
        // The rest is for closing the campaign.
        long untilEnded = until - farewell.dividedBy(4).toNanos();
        try {
            while (!searches.running().isEmpty() || handingIn.count() > 0) {
                Event event = events.poll(untilEnded - System.nanoTime(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case null -> {
                        handingIn.giveUp();
                        return;
                    }
                    case Event.Ended ended -> ended(ended);
                    case Event.Judged judged -> judged(judged);
                    case Event.NotHandedIn notHandedIn -> notHandedIn(notHandedIn);
                    case Event.Solved(JobId job, Solution solution) -> solved(job, solution);
                    case Event.Lost _ -> searches.clear();
                    default -> {
                        // It does not matter any more.
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            helpers.shutdownNow();
            close(end, until);
        }
    }

    /** Closes the campaign, also one that a helper is about to open, before the network is left; what takes longer is not waited for. */
    private void close(MiningResult.End end, long until) {
        boolean interrupted = Thread.interrupted();
        try {
            Thread closing = Thread.ofVirtual().name("sluice-mining-end").start(() -> opening.close(end));
            var _ = closing.join(Duration.ofNanos(until - System.nanoTime()));
            var _ = helpers.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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

    private void open() {
        opening.open().ifPresent(open -> events.add(new Event.Opened(open)));
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

    /** Hears of the campaign. */
    private final class Observer implements RunningCampaign.Observer {
        @Override
        public void progressed(JobId template, Progress progress) {
            searches.progressed(template, progress.covered());
            listener.progressed(searches.proven(), progress.livePeers());
        }

        @Override
        public void ended(JobId template, Optional<Answer> answer) {
            events.add(new Event.Ended(template, answer));
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
            events.add(new Event.Connected(connected));
            listener.connected(connected);
        }

        @Override
        public void cancelled() {
            events.add(new Event.Cancelled());
        }

        @Override
        public void failed(RuntimeException why) {
            events.add(new Event.Lost(why));
        }
    }
}
