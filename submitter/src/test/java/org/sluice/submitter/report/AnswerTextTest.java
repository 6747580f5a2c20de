package org.sluice.submitter.report;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.submitter.report.Answers.solution;

class AnswerTextTest {
    @Test
    void tellsOfAHeaderThatWasFound() {
        assertEquals("""
                FOUND 1 solution in [2500000000, 2520000000)
                4,500,000 hashes in 1.5 s, 3.0 MH/s (17 hashed twice)

                       nonce  block hash                                                        found by
                  2504433986  00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d  oak.00000001

                  peer             hashes  share
                  oak.00000001  3,375,000  75.0%
                  elm.00000022  1,125,000  25.0%  gone

                Left unsearched, for one solution is enough: 15,500,000 integers in [2504500000, 2520000000)
                """, text(Answers.found()));
    }

    @Test
    void tellsOfAnExhaustedRange() {
        assertEquals("""
                EXHAUSTED: there is no solution in [0, 5000000)
                5,000,000 hashes in 0.5 s, 10.0 MH/s

                  peer             hashes   share
                  oak.00000001  5,000,000  100.0%
                """, text(Answers.exhausted(Answers.integers(Mode.FIRST, 5_000_000))));
    }

    @Test
    void showsTheFirstOfManySolutionsAndGaps() {
        Bytes digest = Bytes.fromHex("ab".repeat(32));
        List<Solution> solutions = LongStream.range(0, 1021).mapToObj(i -> solution(2 * i, digest)).toList();
        RangeSet gaps = RangeSet
                .of(LongStream.range(0, 1500).mapToObj(i -> new Range(10_000 + 2 * i, 10_001 + 2 * i)).toList());
        Answer answer = new Answer(Answers.integers(Mode.ALL, 1_000_000), Outcome.EXPIRED, solutions,
                BigInteger.valueOf(998_500), BigInteger.ZERO, gaps, List.of(), Duration.ofSeconds(200));

        List<String> lines = AnswerText.lines(answer);

        assertEquals("EXPIRED: the time is up, with 1,021 solutions so far in [0, 1000000)", lines.get(0));
        assertEquals("998,500 hashes in 3 min 20 s, 5.0 kH/s", lines.get(1));
        assertEquals("  integer  digest" + " ".repeat(60) + "found by", lines.get(3));
        assertEquals("       38  " + digest + "  oak.00000001", lines.get(23));
        assertEquals("  and 1,001 more, see --json", lines.get(24));
        assertEquals("Not searched: 1,500 integers in [10000, 10001), [10002, 10003), [10004, 10005), "
                + "[10006, 10007), [10008, 10009) and 1,495 more ranges, see --json", lines.get(26));
        assertEquals(27, lines.size());
    }

    @Test
    void tellsOfVersionsThatRolled() {
        long integer = (2_504_433_986L << 16) + 1;
        Answer answer = new Answer(Answers.header(true, 0, 1L << 48), Outcome.CANCELLED,
                List.of(solution(integer, Answers.BLOCK_HASH)), BigInteger.ONE, BigInteger.ZERO, RangeSet.EMPTY,
                List.of(), Duration.ofSeconds(1));

        assertEquals("""
                CANCELLED with 1 solution so far in [0, 281474976710656)
                1 hash in 1.0 s, 1 H/s

                       nonce  version   block hash                                                        found by
                  2504433986  00002001  00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d  oak.00000001
                """, text(answer));
    }

    private static String text(Answer answer) {
        return String.join("\n", AnswerText.lines(answer)) + "\n";
    }
}
