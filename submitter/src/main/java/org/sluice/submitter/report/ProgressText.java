package org.sluice.submitter.report;

import java.time.Duration;

import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Mode;

/** A job's progress in words; it remembers what it was told, for a rate needs more than one report. */
final class ProgressText {
    /** Makes whole seconds of what is left, rounded up: as long as something is left it takes time. */
    private static final Duration ALMOST_A_SECOND = Duration.ofMillis(999);

    private final Mode mode;
    private final JobRate rate = new JobRate();
    private boolean connected = true;

    ProgressText(Mode mode) {
        this.mode = mode;
    }

    /** Takes note of progress. */
    void take(Progress progress) {
        rate.take(progress);
    }

    /** Takes note of whether the network answers. */
    void connected(boolean connected) {
        this.connected = connected;
    }

    /** All of it, as {@code 12.3% 4.1 MH/s, 2 peers, about 40 s left}, or {@code 12.3% waiting for peers}. */
    String line(Progress progress) {
        return Quantity.percentage(progress.covered(), progress.total()) + " " + details(progress);
    }

    /** All but the percentage. */
    String details(Progress progress) {
        StringBuilder details = new StringBuilder();
        if (!connected) {
            details.append("waiting for the network");
        } else if (progress.livePeers() == 0) {
            details.append("waiting for peers");
        } else {
            details.append(rate.perSecond(progress.elapsed()).map(Quantity::rate).orElse("measuring"));
            details.append(", ").append(Quantity.count(progress.livePeers(), "peer"));
        }
        if (progress.solutions() > 0) {
            details.append(", ").append(Quantity.count(progress.solutions(), "solution"));
        }
        if (!connected) {
            return details.toString();
        }
        // In mode FIRST a solution may end the job at any moment.
        String bound = mode == Mode.FIRST ? "at most " : "";
        rate.remaining(progress)
                .map(left -> ", " + bound + "about " + Quantity.wholeSeconds(left.plus(ALMOST_A_SECOND)) + " left")
                .ifPresent(details::append);
        return details.toString();
    }
}
