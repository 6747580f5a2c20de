package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/** Somebody who is no peer of the network and writes to it: ends jobs that are not over, and claims what is not so. */
final class Stranger {
    /** The name under which it speaks for itself. */
    static final PeerId NAME = new PeerId("stranger");

    private static final List<CancelReason> ENDS = List.of(CancelReason.FOUND, CancelReason.EXHAUSTED,
            CancelReason.CANCELLED, CancelReason.EXPIRED);
    private static final int EPOCHS = 5;

    private final Network network;
    private final Workforce workforce;
    private final List<Submission> submissions;

    Stranger(Network network, Workforce workforce, List<Submission> submissions) {
        this.network = network;
        this.workforce = workforce;
        this.submissions = submissions;
    }

    /** It does one of the things that it can do, to a job that runs. */
    void appear(SplittableRandom random) {
        Submission submission = submissions.get(random.nextInt(submissions.size()));
        List<Participant> workers = workforce.alive();
        if (!submission.isRunning() || workers.isEmpty()) {
            return;
        }
        JobId job = submission.ledger().spec().id();
        Address worker = workers.get(random.nextInt(workers.size())).address;
        long epoch = submission.firstEpoch() + random.nextInt(EPOCHS);
        switch (random.nextInt(3)) {
            case 0 -> {
                long named = random.nextInt(4) == 0 ? Limits.MAX_ROOT_EPOCH : epoch;
                network.slip(worker, new Message.Cancel(random.nextBoolean() ? job : NAME, job,
                        new CancelScope.WholeJob(named), ENDS.get(random.nextInt(ENDS.size()))));
            }
            case 1 -> submission.topic()
                    .write(new RootEvent.Ended(job, epoch, Outcome.values()[random.nextInt(Outcome.values().length)]));
            default -> network.slip(random.nextBoolean() ? job : worker, slander(submission, workers, random));
        }
    }

    /** Some integers that are no solutions, in the names of peers that have not hashed them. */
    private static Message slander(Submission submission, List<Participant> workers, SplittableRandom random) {
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
}
