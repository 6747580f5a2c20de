package org.sluice.submitter.report;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import org.sluice.protocol.Progress;

/**
 * How fast a job goes, measured from its progress alone.
 *
 * <p>Progress comes in steps, for workers report every so often: between two steps nothing new is known. So the rate is
 * taken between steps, over the last minute, and is not lowered while the next step may be on its way. Only when it has
 * been due for longer than any before it does the rate fall.
 */
final class Pace {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** The steps in the window and the one before them, oldest first; never empty. */
    private final Deque<Step> steps = new ArrayDeque<>();
    private Duration longestWait = Duration.ZERO;

    Pace() {
        steps.add(new Step(Duration.ZERO, 0));
    }

    /** Takes note of progress, which must not be older than what was taken before. */
    void take(Progress progress) {
        Step last = steps.getLast();
        if (progress.covered() <= last.covered()) {
            return;
        }
        Duration wait = progress.elapsed().minus(last.at());
        longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
        steps.add(new Step(progress.elapsed(), progress.covered()));
        Duration windowStart = progress.elapsed().minus(WINDOW);
        while (steps.size() > 2 && steps.getFirst().at().compareTo(windowStart) < 0) {
            steps.removeFirst();
        }
    }

    /** Integers per second, empty as long as there was no step. */
    Optional<Double> perSecond(Duration now) {
        Step first = steps.getFirst();
        Step last = steps.getLast();
        Duration overdue = now.minus(longestWait);
        Duration end = overdue.compareTo(last.at()) > 0 ? overdue : last.at();
        double seconds = end.minus(first.at()).toNanos() / 1e9;
        return last.covered() == first.covered() || seconds <= 0
                ? Optional.empty()
                : Optional.of((last.covered() - first.covered()) / seconds);
    }

    /** How long the rest takes at this pace, empty as long as there was no step or when it ought to have ended. */
    Optional<Duration> remaining(Progress progress) {
        Duration sinceStep = progress.elapsed().minus(steps.getLast().at());
        return perSecond(progress.elapsed())
                .map(rate -> (progress.total() - progress.covered()) / rate)
                .filter(seconds -> seconds < Duration.ofDays(365_000).toSeconds())
                .map(seconds -> Duration.ofSeconds(Math.round(seconds)).minus(sinceStep))
                .filter(Duration::isPositive);
    }

    private record Step(Duration at, long covered) {}
}
