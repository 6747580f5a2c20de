package org.sluice.submitter.mining;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.Notice;
import org.sluice.protocol.value.JobSpec;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.submitter.report.NoticeText;
import org.sluice.submitter.report.Quantity;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a miner does, as lines for people: each new tip, each block that is found, and now and then how fast it goes. */
public final class MiningLines implements MiningListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MiningLines.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    /** Over so much time the rate is taken: what is proven comes in steps. */
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int DIGEST_BYTES = 32;
    private static final double SATOSHI = 1e8;

    private final PrintWriter out;
    private final String tracker;
    private final ScheduledExecutorService ticker;
    private final Deque<Proven> window = new ArrayDeque<>();
    private @Nullable BlockTemplate template;
    private double hashesPerBlock;
    private int workers;
    private int accepted;
    private String last = "";

    private record Proven(long nanos, BigInteger hashes) {}

    /**
     * Lines on a writer, one every ten seconds at least while something changes.
     *
     * @param tracker how others would name the network
     */
    public MiningLines(PrintWriter out, String tracker) {
        this.out = out;
        this.tracker = tracker;
        ticker = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("progress").factory());
        var _ = ticker.scheduleAtFixedRate(this::tick, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void searches(BlockTemplate searched, JobSpec job) {
        BlockTemplate before = template;
        template = searched;
        hashesPerBlock = job.goal().expectedHashes(DIGEST_BYTES);
        if (before == null || !before.previousBlock().equals(searched.previousBlock())) {
            say("block " + searched.height() + " on " + searched.previousBlock().reversed().toHex() + ": "
                    + Quantity.count(searched.transactions().size(), "transaction") + ", "
                    + String.format(Locale.ROOT, "%.8f BTC", searched.coinbaseValue() / SATOSHI)
                    + expected().map(time -> ", expected in " + time).orElse(""));
        }
    }

    @Override
    public synchronized void progressed(BigInteger hashes, int live) {
        workers = live;
        window.add(new Proven(System.nanoTime(), hashes));
        while (window.size() > 2 && window.getLast().nanos() - window.getFirst().nanos() > WINDOW.toNanos()) {
            window.removeFirst();
        }
    }

    @Override
    public synchronized void judged(MinedBlock block) {
        accepted += block.verdict().isAccepted() ? 1 : 0;
        say("block " + block.height() + " found by " + block.finder().value() + ": "
                + block.hash().reversed().toHex() + " " + block.verdict().inWords());
    }

    @Override
    public synchronized void remarked(String line) {
        say(line);
    }

    @Override
    public void noticed(Notice notice) {
        NoticeText text = NoticeText.of(notice, tracker);
        if (text.important()) {
            remarked(text.line());
        } else {
            LOG.debug("{}", text.line());
        }
    }

    @Override
    public synchronized void connected(boolean connected) {
        say(connected
                ? "the network answers again"
                : "the network does not answer; its workers hash on, and what they find waits until it does");
    }

    /** Prints how it goes, unless that is what the last line says. */
    synchronized void tick() {
        BlockTemplate now = template;
        if (now == null) {
            return;
        }
        String line = "block " + now.height() + ": " + Quantity.count(workers, "worker")
                + rate().map(rate -> ", " + Quantity.rate(rate)).orElse("")
                + expected().map(time -> ", a block every " + time).orElse("") + ", "
                + Quantity.count(accepted, "block") + " mined";
        if (!line.equals(last)) {
            say(line);
            last = line;
        }
    }

    private Optional<String> expected() {
        return rate().map(rate -> hashesPerBlock / rate)
                .filter(seconds -> seconds < Duration.ofDays(365_000).toSeconds())
                .map(seconds -> Quantity.duration(Duration.ofMillis(Math.round(seconds * 1_000))));
    }

    private Optional<Double> rate() {
        Proven first = window.peekFirst();
        Proven latest = window.peekLast();
        if (first == null || latest == null || latest.nanos() == first.nanos()) {
            return Optional.empty();
        }
        double hashes = latest.hashes().subtract(first.hashes()).doubleValue();
        return hashes <= 0 ? Optional.empty() : Optional.of(hashes / ((latest.nanos() - first.nanos()) / 1e9));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
