package org.sluice.submitter.report;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import org.sluice.protocol.root.Progress;

/**
 * How fast a job goes now, measured from its progress alone.
 *
 * <p>Progress comes in steps, for workers report every so often: between two steps nothing new is known. So the rate is
 * taken between steps, over the last minute, and is not lowered while the next step may be on its way. Only when it has
 * been due for longer than any before it does the rate fall.
 *
 * <p>What was measured of other peers says nothing of those that there are now. When none is left, or half as many or twice
 * as many as at the first step, it is measured anew; and what is reported first then may have been hashed at any time before,
 * so it takes another step until there is a rate. Likewise with a job that was resumed.
 */
final class JobRate {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** The steps in the window and the one before them, oldest first. */
    private final Deque<Step> steps = new ArrayDeque<>();
    private Duration longestWait = Duration.ZERO;
    /** What is covered by now, if anything is known. */
    private long covered = -1;

    JobRate() {}

    private record Step(Duration at, long covered, int peers) {}

    /** Takes note of progress, which must not be older than what was taken before. */
    void take(Progress progress) {
        boolean isReported = covered >= 0 && progress.covered() > covered;
        covered = progress.covered();
        if (isOfOtherPeers(progress)) {
            steps.clear();
            longestWait = Duration.ZERO;
        }
        Step last = steps.peekLast();
        boolean isBase = last == null && progress.livePeers() > 0 && (isReported || covered == 0);
        if (!isBase && (last == null || !isReported)) {
            return;
        }
        if (last != null) {
            Duration wait = progress.elapsed().minus(last.at());
            longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
        }
        steps.add(new Step(progress.elapsed(), covered, progress.livePeers()));
        Duration windowStart = progress.elapsed().minus(WINDOW);
        while (steps.size() > 2 && steps.getFirst().at().compareTo(windowStart) < 0) {
            steps.removeFirst();
        }
    }

    /** Always when there is none: a step is taken only when there are some. */
    private boolean isOfOtherPeers(Progress progress) {
        Step first = steps.peekFirst();
        return first != null
                && (2L * progress.livePeers() <= first.peers() || progress.livePeers() >= 2L * first.peers());
    }

    /** Integers per second, empty as long as it is not measured. */
    Optional<Double> perSecond(Duration now) {
        Step first = steps.peekFirst();
        Step last = steps.peekLast();
        if (first == null || last == null) {
            return Optional.empty();
        }
        Duration overdue = now.minus(longestWait);
        Duration end = overdue.compareTo(last.at()) > 0 ? overdue : last.at();
        double seconds = end.minus(first.at()).toNanos() / 1e9;
        return last.covered() == first.covered() || seconds <= 0
                ? Optional.empty()
                : Optional.of((last.covered() - first.covered()) / seconds);
    }

    /** How long the rest takes at this pace, empty as long as that is not measured or when it ought to have ended. */
    Optional<Duration> remaining(Progress progress) {
        return perSecond(progress.elapsed())
                .map(rate -> (progress.total() - progress.covered()) / rate)
                .filter(seconds -> seconds < Duration.ofDays(365_000).toSeconds())
                .map(seconds -> Duration.ofSeconds(Math.round(seconds))
                        .minus(progress.elapsed().minus(steps.getLast().at())))
                .filter(Duration::isPositive);
    }
}
