package org.sluice.simulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.sluice.simulator.check.Invariants;
import org.sluice.simulator.check.Lookout;
import org.sluice.simulator.check.Meter;
import org.sluice.simulator.check.Recoveries;
import org.sluice.simulator.check.Timeline;
import org.sluice.simulator.scenario.Digest;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.Kind;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What came of a simulation, as people need it for planning.
 *
 * @param digest fingerprint of the whole history of events
 * @param seed the seed
 * @param peers how many workers there were at the beginning
 * @param faults what went wrong
 * @param makespanSeconds from the first job's start to the last one's end
 * @param idealSeconds the ranges through the sum of the rates of the beginning
 * @param utilisation the ranges through what those alive could have hashed, 0 to 1
 * @param overlap what was reported as hashed more than once, as a part of the ranges
 * @param hashedTwice what was hashed more than once, reported or not, as a part of the ranges
 * @param failures how many workers died
 * @param lostPerFailure what a dead worker had hashed and nobody knew, as a part of the ranges, mean
 * @param lostSecondsPerFailure how long it had hashed for what was lost, mean
 * @param mostLostSeconds the same, of the worst failure
 * @param messages sent, of all types
 * @param messagesPerPeer sent, by the number of workers at the beginning
 * @param messagesPerSecond sent, by the makespan
 * @param messagesPerPeerMinute messages per peer and minute from 30 s after the start until 90% of the ideal time
 * @param maxDepth most subjobs one within the other
 * @param ownRecovery from a worker's death until what it had for itself is being hashed again, its parent being alive
 * @param delegatedRecovery the same when its parent was dead too
 * @param longestIdleSeconds longest time that a worker was idle while there was work for all
 * @param byType messages by type
 * @param timeline utilisation over time
 */
public record Report(String digest, long seed, int peers, String faults, double makespanSeconds, double idealSeconds,
        double utilisation, double overlap, double hashedTwice, int failures, double lostPerFailure,
        double lostSecondsPerFailure, double mostLostSeconds, long messages, double messagesPerPeer,
        double messagesPerSecond, double messagesPerPeerMinute, int maxDepth,
        Recoveries ownRecovery, Recoveries delegatedRecovery, double longestIdleSeconds,
        Map<String, Long> byType, @JsonIgnore List<Timeline.Sample> timeline) {

    static Report of(Scenario scenario, List<SubmittedJob> submissions, Meter meter, Workforce workforce,
            Broker broker, Digest digest, Invariants invariants, Lookout lookout, Timeline timeline) {
        long begun = Long.MAX_VALUE;
        long ended = 0;
        double range = 0;
        double overlap = 0;
        double twice = 0;
        for (SubmittedJob submission : submissions) {
            begun = Math.min(begun, submission.begun());
            ended = Math.max(ended, submission.end());
            range += submission.ledger().spec().range().size();
            overlap += submission.answer().overlapHashes().doubleValue();
            twice += submission.ledger().hashes() - submission.ledger().covered();
        }
        int failures = workforce.crashes();
        List<Invariants.Loss> losses = invariants.losses();
        double lost = losses.stream().mapToDouble(Invariants.Loss::hashes).average().orElse(0);
        double lostSeconds = losses.stream().mapToDouble(Invariants.Loss::seconds).average().orElse(0);
        double mostSeconds = losses.stream().mapToDouble(Invariants.Loss::seconds).max().orElse(0);
        Map<String, Long> byType = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            byType.put(kind.name().toLowerCase(Locale.ROOT), broker.sent(kind));
        }
        return new Report(digest.toString(), scenario.seed(), scenario.peers(), scenario.faults().toString(),
                (ended - begun) / 1e9, range / workforce.rate(), range / meter.possibleWork(), overlap / range,
                twice / range, failures, lost / range, lostSeconds, mostSeconds, broker.sent(),
                broker.sent() / (double) scenario.peers(), broker.sent() / Math.max(1e-9, (ended - begun) / 1e9),
                meter.messagesPerPeerMinute(), invariants.depth().deepest(), invariants.recovery().own(),
                invariants.recovery().delegated(), lookout.longestIdle(), byType,
                List.copyOf(timeline.samples()));
    }

    /** The report as lines for people. */
    String text() {
        return String.format(Locale.ROOT, """
                peers         %d, seed %d, faults %s
                makespan      %.1f s, ideal %.1f s
                utilisation   %.2f%%
                overlap       %.4f%% reported twice, %.4f%% hashed twice
                failures      %d, each lost %.4f%% of the job, %.1f s of its work, at most %.1f s
                recovery      %s of own parts, %s of delegated parts
                messages      %d, %.1f per peer, %.1f per second, %.1f per peer and minute in the steady state
                by type       %s
                deepest tree  %d
                longest idle  %.1f s
                digest        %s
                """, peers, seed, faults, makespanSeconds, idealSeconds, 100 * utilisation, 100 * overlap,
                100 * hashedTwice, failures, 100 * lostPerFailure, lostSecondsPerFailure, mostLostSeconds,
                text(ownRecovery), text(delegatedRecovery), messages, messagesPerPeer, messagesPerSecond,
                messagesPerPeerMinute, byType, maxDepth,
                longestIdleSeconds, digest);
    }

    private static String text(Recoveries recoveries) {
        return recoveries.count() == 0
                ? "none"
                : String.format(Locale.ROOT, "%d in %.1f s median, %.1f s p99, %.1f s at most", recoveries.count(),
                        recoveries.medianSeconds(), recoveries.p99Seconds(), recoveries.slowestSeconds());
    }
}
