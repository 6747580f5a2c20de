package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningCampaign;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.bitcoin.BlockHeader;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.CompactTarget;
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.worker.search.Reference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MinerTest {
    private static final PeerId FINDER = new PeerId("worker.00000001");
    private static final BlockVerdict ACCEPTED = BlockVerdict.ACCEPTED;
    private static final BlockVerdict STALE = new BlockVerdict(BlockVerdict.Outcome.STALE, "inconclusive");
    private static final int PATIENCE_SECONDS = 30;
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** What jobs and node were told, in that order: {@code start 7}, {@code cancel 7}, {@code submit 7} for height 7. */
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<MinedBlock> judged = new ArrayList<>();
    /** How many others were searched each time that people were told of a template. */
    private final BlockingQueue<Integer> besides = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> remarks = new LinkedBlockingQueue<>();
    private final ScriptedNode node = new ScriptedNode();
    private final Jobs jobs = new Jobs();
    private CompletableFuture<MiningResult> result = new CompletableFuture<>();
    private Miner miner = miner(1);
    private Optional<Thread> thread = Optional.empty();

    private Miner miner(int blocks) {
        try {
            PayoutAddress payout = PayoutAddress.parse("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080", Chain.REGTEST);
            return new Miner(node, jobs, payout, new Miner.Terms("anna", Optional.of(blocks), 16), new Listening(),
                    new Random(1), Duration.ofMillis(20), FAREWELL);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(int blocks) {
        miner = miner(blocks);
        Miner begun = miner;
        thread = Optional.of(Thread.ofVirtual().start(() -> {
            try {
                result.complete(begun.mine());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        }));
    }

    @BeforeEach
    void setUp() {
        result = new CompletableFuture<>();
    }

    @AfterEach
    void end() throws Exception {
        miner.stop();
        if (thread.isPresent()) {
            thread.get().join();
        }
    }

    private void beginWithBlock7(int blocks) throws InterruptedException {
        node.propose(template(7, 100, 1));
        begin(blocks);
        expect("start 7");
    }

    private static BlockTemplate template(int height, long time, int tip) {
        try {
            byte[] previous = new byte[32];
            previous[0] = (byte) tip;
            return new BlockTemplate(0x2000_0000, true, Bytes.of(previous), height, time, CompactTarget.of(0x207fffffL),
                    5_000_000_000L, List.of(), List.of(), 4_000_000, 80_000, Optional.empty(), Optional.of("poll"),
                    Optional.of("work-" + height));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void expect(String... events) throws InterruptedException {
        for (String event : events) {
            assertEquals(event, told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private MiningResult result() throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aNewTipEndsTheOldTemplateBeforeTheNewOneBegins() throws Exception {
        beginWithBlock7(1);

        node.propose(template(8, 101, 2));

        expect("cancel 7", "start 8");
    }

    @Test
    void aRenewedTemplateBeginsBeforeTheOldOneEnds() throws Exception {
        beginWithBlock7(1);

        node.now.set(template(7, 130, 1));

        expect("start 7", "cancel 7");
        assertTrue(told.isEmpty(), told::toString);
    }

    @Test
    void nobodyIsIdleWhileThePeopleAreToldOfARenewedTemplate() throws Exception {
        beginWithBlock7(1);
        assertEquals(0, besides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));

        node.now.set(template(7, 130, 1));

        assertEquals(0, besides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** Nobody would hear of the new one, and what is found of the old one would come too late. */
    @Test
    void aTemplateIsNotRenewedWhileTheNetworkIsAway() throws Exception {
        beginWithBlock7(1);
        jobs.observer().connected(false);

        node.now.set(template(7, 130, 1));
        node.awaitQuestions(3);
        assertTrue(told.isEmpty(), told::toString);

        jobs.observer().connected(true);
        expect("start 7", "cancel 7");
    }

    @Test
    void anotherTipIsSearchedThoughTheNetworkIsAway() throws Exception {
        beginWithBlock7(1);
        jobs.observer().connected(false);

        node.propose(template(8, 101, 2));

        expect("cancel 7", "start 8");
    }

    @Test
    void aBlockIsHandedInThoughItsTemplateHasEnded() throws Exception {
        beginWithBlock7(1);
        Running first = jobs.latest();
        node.now.set(template(7, 130, 1));
        expect("start 7", "cancel 7");

        jobs.observer().noticed(new Notice.SolutionFound(first.job.id(), jobs.solution(first.job)));

        expect("submit 7 work-7");
        assertEquals(1, result().count(BlockVerdict.Outcome.ACCEPTED));
    }

    @Test
    void aBlockThatIsToldOfAgainAfterItsTemplateHasEndedIsHandedInOnce() throws Exception {
        node.verdict = STALE;
        beginWithBlock7(2);
        Running first = jobs.latest();
        jobs.find(first);
        expect("submit 7 work-7", "start 7");

        jobs.observer().noticed(new Notice.SolutionFound(first.job.id(), jobs.solution(first.job)));

        node.propose(template(8, 101, 2));
        expect("cancel 7", "start 8");
    }

    @Test
    void whatIsAskedBesideTheWatchBringsNoOtherTip() throws Exception {
        beginWithBlock7(1);

        node.now.set(template(6, 130, 3));
        node.awaitQuestions(3);
        assertTrue(told.isEmpty(), told::toString);

        node.propose(template(8, 101, 2));
        expect("cancel 7", "start 8");
    }

    @Test
    void aBlockThatIsFoundIsHandedIn() throws Exception {
        beginWithBlock7(1);

        JobSpec job = jobs.find(jobs.latest());

        expect("submit 7 work-7");
        MiningResult mined = result();
        assertEquals(MiningResult.End.DONE, mined.end());
        Bytes hash = Bytes.of(Reference.digest(job.work(), jobs.found));
        assertEquals(List.of(new MinedBlock(7, hash, FINDER, ACCEPTED)), mined.blocks());
        assertEquals(judged, mined.blocks());
        assertEquals(BigInteger.valueOf(1_000), mined.hashes());
        Work.Block block = assertInstanceOf(Work.Block.class, job.work());
        assertEquals(BlockHeader.of(block.piece(jobs.found), block.inPiece(jobs.found)).toBytes().toHex(),
                node.submitted.get().toHex().substring(0, 160));
    }

    @Test
    void ofTwoBlocksThatExtendTheSameTipTheSecondIsHandedInIfTheFirstIsNotTaken() throws Exception {
        node.verdict = STALE;
        beginWithBlock7(2);

        jobs.findTwice(jobs.latest());

        expect("submit 7 work-7", "submit 7 work-7");
    }

    @Test
    void ofTwoBlocksThatExtendTheSameTipTheSecondIsWorthNothingIfTheFirstIsTaken() throws Exception {
        beginWithBlock7(2);

        jobs.findTwice(jobs.latest());

        expect("submit 7 work-7");
        node.propose(template(8, 110, 2));
        expect("start 8");
    }

    @Test
    void goesOnUntilThereAreEnough() throws Exception {
        node.verdict = STALE;
        beginWithBlock7(2);
        jobs.find(jobs.latest());
        expect("submit 7 work-7", "start 7"); // The same tip, searched again.
        node.verdict = ACCEPTED;
        for (int height = 7; height <= 8; height++) {
            jobs.find(jobs.latest());
            expect("submit " + height + " work-" + height);
            if (height == 7) {
                node.propose(template(8, 102, 2));
                expect("start 8");
            }
        }

        MiningResult mined = result();

        assertEquals(2, mined.count(BlockVerdict.Outcome.ACCEPTED));
        assertEquals(1, mined.count(BlockVerdict.Outcome.STALE));
    }

    @Test
    void aBlockWaitsForANodeThatIsAway() throws Exception {
        beginWithBlock7(1);
        node.refusals.add(new NodeException(Fault.UNREACHABLE, "nobody answers"));

        jobs.find(jobs.latest());

        expect("submit 7 work-7", "submit 7 work-7");
        assertEquals(1, result().count(BlockVerdict.Outcome.ACCEPTED));
        assertEquals("block 7 is found and waits to be handed in: nobody answers", remarks.take());
    }

    @Test
    void aBlockThatWasTakenBeforeTheConnectionBrokeOffIsAccepted() throws Exception {
        node.verdict = new BlockVerdict(BlockVerdict.Outcome.KNOWN, "duplicate");
        beginWithBlock7(1);
        node.refusals.add(new NodeException(Fault.SILENT, "it has not answered"));

        jobs.find(jobs.latest());

        assertEquals(1, result().count(BlockVerdict.Outcome.ACCEPTED));
    }

    /** As when the node has lost the block that it took. */
    @Test
    void aTipThatComesBackIsSearchedAgain() throws Exception {
        beginWithBlock7(2);
        jobs.find(jobs.latest());
        expect("submit 7 work-7");
        node.propose(template(8, 101, 2));
        expect("start 8");

        node.propose(template(7, 102, 1));

        expect("cancel 8", "start 7");
    }

    @Test
    void aBlockIsHandedInBeforeItsJobHasEnded() throws Exception {
        beginWithBlock7(1);
        Running running = jobs.latest();

        jobs.observer().noticed(new Notice.SolutionFound(running.job.id(), jobs.solution(running.job)));

        expect("submit 7 work-7");
        assertEquals(1, result().count(BlockVerdict.Outcome.ACCEPTED));
    }

    @Test
    void nothingIsSearchedWhileWhatIsHandedInMayBeEnough() throws Exception {
        beginWithBlock7(1);
        node.refusals.add(new NodeException(Fault.SILENT, "it has not answered"));
        jobs.find(jobs.latest());
        expect("submit 7 work-7");

        node.propose(template(8, 101, 2));

        expect("submit 7 work-7");
        assertEquals(1, result().count(BlockVerdict.Outcome.ACCEPTED));
        assertTrue(told.isEmpty(), told::toString);
    }

    @Test
    void aBlockThatWaitsKeepsNoneOfALaterTipBack() throws Exception {
        beginWithBlock7(2);
        node.refusals.add(new NodeException(Fault.SILENT, "it has not answered"));
        jobs.find(jobs.latest());
        expect("submit 7 work-7");
        node.propose(template(8, 101, 2));
        expect("start 8");

        jobs.find(jobs.latest());

        expect("submit 8 work-8");
    }

    @Test
    void stopsWhenItIsTold() throws Exception {
        beginWithBlock7(1);

        miner.stop();

        expect("cancel 7");
        assertEquals(MiningResult.End.STOPPED, result().end());
    }

    /** The process may not be given the time. */
    @Test
    void itsResultDoesNotWaitForACampaignThatDoesNotClose() throws Exception {
        jobs.mayClose = new CountDownLatch(1);
        beginWithBlock7(1);

        miner.stop();

        assertEquals(MiningResult.End.STOPPED, result().end());
        jobs.mayClose.countDown();
    }

    @Test
    void endsWhenSomebodyElseCancelsItsJob() throws Exception {
        beginWithBlock7(1);

        jobs.latest().end(Outcome.CANCELLED, List.of());
        jobs.observer().cancelled();

        assertEquals(MiningResult.End.CANCELLED, result().end());
        assertEquals("mining was cancelled by somebody else, with sluice cancel", remarks.poll());
        assertEquals(List.of(Outcome.CANCELLED), jobs.closed);
    }

    @Test
    void allTemplatesAreOfOneCampaignAndNumberedUpwards() throws Exception {
        beginWithBlock7(1);
        node.now.set(template(7, 130, 1));
        expect("start 7", "cancel 7");
        node.propose(template(8, 140, 2));
        expect("cancel 7", "start 8");

        jobs.find(jobs.latest());

        assertEquals(MiningResult.End.DONE, result().end());
        JobId campaign = jobs.opened.getFirst();
        assertEquals(List.of(campaign), jobs.opened);
        assertEquals(List.of(campaign.template(1), campaign.template(2), campaign.template(3)),
                jobs.all.stream().map(running -> running.job.id()).toList());
        assertEquals(List.of(Outcome.FOUND), jobs.closed);
    }

    @Test
    void aTemplateThatFailsIsFollowedByAnotherWithAnotherSalt() throws Exception {
        beginWithBlock7(1);
        Running failed = jobs.latest();

        failed.end(Outcome.FAILED, List.of());

        expect("start 7");
        assertNotEquals(failed.job.work(), jobs.latest().job.work());
        jobs.find(jobs.latest());
        assertEquals(MiningResult.End.DONE, result().end());
    }

    @Test
    void whatWasMinedIsToldThoughTheNetworkIsLost() throws Exception {
        beginWithBlock7(2);
        jobs.find(jobs.latest());
        expect("submit 7 work-7");
        node.propose(template(8, 110, 2));
        expect("start 8");
        RuntimeException lost = new ServersUnavailableException("the servers are elsewhere",
                new IllegalStateException());

        jobs.observer().failed(lost);

        MiningResult mined = result();
        assertEquals(MiningResult.End.FAILED, mined.end());
        assertEquals(Optional.of(lost), mined.failure());
        assertEquals(1, mined.count(BlockVerdict.Outcome.ACCEPTED));
        assertEquals(List.of(Outcome.FAILED), jobs.closed);
    }

    /** As when Kafka does not answer, which takes long to find out. */
    @Test
    void stopsAtOnceThoughTheNetworkIsAway() throws Exception {
        jobs.mayOpen = new CountDownLatch(1);
        node.propose(template(7, 100, 1));
        begin(1);

        miner.stop();

        assertEquals(MiningResult.End.STOPPED, result().end());
        assertTrue(told.isEmpty(), told::toString);
    }

    @Test
    void aNetworkThatIsAwayIsWaitedFor() throws Exception {
        jobs.failures.add(new ServersUnavailableException("Kafka does not answer", new IllegalStateException()));
        node.propose(template(7, 100, 1));
        begin(1);

        expect("start 7");
        assertEquals("Kafka does not answer; trying again", remarks.take());
    }

    @Test
    void aNodeThatRefusesAtFirstEndsIt() throws Exception {
        node.failure = Optional.of(new NodeException(Fault.REFUSED, "no"));
        begin(1);

        Exception failed = new Exception();
        try {
            result();
        } catch (java.util.concurrent.ExecutionException e) {
            failed = e;
        }
        assertInstanceOf(NodeException.class, failed.getCause());
    }

    private final class ScriptedNode implements Node {
        private final BlockingQueue<BlockTemplate> next = new LinkedBlockingQueue<>();
        private final AtomicReference<BlockTemplate> now = new AtomicReference<>(MinerTest.template(1, 1, 0));
        private final BlockingQueue<NodeException> refusals = new LinkedBlockingQueue<>();
        private final AtomicReference<Bytes> submitted = new AtomicReference<>(Bytes.EMPTY);
        private volatile BlockVerdict verdict = ACCEPTED;
        private volatile Optional<NodeException> failure = Optional.empty();
        private volatile CountDownLatch questions = new CountDownLatch(0);
        private boolean isFirst = true;

        void propose(BlockTemplate template) {
            now.set(template);
            if (isFirst) {
                isFirst = false; // It is asked for.
            } else {
                next.add(template);
            }
        }

        /** Until it has been asked so often for its template from now on. */
        void awaitQuestions(int more) throws InterruptedException {
            CountDownLatch awaited = new CountDownLatch(more);
            questions = awaited;
            assertTrue(awaited.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "it is not asked");
        }

        @Override
        public BlockTemplate template() throws NodeException {
            questions.countDown();
            if (failure.isPresent()) {
                throw failure.get();
            }
            return now.get();
        }

        @Override
        public Optional<BlockTemplate> nextTemplate(String longPollId) throws InterruptedException {
            return Optional.of(next.take());
        }

        @Override
        public BlockVerdict propose(Bytes block) {
            return ACCEPTED;
        }

        @Override
        public BlockVerdict submit(Bytes block, Optional<String> workId) throws NodeException {
            submitted.set(block);
            told.add("submit " + workId.orElseThrow().replace("work-", "") + " " + workId.get());
            NodeException refusal = refusals.poll();
            if (refusal != null) {
                throw refusal;
            }
            return verdict;
        }
    }

    /** Jobs that end when the test says so. */
    private final class Jobs implements JobRunner, RunningCampaign {
        private final List<Running> all = new ArrayList<>();
        private final List<JobId> opened = new CopyOnWriteArrayList<>();
        private final List<Outcome> closed = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch mayOpen = new CountDownLatch(0);
        private volatile CountDownLatch mayClose = new CountDownLatch(0);
        private volatile Optional<RunningCampaign.Observer> observer = Optional.empty();
        private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
        private volatile long found;

        synchronized Running latest() {
            return all.getLast();
        }

        synchronized int runningBeside(JobSpec job) {
            return (int) all.stream()
                    .filter(running -> !running.job.equals(job) && !running.ended.get())
                    .count();
        }

        /** The first integers of a block are searched here and now. */
        JobSpec find(Running running) {
            running.end(Outcome.FOUND, List.of(solution(running.job)));
            return running.job;
        }

        Solution solution(JobSpec job) {
            long integer = 0;
            while (!job.goal().isMetBy(Reference.digest(job.work(), integer))) {
                integer++;
            }
            found = integer;
            return new Solution(integer, Bytes.of(Reference.digest(job.work(), integer)), FINDER);
        }

        /** Two peers find one at the same time. */
        void findTwice(Running running) {
            List<Solution> solutions = new ArrayList<>();
            for (long integer = 0; solutions.size() < 2; integer++) {
                byte[] digest = Reference.digest(running.job.work(), integer);
                if (running.job.goal().isMetBy(digest)) {
                    solutions.add(new Solution(integer, Bytes.of(digest), FINDER));
                }
            }
            running.end(Outcome.FOUND, solutions);
        }

        RunningCampaign.Observer observer() {
            return observer.orElseThrow();
        }

        @Override
        public RunningCampaign open(JobId campaign, String description, Duration timeToLive,
                RunningCampaign.Observer watching) {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            try {
                mayOpen.await();
            } catch (InterruptedException e) {
                throw new ServersUnavailableException("interrupted", e);
            }
            observer = Optional.of(watching);
            opened.add(campaign);
            return this;
        }

        @Override
        public void start(JobSpec spec, Duration timeToLive) {
            Running running = new Running(spec, node.now.get().height());
            synchronized (this) {
                all.add(running);
            }
            told.add("start " + running.height);
        }

        @Override
        public synchronized void withdraw(JobId template) {
            all.stream().filter(running -> running.job.id().equals(template)).forEach(Running::withdraw);
        }

        @Override
        public void close(Outcome outcome) {
            try {
                mayClose.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            closed.add(outcome);
        }

        @Override
        public RunningJob start(JobSpec spec, Duration timeToLive, JobRunner.Observer watching) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunningJob resume(JobId job, Optional<Duration> longest, JobRunner.Observer watching) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(JobId job) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Running {
        private final JobSpec job;
        private final long height;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Running(JobSpec job, long height) {
            this.job = job;
            this.height = height;
        }

        void end(Outcome outcome, List<Solution> solutions) {
            if (!ended.getAndSet(true)) {
                jobs.observer()
                        .ended(job.id(), Optional.of(new Answer(job, outcome, solutions, BigInteger.valueOf(1_000),
                                BigInteger.ZERO, RangeSet.EMPTY, List.of(), Duration.ofSeconds(1))));
            }
        }

        void withdraw() {
            if (!ended.get()) {
                told.add("cancel " + height);
                end(Outcome.CANCELLED, List.of());
            }
        }
    }

    private final class Listening implements MiningListener {
        @Override
        public void searches(BlockTemplate template, JobSpec job) {
            besides.add(jobs.runningBeside(job));
        }

        @Override
        public void progressed(BigInteger hashes, int workers) {}

        @Override
        public void judged(MinedBlock block) {
            judged.add(block);
        }

        @Override
        public void remarked(String line) {
            remarks.add(line);
        }

        @Override
        public void noticed(Notice notice) {}

        @Override
        public void connected(boolean connected) {}
    }
}
