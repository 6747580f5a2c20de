package org.sluice.simulator.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.value.Mode;

/**
 * What is simulated.
 *
 * @param seed from which all chance comes
 * @param peers how many workers there are at the beginning
 * @param slots how many integers a worker hashes at a time
 * @param slowest rate of the slowest worker over all its slots in hashes/s
 * @param fastest rate of the fastest; those between are spread over all magnitudes alike
 * @param giant rate of one worker more, as of one with GPUs; 0 if there is none
 * @param jobs what is to be searched
 * @param delay median of the time that a message takes
 * @param faults what goes wrong
 * @param faultsEnd when nothing goes wrong any more, after the beginning
 * @param parameters the protocol's limits and delays
 * @param stepOverhead time that a slot loses with each execution step, for it must be told what comes next
 */
public record Scenario(long seed, int peers, int slots, double slowest, double fastest, double giant, List<Job> jobs,
        Duration delay, Faults faults, Duration faultsEnd, Parameters parameters, Duration stepOverhead) {
    public Scenario {
        jobs = List.copyOf(jobs);
        if (peers < 1 || slots < 1 || slowest < 1 || fastest < slowest || giant < 0) {
            throw new IllegalArgumentException(
                    "a network has 1 peer or more, each with 1 slot or more and 1 hash/s or more");
        }
    }

    /**
     * One job.
     *
     * @param start when it is submitted, after the beginning
     * @param ideal how long all workers of the beginning together would hash for it alone
     * @param mode when it is done
     * @param solutions how many solutions its range holds
     * @param fanOut into how many slices a roster is divided at most
     * @param timeout how much time it has
     */
    public record Job(Duration start, Duration ideal, Mode mode, int solutions, int fanOut, Duration timeout) {
        private static final Duration ENOUGH = Duration.ofDays(30);
    }

    /** One job over a network of workers whose rates are spread 1:50. */
    public static Scenario of(int peers, long seed, Duration ideal, Faults faults) {
        // By then everybody has been told of everybody.
        Job job = new Job(Duration.ofMillis(3_000 + peers), ideal, Mode.ALL, 10, 16, Job.ENOUGH);
        return new Scenario(seed, peers, 1, 1e6, 50e6, 0, List.of(job), Duration.ofMillis(20), faults,
                Duration.ofDays(1000), parametersFor(peers, ideal), Duration.ZERO);
    }

    /**
     * The default parameters, but with longer execution steps when they would be more than two and a half million.
     *
     * <p>A step is an event, and 10,000 peers with steps of 500 ms would make 72 million of them in an hour. A longer step
     * only makes the figures worse: what is being hashed cannot be divided, and is lost when its peer dies.
     */
    static Parameters parametersFor(int peers, Duration ideal) {
        double steps = peers * (double) ideal.toMillis() / 500;
        long factor = (long) Math.ceil(steps / 2.5e6);
        return Parameters.defaults()
                .withExecutionStep(Duration.ofMillis(500).multipliedBy(Math.max(1, factor)),
                        Parameters.defaults().roundTripFactor());
    }

    /** A small network with drawn faults, jobs and shape. */
    public static Scenario drawn(long seed) {
        Streams streams = new Streams(seed);
        SplittableRandom random = streams.stream("scenario");
        int peers = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 12);
        int slots = 1 + random.nextInt(3);
        List<Job> jobs = new ArrayList<>();
        int count = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            Mode mode = random.nextInt(4) == 0 ? Mode.FIRST : Mode.ALL;
            int solutions = mode == Mode.FIRST ? random.nextInt(2) : random.nextInt(random.nextInt(5) == 0 ? 3000 : 20);
            if (mode == Mode.FIRST && solutions > 0 && streams.stream("dense job " + i).nextInt(3) == 0) {
                solutions = 3_000;
            }
            jobs.add(
                    new Job(Duration.ofMillis(random.nextInt(20_000)), Duration.ofMillis(500 + random.nextInt(120_000)),
                            mode, solutions, random.nextInt(2) == 0 ? 16 : 1 + random.nextInt(4),
                            random.nextInt(10) == 0 ? Duration.ofSeconds(10 + random.nextInt(90)) : Job.ENOUGH));
        }
        Faults faults = random.nextInt(8) == 0 ? Faults.NONE : Faults.draw(random, streams);
        int jobLimit = random.nextInt(6) == 0 ? 1 : Parameters.defaults().jobLimit();
        double slowest = Streams.logUniform(random, 10, 1e8);
        double fastest = slowest * (1 + random.nextInt(50));
        Duration delay = Duration.ofMillis(1 + random.nextInt(100));
        Duration faultsEnd = Duration.ofSeconds(30 + random.nextInt(120));
        // Often so few that nearly everything has to be told in several messages.
        int messageBytes = random.nextInt(3) == 0
                ? (int) Streams.logUniform(random, Parameters.LEAST_MESSAGE_BYTES, 4_000)
                : EncodedSize.MAX_BYTES;
        return new Scenario(seed, peers, slots, slowest, fastest, 0, jobs, delay, faults, faultsEnd,
                Parameters.defaults().withJobLimit(jobLimit).withMessageBytes(messageBytes), Duration.ZERO);
    }

    /** Whether, after the last job, the faults are to end and everything is to come to rest. */
    public boolean isToSettle() {
        return faultsEnd.compareTo(Duration.ofDays(1)) < 0;
    }

    /** The same with workers that are all alike. */
    public Scenario withEqualRates(double rate) {
        return new Scenario(seed, peers, slots, rate, rate, giant, jobs, delay, faults, faultsEnd, parameters,
                stepOverhead);
    }

    /** The same with one worker more, of that rate. */
    public Scenario withGiant(double rate) {
        return new Scenario(seed, peers, slots, slowest, fastest, rate, jobs, delay, faults, faultsEnd, parameters,
                stepOverhead);
    }

    /** The same with other delays of messages and another length of an execution step. */
    public Scenario withGranularity(Duration median, Duration step, Duration overhead) {
        return new Scenario(seed, peers, slots, slowest, fastest, giant, jobs, median, faults, faultsEnd,
                parameters.withExecutionStep(step, parameters.roundTripFactor()), overhead);
    }
}
