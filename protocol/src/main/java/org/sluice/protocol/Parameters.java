package org.sluice.protocol;

import java.time.Duration;

import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.value.Limits;

/**
 * Every limit and every delay of the protocol, in one place.
 *
 * @param reportInterval R, between two results of one subjob to its parent once the first have been sent
 * @param firstReport between accepting a subjob and its first result; doubles with each result up to R
 * @param minimumAckTimeout shortest wait for an answer; the real one is the larger of this and 4 round trips
 * @param minimumPingTimeout shortest wait for a Pong before its sender counts as dead
 * @param silenceLimit how long a child may say nothing before it is pinged
 * @param adoptionWindow how long the orphans of a dead child may claim what it had delegated: session timeout + 5 s
 * @param minimumSubjobTime shortest execution step; capacity is alpha x max(theta x f, this)
 * @param roundTripFactor f, 1.0 to 4.0
 * @param worthSplitting how long giver and asker must be busy with what is divided between them; if the asker is much faster, the
 *     giver alone
 * @param poolOffer how often a root offers what nobody holds
 * @param askFirst wait before an idle worker asks a second time
 * @param askGrowth by what the wait grows with each further time
 * @param askLongest longest wait between two times
 * @param askQuiet the same while there is no sign of a job anywhere
 * @param hops how often a request for work is passed on
 * @param jobLimit how many jobs a worker serves at once
 * @param solutionDelay how long news of a solution waits in mode ALL for more of them; doubles up to R while they keep
 *     coming
 * @param closingTime how long a root waits, after it has ended a job, for what was hashed last
 * @param leavingTime how long a worker that leaves or pauses waits for its slots to stop
 * @param messageBytes most bytes of an encoded message; what does not fit in one goes into the next
 */
public record Parameters(Duration reportInterval, Duration firstReport, Duration minimumAckTimeout,
        Duration minimumPingTimeout, Duration silenceLimit, Duration adoptionWindow, Duration minimumSubjobTime,
        double roundTripFactor, Duration worthSplitting, Duration poolOffer, Duration askFirst, double askGrowth,
        Duration askLongest, Duration askQuiet, int hops, int jobLimit, Duration solutionDelay, Duration closingTime,
        Duration leavingTime, int messageBytes) {
    /** Most solutions in one result. */
    public static final int MAX_SOLUTIONS = 1_000;

    /** Most separate ranges in one subjob. */
    public static final int MAX_SUBJOB_RANGES = 1_000;

    /** How many of the nearest ancestors a lineage names, besides the root. */
    public static final int LINEAGE_LENGTH = 4;

    /** How often a request is sent before its receiver is asked whether it is alive. */
    public static final int REQUEST_ATTEMPTS = 2;

    /** How often a request is sent at all. */
    public static final int MAX_REQUEST_ATTEMPTS = 6;

    /** How many results may stay unanswered before the parent is asked whether it is alive. */
    public static final int UNANSWERED_RESULTS = 3;

    /** Least bytes of a message that hold what every message has, and one of each that it may have many of. */
    public static final int LEAST_MESSAGE_BYTES = 600;

    /** Into how many parts a message is divided at least, so that a set of ranges fits in it beside all else. */
    public static final int RANGES_PART = 3;

    /** Most peers in the roster of one request; the others ask for work. */
    public static final int MAX_ROSTER = 4_000;

    /** How many ended jobs a worker remembers, to answer those who have not heard of the end. */
    public static final int REMEMBERED_JOBS = 1_000;

    /** How many liars of a job are remembered who have neither hashed nor hold anything of it. */
    public static final int REMEMBERED_LIARS = 1_000;

    /** Most subjobs of one job that a worker holds at once; finished ones do not count. */
    public static final int MAX_HELD = 4_096;

    /** Most peers to which a worker reports on one job. */
    public static final int MAX_PARENTS = 4_096;

    /** Most peers of whom a job's facts tell what they hashed. */
    public static final int MAX_HASHERS = 100_000;

    /** Most separate ranges in all that a peer knows of who has hashed what of one job. */
    public static final int MAX_FACTS = 2_000_000;

    /** How many peers are remembered that are of no list of live ones: as dead, or for the last question they asked. */
    public static final int REMEMBERED_PEERS = 10_000;

    /** Of how many jobs in which a worker holds nothing any more, and has not heard the end, it keeps what it knows. */
    public static final int MAX_IDLE_JOBS = 100;

    /** Of how many peers that were asked whether they are alive the question is remembered, to understand the answer. */
    public static final int REMEMBERED_QUESTIONS = 1_000;

    /** With how many other peers the round trip is measured. */
    public static final int ROUND_TRIPS = 5;

    public Parameters {
        if (roundTripFactor < 1.0 || roundTripFactor > 4.0) {
            throw new IllegalArgumentException("the round-trip factor must be 1.0 to 4.0, not " + roundTripFactor);
        }
        if (jobLimit < 1 || askGrowth < 1.0) {
            throw new IllegalArgumentException("limits must be positive");
        }
        Limits.check("the number of hops", hops, 0, Limits.MAX_HOPS);
        if (messageBytes < LEAST_MESSAGE_BYTES || messageBytes > EncodedSize.MAX_BYTES) {
            throw new IllegalArgumentException("a message must have " + LEAST_MESSAGE_BYTES + " to "
                    + EncodedSize.MAX_BYTES + " bytes at most, not " + messageBytes);
        }
    }

    /** The values that real networks run with. */
    public static Parameters defaults() {
        return new Parameters(Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofMillis(500), 2.0,
                Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(300), 1.7, Duration.ofMillis(3_500),
                Duration.ofSeconds(60), 6, 8, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1),
                EncodedSize.MAX_BYTES);
    }

    /** The same with another limit of the jobs that a worker serves at once. */
    public Parameters withJobLimit(int limit) {
        return new Parameters(reportInterval, firstReport, minimumAckTimeout, minimumPingTimeout, silenceLimit,
                adoptionWindow, minimumSubjobTime, roundTripFactor, worthSplitting, poolOffer, askFirst, askGrowth,
                askLongest, askQuiet, hops, limit, solutionDelay, closingTime, leavingTime, messageBytes);
    }

    /** The same with another length of an execution step: at least so long, and so many round trips. */
    public Parameters withExecutionStep(Duration minimum, double factor) {
        return new Parameters(reportInterval, firstReport, minimumAckTimeout, minimumPingTimeout, silenceLimit,
                adoptionWindow, minimum, factor, worthSplitting, poolOffer, askFirst, askGrowth, askLongest, askQuiet,
                hops, jobLimit, solutionDelay, closingTime, leavingTime, messageBytes);
    }

    /** The same with another size of messages. */
    public Parameters withMessageBytes(int bytes) {
        return new Parameters(reportInterval, firstReport, minimumAckTimeout, minimumPingTimeout, silenceLimit,
                adoptionWindow, minimumSubjobTime, roundTripFactor, worthSplitting, poolOffer, askFirst, askGrowth,
                askLongest, askQuiet, hops, jobLimit, solutionDelay, closingTime, leavingTime, bytes);
    }
}
