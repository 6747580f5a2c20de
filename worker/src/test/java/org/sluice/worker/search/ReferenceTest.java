package org.sluice.worker.search;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReferenceTest {
    private static final PeerId PEER = new PeerId("peer.00000000");

    /** Examples of NIST (FIPS 180-4, FIPS 202) of 8 bytes and more; their last 8 bytes are the integer. */
    @ParameterizedTest
    @CsvSource({"SHA-256, abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
            + "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            "SHA-1, abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
                    + "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
            "SHA3-256, abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
                    + "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376",
            "SHA-512, abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu,"
                    + "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                    + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"})
    void computesTheExamplesOfNist(String algorithm, String text, String digest) {
        byte[] message = text.getBytes(StandardCharsets.US_ASCII);
        int split = message.length - 8;
        Work work = new Work.Integers(algorithm, Bytes.of(Arrays.copyOf(message, split)));
        long integer = Long.parseLong(HexFormat.of().formatHex(message, split, message.length), 16);

        assertArrayEquals(message, Reference.message(work, integer));
        assertEquals(digest, HexFormat.of().formatHex(Reference.digest(work, integer)));
        assertEquals(digest.length() / 2, Reference.digestLength(work));
    }

    @Test
    void hashesAnIntegerWithoutPrefixAsEightBytes() {
        // NIST's SHA256ShortMsg, Len = 64.
        Work work = new Work.Integers("SHA-256", Bytes.EMPTY);

        assertEquals("963bb88f27f512777aab6c8b1a02c70ec0ad651d428f870036e1917120fb48bf",
                HexFormat.of().formatHex(Reference.digest(work, 0x5738c929c4f4ccb6L)));
    }

    @Test
    void doubleSha256HashesTheDigestAgain() {
        Work once = new Work.Integers("SHA-256", Bytes.fromHex("01"));
        Work twice = new Work.Integers("SHA-256d", Bytes.fromHex("01"));
        int compared = 0;
        for (long integer = 0; integer < 20; integer++) {
            byte[] inner = Reference.digest(once, integer);
            long last = HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(inner, 24, 32));
            if (last >= 0) { // The first digest's last 8 bytes can stand for an integer of a second work.
                Work outer = new Work.Integers("SHA-256", Bytes.of(Arrays.copyOf(inner, 24)));
                assertArrayEquals(Reference.digest(outer, last), Reference.digest(twice, integer));
                compared++;
            }
        }
        assertTrue(compared > 0);
    }

    @Test
    void computesRealBlockHashes() {
        assertEquals("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
                displayed(Blocks.GENESIS, Blocks.GENESIS_NONCE));
        assertEquals("00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
                displayed(Blocks.BLOCK_125552, Blocks.NONCE_125552));
    }

    @ParameterizedTest
    @CsvSource({"0, 000000e0", "1, 002000e0", "65535, 00e0ffff", "5, 00a000e0", "32768, 000000f0"})
    void rolledVersionReplacesBits13To28(long index, String version) {
        Work rolled = new Work.Header(Bytes.fromHex("00e0ffff" + "ab".repeat(72)), true);

        byte[] message = Reference.message(rolled, 0xa1b2c3d4L << 16 | index);

        assertEquals(version + "ab".repeat(72) + "d4c3b2a1", HexFormat.of().formatHex(message));
    }

    @Test
    void rolledVersionKeepsTheOtherBits() {
        Work rolled = new Work.Header(Bytes.fromHex("ff1f00e0" + "00".repeat(72)), true);

        assertEquals("ff5f00e0", HexFormat.of().formatHex(Reference.message(rolled, 2), 0, 4));
        assertEquals("ffffffff", HexFormat.of().formatHex(Reference.message(rolled, 0xffff), 0, 4));
    }

    @Test
    void refusesIntegersOutsideOfTheWork() {
        Work rolled = new Work.Header(Blocks.GENESIS.header(), true);

        assertThrows(IllegalArgumentException.class, () -> Reference.digest(Blocks.GENESIS, 1L << 32));
        assertThrows(IllegalArgumentException.class, () -> Reference.digest(rolled, 1L << 48));
        assertThrows(IllegalArgumentException.class, () -> Reference.digest(rolled, -1));
    }

    @Test
    void verifiesWhatIsTrueAlone() {
        Bytes digest = Bytes.of(Reference.digest(Blocks.GENESIS, Blocks.GENESIS_NONCE));
        Bytes other = Bytes.of(Reference.digest(Blocks.GENESIS, 1));

        assertTrue(verifies(Blocks.GENESIS_TARGET, Blocks.GENESIS_NONCE, digest));
        assertFalse(verifies(Blocks.GENESIS_TARGET, 1, digest), "another integer's digest");
        assertFalse(verifies(Blocks.GENESIS_TARGET, 1, other), "a digest that misses the goal");
        assertFalse(verifies(Blocks.GENESIS_TARGET, Blocks.GENESIS_NONCE, Bytes.EMPTY), "no digest");
        assertFalse(verifies(Blocks.TARGET_125552, Blocks.GENESIS_NONCE, digest), "a harder goal");
        assertFalse(verifies(Blocks.GENESIS_TARGET, Blocks.GENESIS_NONCE + (1L << 32), digest), "beyond the work");
        assertTrue(verifies(new Goal.TrailingZeroBits(0), 1, other));
    }

    @Test
    void knowsWhichAlgorithmsThereAre() {
        assertTrue(Reference.algorithms().contains("SHA-256"));
        assertTrue(Reference.algorithms().contains("SHA-256D"));
        for (String algorithm : Reference.algorithms()) {
            Work work = new Work.Integers(algorithm, Bytes.EMPTY);
            assertEquals(algorithm, work.algorithm());
            assertEquals(Reference.digestLength(work), Reference.digest(work, 1).length);
        }
        Work unknown = new Work.Integers("SHA-257", Bytes.EMPTY);
        var refusal = assertThrows(IllegalArgumentException.class, () -> Reference.digest(unknown, 1));
        assertTrue(String.valueOf(refusal.getMessage()).contains("SHA-257"));
    }

    private static boolean verifies(Goal goal, long integer, Bytes digest) {
        return Reference.verifies(Blocks.GENESIS, goal, new Solution(integer, digest, PEER));
    }

    private static String displayed(Work work, long nonce) {
        return Bytes.of(Reference.digest(work, nonce)).reversed().toHex();
    }
}
