package org.sluice.submitter.report;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Mode;

import org.jspecify.annotations.Nullable;

/** Progress as plain lines, for logs and pipes: one every few seconds, and none while nothing has changed. */
public final class ProgressLines implements ProgressView {
    private final PrintWriter out;
    private final ProgressText text;
    private final ScheduledExecutorService ticker;
    private @Nullable Progress latest;
    private @Nullable Progress printed;

    /**
     * Starts to print.
     *
     * @param interval the time between two lines
     */
    public ProgressLines(PrintWriter out, Mode mode, Duration interval) {
        this.out = out;
        text = new ProgressText(mode);
        ticker = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("progress").factory());
        var _ = ticker.scheduleAtFixedRate(this::tick, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void show(Progress progress) {
        text.take(progress);
        latest = progress;
    }

    @Override
    public synchronized void connected(boolean connected) {
        text.connected(connected);
        // What was printed last is not true any more.
        printed = null;
    }

    /** Prints the latest progress unless it says the same as the last line. */
    synchronized void tick() {
        Progress now = latest;
        if (now == null) {
            return;
        }
        Progress last = printed;
        if (last == null || last.covered() != now.covered() || last.livePeers() != now.livePeers()
                || last.solutions() != now.solutions()) {
            out.println(text.line(now));
            out.flush();
            printed = now;
        }
    }

    @Override
    public synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
