package org.sluice.submitter.bitcoin;

import java.math.BigInteger;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The vectors are those of {@code arith_uint256_tests.cpp} in Bitcoin Core, and targets of real blocks. */
class CompactTargetTest {
    @ParameterizedTest
    @CsvSource({
            // bits, target, its compact form
            "01123456, 12, 01120000", "02123456, 1234, 02123400", "03123456, 123456, 03123456",
            "04123456, 12345600, 04123456", "05009234, 92340000, 05009234",
            "20123456, 1234560000000000000000000000000000000000000000000000000000000000, 20123456",
            "1d00ffff, 00000000ffff0000000000000000000000000000000000000000000000000000, 1d00ffff",
            "1a44b9f2, 00000000000044b9f20000000000000000000000000000000000000000000000, 1a44b9f2",
            "207fffff, 7fffff0000000000000000000000000000000000000000000000000000000000, 207fffff",
            "2100ffff, ffff000000000000000000000000000000000000000000000000000000000000, 2100ffff",
            "220000ff, ff00000000000000000000000000000000000000000000000000000000000000, 2100ff00"})
    void standsForATarget(String bits, String target, String compact) throws Exception {
        CompactTarget parsed = CompactTarget.of(Long.parseLong(bits, 16));

        assertEquals(new BigInteger(target, 16), parsed.target());
        assertEquals(compact, CompactTarget.nearest(parsed.target()).toString());
        assertEquals(new Goal.Target(Bytes.fromHex("0".repeat(64 - target.length()) + target)), parsed.goal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00123456", "01003456", "02000056", "03000000", "04000000", "00923456",
            "01803456", "02800056", "03800000", "04800000", "ff000000"})
    void refusesZero(String bits) {
        assertEquals("the bits " + bits + " stand for a target of zero, which no digest meets", refusal(bits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"01fedcba", "04923456", "1d80ffff", "ff923456"})
    void refusesNegativeTargets(String bits) {
        assertEquals("the bits " + bits + " stand for a negative target", refusal(bits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff123456", "21010000", "22000100", "23000001"})
    void refusesTargetsBeyond256Bits(String bits) {
        assertEquals("the bits " + bits + " stand for a target of more than 256 bits", refusal(bits));
    }

    @Test
    void roundsDownToWhatTheCompactFormHolds() {
        assertEquals("02008000", CompactTarget.nearest(BigInteger.valueOf(0x80)).toString());
        assertEquals("04123456", CompactTarget.nearest(BigInteger.valueOf(0x123456ff)).toString());
        assertEquals("2100ffff",
                CompactTarget.nearest(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)).toString());
    }

    private static String refusal(String bits) {
        return String.valueOf(
                assertThrows(InvalidTargetException.class, () -> CompactTarget.of(Long.parseLong(bits, 16)))
                        .getMessage());
    }
}
