package org.sluice.submitter.request;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RequestTest {
    private static final Work INTEGERS = new Work.Integers("SHA-256", Bytes.EMPTY);
    private static final String BLOCK = "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2"
            + "fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695";
    private static final String SWAPPED = "00000001ab02cd818b9e567ee21793cddef299feb29ad444a41b85b8000008a300000000c2b620e3"
            + "758dfcff8bdb2304ae42b91e1e950e71aff797d7b09288fc2b12fcf14dd7f5c71a44b9f29546a142";
    private static final String ZEROES = "0000000000000000000000000000000000000000";
    private static final String PADDING = "00000080" + ZEROES + ZEROES + "80020000";
    private static final Work HEADER = new Work.Header(Bytes.of(new byte[76]), false);
    private static final Work ROLLED = new Work.Header(Bytes.of(new byte[76]), true);
    private static final DigestAlgorithm SHA_256 = new DigestAlgorithm("SHA-256", 32);

    @ParameterizedTest
    @CsvSource({"0, 0", "5000000, 5000000", "5_000_000, 5000000", "0x4c4b40, 5000000", "0X4C_4B40, 5000000",
            "-5, -5", "-0x10, -16", "007, 7", "18446744073709551616, 18446744073709551616"})
    void readsIntegers(String text, BigInteger expected) {
        assertEquals(expected, IntegerText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0x", "_1", "1_", "1.5", "1e9", "+5", "--5", "- 5", "0x_1", "ff", "1,000", "٣"})
    void refusesWhatIsNoInteger(String text) {
        assertRefused("'" + text + "' is no integer; write it as 5000000, 5_000_000 or 0x4c4b40",
                () -> IntegerText.parse(text));
    }

    @Test
    void readsRanges() {
        assertEquals(new Range(3, 9), range("3", "9", INTEGERS));
        assertEquals(new Range(0, Long.MAX_VALUE), range("0", "9223372036854775807", INTEGERS));
        assertEquals(new Range(0, 1L << 32), range("0", "4294967296", HEADER));
        assertEquals(new Range(0, 1L << 48), range("0", "0x1_0000_0000_0000", ROLLED));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    9 | 5 | the range is reversed: --from 9 is above --to 5; swap them
                    5 | 5 | the range is empty: --from and --to are both 5, and --to itself is not searched; set --to above --from
                    0 | 0 | the range is empty: --from and --to are both 0, and --to itself is not searched; set --to above --from
                    -5 | 5 | --from must be 0 or more, not -5: negative integers are not searched
                    -9 | -5 | --from must be 0 or more, not -9: negative integers are not searched
                    0 | -5 | --to must be 1 or more, not -5: negative integers are not searched
                    0 | 9223372036854775808 | --to is too large: 9223372036854775808 is above 2^63-1 = 9223372036854775807, the largest end of a range
                    99999999999999999999 | 5 | --from is too large: 99999999999999999999 is above 2^63-1 = 9223372036854775807, the largest end of a range
                    """)
    void refusesWhatIsNoRange(String from, String to, String message) {
        assertRefused(message, () -> range(from, to, INTEGERS));
    }

    @Test
    void refusesNoncesBeyondTheirBits() {
        assertRefused("--to is too large: 4294967297 is above 4294967296 = 2^32, for a nonce has 32 bits; "
                + "--roll-version allows up to 2^48", () -> range("0", "4294967297", HEADER));
        assertRefused("--to is too large: 281474976710657 is above 281474976710656 = 2^48, for a nonce has 32 bits "
                + "and the rolled version 16", () -> range("0", "281474976710657", ROLLED));
    }

    @ParameterizedTest
    @CsvSource({"1s, 1", "30s, 30", "5m, 300", "2h, 7200", "1d, 86400"})
    void readsDurations(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), DurationText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "5 m", "1.5h", "-1s", "1w", "5min", "9999999999s"})
    void refusesWhatIsNoDuration(String text) {
        assertRefused("'" + text + "' is no duration; write a whole number and its unit, as 30s, 5m, 2h or 1d",
                () -> DurationText.parse(text));
    }

    @Test
    void refusesNoTimeAtAll() {
        assertRefused("a duration must be 1s or more, not 0m", () -> DurationText.parse("0m"));
        assertRefused("a duration must be 36525d or less, not 36526d", () -> DurationText.parse("36526d"));
    }

    @Test
    void readsBytes() {
        assertEquals(Bytes.fromHex("cafe"), HexText.bytes("--prefix", "0xCAFE"));
        assertEquals(Bytes.EMPTY, HexText.bytes("--prefix", ""));
        assertRefused("--prefix has an odd number of hex digits (3); write two for each byte",
                () -> HexText.bytes("--prefix", "caf"));
        assertRefused("--prefix must be hex digits (0-9, a-f), but has 'g' as character 4",
                () -> HexText.bytes("--prefix", "0xcg"));
    }

    @Test
    void knowsTheJdksAlgorithmsAndSha256d() {
        assertEquals(SHA_256, DigestAlgorithm.parse("sha-256"));
        assertEquals(160, DigestAlgorithm.parse("SHA-1").bits());
        assertEquals(DigestAlgorithm.SHA_256D, DigestAlgorithm.parse("SHA-256D"));
        UsageException refused = assertThrows(UsageException.class, () -> DigestAlgorithm.parse("SHA-257"));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("unknown algorithm 'SHA-257'; this JDK knows "), message);
        assertTrue(message.contains("MD5, ") && message.contains(", SHA-256, SHA-256d, "), message);
    }

    @Test
    void readsZeros() {
        assertEquals(new Goal.TrailingZeroBits(0), GoalText.zeros(BigInteger.ZERO, SHA_256));
        assertEquals(new Goal.TrailingZeroBits(256), GoalText.zeros(BigInteger.valueOf(256), SHA_256));
        assertRefused("--zeros must be 0 to 256, not 300: SHA-256 has only 256 bits",
                () -> GoalText.zeros(BigInteger.valueOf(300), SHA_256));
        assertRefused("--zeros must be 0 to 256, not -1: SHA-256 has only 256 bits",
                () -> GoalText.zeros(BigInteger.valueOf(-1), SHA_256));
        assertRefused("--zeros must be 0 to 160, not 161: SHA-1 has only 160 bits",
                () -> GoalText.zeros(BigInteger.valueOf(161), DigestAlgorithm.parse("SHA-1")));
    }

    @Test
    void readsTargets() {
        assertEquals(new Goal.Target(Bytes.fromHex("0".repeat(60) + "00ff")), GoalText.target("ff"));
        assertEquals(new Goal.Target(Bytes.fromHex("f".repeat(64))), GoalText.target("F".repeat(64)));
        assertRefused("--target has 1 to 64 hex digits, not 65", () -> GoalText.target("1".repeat(65)));
        assertRefused("--target has 1 to 64 hex digits, not 0", () -> GoalText.target(""));
        assertRefused("--target is zero, and nobody will find a digest that is; give a larger one",
                () -> GoalText.target("000"));
        assertRefused("--target must be hex digits (0-9, a-f), but has 'x' as character 1",
                () -> GoalText.target("xyz"));
    }

    @Test
    void readsBits() {
        assertEquals(new Goal.Target(Bytes.fromHex("00000000ffff" + "0".repeat(52))), GoalText.bits("1d00ffff"));
        assertRefused("--bits: the bits 01fedcba stand for a negative target", () -> GoalText.bits("01fedcba"));
        assertRefused("--bits: the bits ff123456 stand for a target of more than 256 bits",
                () -> GoalText.bits("0xff123456"));
        assertRefused("--bits: the bits 00000000 stand for a target of zero, which no digest meets",
                () -> GoalText.bits("0"));
        assertRefused("--bits has 1 to 8 hex digits, such as 1d00ffff, not 9", () -> GoalText.bits("11d00ffff"));
    }

    @Test
    void readsHeaders() {
        String hex = "01000000" + "00".repeat(32)
                + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
        assertEquals(2083236893L, HeaderText.parse(hex).nonce());
        assertEquals(HeaderText.parse(hex).withNonce(0), HeaderText.parse(hex.substring(0, 152)));
        assertRefused("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not 79 (158)",
                () -> HeaderText.parse(hex.substring(2)));
        assertRefused("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not 159 hex digits",
                () -> HeaderText.parse(hex.substring(1)));
        assertRefused("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not 0 (0)",
                () -> HeaderText.parse(""));
        assertRefused("the header must be hex digits (0-9, a-f), but has '.' as character 5",
                () -> HeaderText.parse("0100..."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            SWAPPED + " | the header seems to have each 4-byte word reversed, as in getwork's data and many miners' logs",
            SWAPPED + PADDING + " | the header has SHA-256's padding behind its 80 bytes, "
                    + "and each 4-byte word reversed, as in getwork's data and many miners' logs",
            BLOCK + "80" + ZEROES + ZEROES
                    + "00000000000280 | the header has SHA-256's padding behind its 80 bytes",
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a3080000000000002b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e3c7f5d74df2b9441a42a14695 "
                    + "| the header seems to have the merkle root in display order",
            "0100000000000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd812b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e3c7f5d74df2b9441a42a14695 "
                    + "| the header seems to have the previous hash and the merkle root in display order",
            "0000000100000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd812b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e34dd7f5c71a44b9f29546a142 "
                    + "| the header seems to have every field reversed, as explorers display them"})
    void offersAHeaderInAnotherOrderAsItIsHashed(String pasted, String message) {
        assertRefused(message + "; as it is hashed it is " + BLOCK, () -> HeaderText.parse(pasted));
    }

    /** Its nonce is yet to be found, so nothing but the padding tells. */
    @Test
    void offersGetworksDataAsItIsHashedBeforeThereIsANonce() {
        assertRefused(
                "the header has SHA-256's padding behind its 80 bytes, and each 4-byte word reversed, as in getwork's data "
                        + "and many miners' logs; as it is hashed it is " + BLOCK.substring(0, 152) + "00000000",
                () -> HeaderText.parse(SWAPPED.substring(0, 152) + "00000000" + PADDING));
        assertRefused("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not 128 (256)",
                () -> HeaderText.parse(SWAPPED + PADDING.substring(2) + "00"));
    }

    @Test
    void doubtsANonceThatWasNeverFound() {
        assertEquals(
                Optional.of("the header's nonce 2504433985 does not meet the goal that its bits set; "
                        + "is the header typed right?"),
                HeaderText.doubt(HeaderText.parse(BLOCK).withNonce(2504433985L)));
        assertEquals(Optional.empty(), HeaderText.doubt(HeaderText.parse(BLOCK)), "it meets it");
        assertEquals(Optional.empty(), HeaderText.doubt(HeaderText.parse(BLOCK.substring(0, 152))), "a template");
        assertEquals(Optional.empty(), HeaderText.doubt(HeaderText.parse(BLOCK.substring(0, 152) + "00000000")));
        assertEquals(Optional.empty(), HeaderText.doubt(HeaderText.parse("00".repeat(79) + "01")), "there is no goal");
    }

    @Test
    void refusesToCollectTooManySolutions() {
        Range million = new Range(0, SolutionLimit.MOST);
        Range more = new Range(0, SolutionLimit.MOST + 1);
        Goal everything = new Goal.TrailingZeroBits(0);

        assertDoesNotThrow(() -> SolutionLimit.check(million, everything, Mode.ALL, SHA_256));
        assertDoesNotThrow(() -> SolutionLimit.check(more, everything, Mode.FIRST, SHA_256));
        assertDoesNotThrow(() -> SolutionLimit.check(more, new Goal.TrailingZeroBits(1), Mode.ALL, SHA_256));
        assertRefused(
                "this job expects about 1.0e+06 solutions and --mode all keeps at most 1,000,000: "
                        + "use --zeros 1 or more, narrow the range or use --mode first",
                () -> SolutionLimit.check(more, everything, Mode.ALL, SHA_256));
        assertRefused(
                "this job expects about 9.2e+18 solutions and --mode all keeps at most 1,000,000: "
                        + "use --zeros 44 or more, narrow the range or use --mode first",
                () -> SolutionLimit.check(new Range(0, Long.MAX_VALUE), everything, Mode.ALL, SHA_256));
        assertRefused(
                "this job expects about 2.1e+09 solutions and --mode all keeps at most 1,000,000: "
                        + "use a lower target, narrow the range or use --mode first",
                () -> SolutionLimit.check(new Range(0, 1L << 32), GoalText.bits("207fffff"), Mode.ALL, SHA_256));
    }

    private static Range range(String from, String to, Work work) {
        return new RangeRequest(IntegerText.parse(from), IntegerText.parse(to)).checked(work);
    }

    private static void assertRefused(String message, Executable typed) {
        assertEquals(message, assertThrows(UsageException.class, typed).getMessage());
    }
}
