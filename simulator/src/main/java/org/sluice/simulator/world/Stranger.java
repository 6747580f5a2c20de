package org.sluice.simulator.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

/**
 * Somebody who is no peer of the network and writes to it: ends jobs that are not over, claims what is not so, and gives work,
 * of the network's jobs and of its own, one piece or so many at once that nobody can keep them all.
 */
public final class Stranger {
    /** The name under which it speaks for itself. */
    public static final PeerId NAME = new PeerId("stranger.00000000");

    private static final List<CancelReason> ENDS = List.of(CancelReason.FOUND, CancelReason.EXHAUSTED,
            CancelReason.CANCELLED, CancelReason.EXPIRED);
    private static final int EPOCHS = 5;
    private static final int FLOOD = 300;
    private static final long LARGEST_PIECE = 1_000;
    private static final int EASY_BITS = 4;
    private static final int EASY_SOLUTIONS = 500;

    private final Broker broker;
    private final Workforce workforce;
    private final List<SubmittedJob> submissions;
    /** By what it has given work of. */
    private final Map<Fingerprint, Ledger> given = new LinkedHashMap<>();
    private int ownJobs;
    private long pieces;

    public Stranger(Broker broker, Workforce workforce, List<SubmittedJob> submissions) {
        this.broker = broker;
        this.workforce = workforce;
        this.submissions = submissions;
    }

    /** It does one of the things that it can do, to a job that runs. */
    public void appear(SplittableRandom random) {
        SubmittedJob submission = submissions.get(random.nextInt(submissions.size()));
        List<Participant> workers = workforce.alive();
        if (!submission.isRunning() || workers.isEmpty()) {
            return;
        }
        JobId job = submission.ledger().spec().id();
        Address worker = workers.get(random.nextInt(workers.size())).address;
        long epoch = submission.firstEpoch() + random.nextInt(EPOCHS);
        long named = random.nextInt(4) == 0 ? Limits.MAX_ROOT_EPOCH : epoch;
        switch (random.nextInt(4)) {
            case 0 -> {
                broker.slip(worker, new Message.Cancel(random.nextBoolean() ? job : NAME, job,
                        new CancelScope.WholeJob(named), ENDS.get(random.nextInt(ENDS.size()))));
            }
            case 1 -> submission.journal()
                    .write(new RootEvent.Ended(job, named, Outcome.values()[random.nextInt(Outcome.values().length)]));
            case 2 -> broker.slip(random.nextBoolean() ? job : worker, slander(submission, workers, random));
            default -> {
                int requests = random.nextInt(4) == 0 ? FLOOD : 1;
                for (int i = 0; i < requests; i++) {
                    broker.slip(worker, gift(submission.ledger().spec(), workers, random));
                }
            }
        }
    }

    /** Some integers that are no solutions, in the names of peers that have not hashed them. */
    private static Message slander(SubmittedJob submission, List<Participant> workers, SplittableRandom random) {
        Range range = submission.ledger().spec().range();
        List<Coverage> coverage = new ArrayList<>();
        List<Solution> claimed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long integer = random.nextLong(range.start(), range.end());
            PeerId named = workers.get(random.nextInt(workers.size())).address instanceof PeerId peer ? peer : NAME;
            if (!submission.ledger().solutions().contains(integer)) {
                coverage.add(new Coverage(named, RangeSet.of(integer, range.end())));
                claimed.add(new Solution(integer, Machine.digestOf(integer), named));
            }
        }
        return new Message.SubjobResult(NAME, submission.ledger().spec().id(), random.nextInt(2), List.of(),
                claimed.isEmpty() ? List.of() : coverage, claimed, List.of(), List.of(), false);
    }

    /** Some work, of a job that there is or of one that nobody has submitted, by the word of whatever root. */
    private Message gift(JobSpec known, List<Participant> workers, SplittableRandom random) {
        JobSpec spec = random.nextInt(3) == 0 ? known : ownJob(known);
        Range range = spec.range();
        long start = random.nextLong(range.start(), range.end());
        long end = Math.min(range.end(), start + 1 + random.nextLong(LARGEST_PIECE));
        spec = switch (random.nextInt(6)) {
            case 0, 1 -> new JobSpec(spec.id(), new Range(start, end), spec.work(), spec.goal(), spec.mode(),
                    spec.fanOut());
            case 2, 3 -> easy(spec);
            default -> spec;
        };
        if (!spec.equals(known)) {
            remember(spec);
        }
        long rootEpoch = random.nextBoolean() ? Limits.MAX_ROOT_EPOCH : random.nextLong(Limits.MAX_ROOT_EPOCH);
        long epoch = random.nextBoolean() ? Limits.MAX_EPOCH : random.nextLong(Limits.MAX_EPOCH);
        List<PeerId> slandered = workers.stream()
                .limit(3)
                .map(worker -> (PeerId) worker.address)
                .toList();
        return new Message.SubjobRequest(NAME, spec, new SubjobId(NAME.value() + "-" + ++pieces),
                RangeSet.of(start, end), List.of(), List.of(NAME, spec.id()), epoch, rootEpoch,
                Duration.ofSeconds(1 + random.nextInt(60)), random.nextBoolean() ? slandered : List.of());
    }

    private JobSpec ownJob(JobSpec like) {
        JobId id = new JobId(NAME.name() + ".job-" + ++ownJobs);
        return new JobSpec(id, like.range(), like.work(), like.goal(), like.mode(), like.fanOut());
    }

    /** The same with a goal that many integers meet, which are no solutions of the job whose name it bears. */
    private static JobSpec easy(JobSpec like) {
        return new JobSpec(like.id(), like.range(), like.work(), new Goal.TrailingZeroBits(EASY_BITS), like.mode(),
                like.fanOut());
    }

    private void remember(JobSpec spec) {
        given.computeIfAbsent(Fingerprint.of(spec), _ -> ledger(spec));
    }

    private Ledger ledger(JobSpec spec) {
        TreeSet<Long> solutions = new TreeSet<>();
        if (spec.goal().equals(new Goal.TrailingZeroBits(EASY_BITS))) {
            long step = Math.max(1, spec.range().size() / EASY_SOLUTIONS);
            for (long integer = spec.range().start(); integer < spec.range().end(); integer += step) {
                solutions.add(integer);
            }
        }
        for (SubmittedJob submission : submissions) {
            if (submission.isOf(spec.id()) && submission.ledger().spec().goal().equals(spec.goal())) {
                solutions.addAll(submission.ledger().solutions());
            }
        }
        return new Ledger(spec, solutions);
    }

    /** What is done of a job that it has given work of, empty if it has given none that is meant. */
    public Optional<Ledger> ledger(JobId job, Optional<Fingerprint> meant) {
        return meant.isPresent()
                ? meant.map(given::get)
                : given.values().stream().filter(ledger -> ledger.spec().id().equals(job)).findFirst();
    }
}
