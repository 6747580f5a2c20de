package org.sluice.submitter.report;

import java.util.stream.Collectors;

import org.sluice.protocol.Notice;

/**
 * What a notice says to the person whose job it concerns.
 *
 * @param line the words
 * @param important whether to say it to everybody, and not only to those who want to know every step
 */
public record NoticeText(String line, boolean important) {
    /**
     * The words for a notice.
     *
     * @param tracker where workers may join
     */
    public static NoticeText of(Notice notice, String tracker) {
        return switch (notice) {
            case Notice.NoWorkers _ ->
                important("there are no workers; the job waits for one: sluice worker --tracker " + tracker);
            case Notice.JournalReplaced _ ->
                important("the job's topic was lost with all that was in it; it is written anew and the job goes on");
            case Notice.JournalFailed failed ->
                important(
                        "the job ends, for what is decided of it cannot be written down any more: " + failed.reason());
            case Notice.NobodyTakes nobody -> important("no worker takes work now, the job waits: " + reasons(nobody));
            case Notice.PeerDied died ->
                important(died.peer() + " does not answer; others do what it has not reported");
            case Notice.PeerDistrusted distrusted ->
                important(distrusted.peer() + " claimed a solution that is none; others redo its work");
            case Notice.SolutionFound found ->
                step("solution " + found.solution().integer() + " found by " + found.solution().peer());
            case Notice.SubjobGiven given ->
                step("subjob " + given.subjob() + " given to " + given.child() + ": " + given.ranges());
            case Notice.SubjobRefused refused -> step("subjob " + refused.subjob() + " refused: " + refused.reason());
            case Notice.SubjobAccepted accepted ->
                step("subjob " + accepted.subjob() + " accepted: " + accepted.ranges());
            case Notice.JobResumed resumed ->
                important("resumed with " + Quantity.count(resumed.covered(), "integer") + " covered and "
                        + Quantity.count(resumed.subjobs(), "subjob") + " out; waits for those who have them");
            case Notice.EndDoubted doubted ->
                important("a record says that the job has ended " + doubted.recorded() + ", but only "
                        + doubted.covered() + " of " + Quantity.count(doubted.total(), "integer")
                        + " are covered; the search goes on");
            case Notice.JobBroken broken ->
                important(
                        "this submitter cannot go on with the job, for a fault of Sluice's own which should be reported: "
                                + broken.fault());
            case Notice.JobEnded ended -> step("the job has ended: " + ended.reason());
            case Notice.RoundTripMeasured measured ->
                step("mean round trip " + measured.roundTrip().toMillis() + " ms");
        };
    }

    private static String reasons(Notice.NobodyTakes nobody) {
        return nobody.reasons()
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + words(entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String words(Notice.Obstacle obstacle) {
        return switch (obstacle) {
            case OUT_OF_CAPACITY -> "busy with as many jobs as allowed";
            case UNKNOWN_ALGORITHM -> "not able to do such work";
            case EXPIRED -> "told that its time is over (asked again)";
            case CANCELLED -> "told by somebody that it is over (asked again)";
            case LEAVING -> "paused or leaving";
            case NOT_READY -> "paused or not measured yet";
            case SILENT -> "not answering";
            case DISTRUSTED -> "not believed any more";
        };
    }

    private static NoticeText important(String line) {
        return new NoticeText(line, true);
    }

    private static NoticeText step(String line) {
        return new NoticeText(line, false);
    }
}
