package org.sluice.submitter.report;

import java.util.Optional;

import org.sluice.protocol.Notice;

/** What the submitter tells people about while their job runs. */
public final class NoticeText {
    private NoticeText() {}

    /**
     * A line about a notice, empty if it is not worth one.
     *
     * @param tracker where workers may join
     * @param verbose whether to tell of every step
     */
    public static Optional<String> line(Notice notice, String tracker, boolean verbose) {
        return switch (notice) {
            case Notice.NoWorkers _ -> Optional
                    .of("there are no workers yet; the job waits for one: sluice worker --tracker " + tracker);
            case Notice.PeerDied died -> Optional.of(died.peer() + " is gone; others do what it has not reported");
            case Notice.PeerDistrusted distrusted -> Optional
                    .of(distrusted.peer() + " claimed a solution that is none; others redo its work");
            case Notice.SolutionFound found -> when(verbose,
                    "solution " + found.solution().integer() + " found by " + found.solution().peer());
            case Notice.SubjobGiven given -> when(verbose,
                    "subjob " + given.subjob() + " given to " + given.child() + ": " + given.ranges());
            case Notice.SubjobRefused refused -> when(verbose,
                    "subjob " + refused.subjob() + " refused: " + refused.reason());
            case Notice.SubjobAccepted accepted -> when(verbose,
                    "subjob " + accepted.subjob() + " accepted: " + accepted.ranges());
            case Notice.JobEnded ended -> when(verbose, "the job has ended: " + ended.reason());
            case Notice.RoundTripMeasured measured -> when(verbose,
                    "mean round trip " + measured.roundTrip().toMillis() + " ms");
        };
    }

    private static Optional<String> when(boolean wanted, String line) {
        return wanted ? Optional.of(line) : Optional.empty();
    }
}
