package org.sluice.submitter.report;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;

/** Answers for tests. */
final class Answers {
    static final Bytes HEADER = Bytes.fromHex(
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae"
                    + "710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a");
    static final Bytes BLOCK_HASH = Bytes.fromHex("00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d")
            .reversed();
    static final PeerId FIRST = new PeerId("oak.00000001");
    static final PeerId SECOND = new PeerId("elm.00000022");

    private Answers() {}

    static JobSpec integers(Mode mode, long end) {
        return new JobSpec(new JobId("anna.integers-1"), new Range(0, end), new Work.Integers("SHA-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(12), mode, 16);
    }

    static JobSpec header(boolean rollVersion, long start, long end) {
        return new JobSpec(new JobId("anna.header-1"), new Range(start, end), new Work.Header(HEADER, rollVersion),
                new Goal.TrailingZeroBits(32), Mode.FIRST, 16);
    }

    /** Block 125552, found by the first of two peers, of which the second is gone. */
    static Answer found() {
        return new Answer(header(false, 2_500_000_000L, 2_520_000_000L), Outcome.FOUND,
                List.of(solution(2_504_433_986L, BLOCK_HASH)), BigInteger.valueOf(4_500_000), BigInteger.valueOf(17),
                RangeSet.of(2_504_500_000L, 2_520_000_000L),
                List.of(new Answer.Share(FIRST, 3_375_000, 0.75, true),
                        new Answer.Share(SECOND, 1_125_000, 0.25, false)),
                Duration.ofMillis(1500));
    }

    static Answer exhausted(JobSpec job) {
        return new Answer(job, Outcome.EXHAUSTED, List.of(), BigInteger.valueOf(job.range().size()), BigInteger.ZERO,
                RangeSet.EMPTY, List.of(new Answer.Share(FIRST, job.range().size(), 1.0, true)),
                Duration.ofMillis(500));
    }

    static Solution solution(long integer, Bytes digest) {
        return new Solution(integer, digest, FIRST);
    }
}
