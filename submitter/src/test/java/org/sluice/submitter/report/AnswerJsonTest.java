package org.sluice.submitter.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.submitter.report.Answers.solution;

class AnswerJsonTest {
    @Test
    void tellsOfAHeaderThatWasFound() {
        assertEquals("""
                {"job":"anna.header-1","status":"FOUND","solutions":[{"integer":2504433986,\
                "digest":"1dbd981fe6985776b644b173a4d0385ddc1aa2a829688d1e0000000000000000","peer":"oak.00000001",\
                "displayHash":"00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d"}],\
                "range":{"start":2500000000,"end":2520000000},"hashes":4500000,"overlapHashes":17,\
                "gaps":[{"start":2504500000,"end":2520000000}],"elapsedSeconds":1.500,"hashesPerSecond":3000000,\
                "peers":[{"peer":"oak.00000001","hashes":3375000,"share":0.75,"alive":true},\
                {"peer":"elm.00000022","hashes":1125000,"share":0.25,"alive":false}]}
                """, json(Answers.found()));
    }

    @Test
    void namesNonceAndVersionWhenTheVersionRolls() {
        long integer = (2_504_433_986L << 16) + 1;
        Answer answer = new Answer(Answers.header(true, 0, 1L << 48), Outcome.FOUND,
                List.of(solution(integer, Bytes.fromHex("0a".repeat(32)))), BigInteger.ONE, BigInteger.ZERO,
                RangeSet.of(0, integer).plus(RangeSet.of(integer + 1, 1L << 48)), List.of(), Duration.ofSeconds(1));

        assertEquals("""
                {"job":"anna.header-1","status":"FOUND","solutions":[{"integer":164130585706497,\
                "digest":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",\
                "peer":"oak.00000001",\
                "displayHash":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",\
                "nonce":2504433986,"version":8193}],\
                "range":{"start":0,"end":281474976710656},"hashes":1,"overlapHashes":0,\
                "gaps":[{"start":0,"end":164130585706497},{"start":164130585706498,"end":281474976710656}],\
                "elapsedSeconds":1.000,"hashesPerSecond":1,"peers":[]}
                """, json(answer));
    }

    @Test
    void keepsAllDigitsOfNumbersBeyondALong() {
        Answer answer = new Answer(Answers.integers(Mode.ALL, Long.MAX_VALUE), Outcome.EXPIRED, List.of(),
                new BigInteger("123456789012345678901234567890"), new BigInteger("98765432109876543210"),
                RangeSet.of(9_223_372_036_854_775_806L, Long.MAX_VALUE), List.of(), Duration.ZERO);

        assertEquals(
                """
                        {"job":"anna.integers-1","status":"EXPIRED","solutions":[],"range":{"start":0,"end":9223372036854775807},\
                        "hashes":123456789012345678901234567890,"overlapHashes":98765432109876543210,\
                        "gaps":[{"start":9223372036854775806,"end":9223372036854775807}],\
                        "elapsedSeconds":0.000,"hashesPerSecond":0,"peers":[]}
                        """,
                json(answer));
    }

    @Test
    void tellsOfAnExhaustedRange() {
        assertEquals("""
                {"job":"anna.integers-1","status":"EXHAUSTED","solutions":[],"range":{"start":0,"end":5000000},\
                "hashes":5000000,"overlapHashes":0,"gaps":[],"elapsedSeconds":0.500,"hashesPerSecond":10000000,\
                "peers":[{"peer":"oak.00000001","hashes":5000000,"share":1.0,"alive":true}]}
                """, json(Answers.exhausted(Answers.integers(Mode.FIRST, 5_000_000))));
    }

    private static String json(Answer answer) {
        StringWriter text = new StringWriter();
        AnswerJson.write(answer, new PrintWriter(text));
        return text.toString();
    }
}
