package org.sluice.protocol.value;

import java.util.List;
import java.util.Random;

import org.sluice.protocol.value.BlockSpace.Coordinate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class BlockSpaceTest {
    /** Bitcoin's block 1, whose coinbase holds the bytes ff ff 00 1d where this space has its extranonce. */
    private static final String BLOCK_1 = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"
            + "982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";
    private static final long EXTRANONCE_1 = 0x1d00ffffL;
    private static final long NONCE_1 = 2573394689L;
    private static final Bytes PREFIX_1 = Bytes.fromHex("0100000001" + "00".repeat(32) + "ffffffff0704");
    private static final Bytes SUFFIX_1 = Bytes.fromHex("0104ffffffff0100f2052a0100000043410496b538e853519c726a2c91e61"
            + "ec11600ae1390813a627c66fb8be7947be63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858"
            + "eeac00000000");

    private static BlockSpace block1(boolean rollVersion) {
        Bytes blank = Bytes.fromHex(BLOCK_1.substring(0, 72) + "00".repeat(32) + BLOCK_1.substring(136, 152));
        return BlockSpace.of(new Work.Header(blank, rollVersion), PREFIX_1, SUFFIX_1, new MerklePath(List.of()));
    }

    @Test
    void holdsBitcoinsBlock1() {
        BlockSpace space = block1(false);

        assertEquals("0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098",
                DoubleSha256.of(space.coinbase(EXTRANONCE_1)).reversed().toHex());
        assertEquals(BLOCK_1.substring(0, 152), space.header(EXTRANONCE_1).header().toHex());
        assertEquals((EXTRANONCE_1 << 32) + NONCE_1, space.integer(new Coordinate(EXTRANONCE_1, NONCE_1, 0)));
        assertEquals(NONCE_1, space.headerInteger((EXTRANONCE_1 << 32) + NONCE_1));
    }

    @ParameterizedTest
    @CsvSource({
            // extranonce, nonce, version index, integer with version rolling
            "0, 0, 0, 0", "0, 0, 65535, 0xffff", "0, 1, 0, 0x10000", "0, 4294967295, 65535, 0xffffffffffff",
            "1, 0, 0, 0x1000000000000", "0x1234, 0x56789abc, 0xdef0, 0x123456789abcdef0",
            "32767, 4294967295, 65534, 0x7ffffffffffffffe"})
    void mapsThreeNumbersToOneAndBack(String extranonce, String nonce, String versionIndex, String integer) {
        BlockSpace space = block1(true);
        Coordinate selected = new Coordinate(Long.decode(extranonce), Long.decode(nonce), Integer.decode(versionIndex));

        assertEquals(Long.decode(integer), space.integer(selected));
        assertEquals(selected, space.coordinate(Long.decode(integer)));
    }

    @ParameterizedTest
    @CsvSource({
            // extranonce, nonce, integer without version rolling
            "0, 0, 0", "0, 4294967295, 0xffffffff", "1, 0, 0x100000000",
            "0x7fffffff, 4294967294, 0x7ffffffffffffffe"})
    void leavesOutTheVersionIndexWithoutRolling(String extranonce, String nonce, String integer) {
        BlockSpace space = block1(false);
        Coordinate selected = new Coordinate(Long.decode(extranonce), Long.decode(nonce), 0);

        assertEquals(Long.decode(integer), space.integer(selected));
        assertEquals(selected, space.coordinate(Long.decode(integer)));
        assertThrows(IllegalArgumentException.class, () -> space.integer(new Coordinate(0, 0, 1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyIntegerComesBack(long seed) {
        Random random = new Random(seed);
        for (boolean rollVersion : new boolean[]{false, true}) {
            BlockSpace space = block1(rollVersion);
            for (int i = 0; i < 10_000; i++) {
                long integer = (random.nextLong() & Long.MAX_VALUE) >>> random.nextInt(63);
                if (integer < BlockSpace.limit()) {
                    Coordinate selected = space.coordinate(integer);
                    assertEquals(integer, space.integer(selected));
                    assertEquals(selected.extranonce(), space.extranonce(integer));
                    assertEquals(integer,
                            selected.extranonce() * space.header().limit() + space.headerInteger(integer));
                }
            }
        }
    }

    @Test
    void endsWhereTheNextExtranonceBegins() {
        BlockSpace rolled = block1(true);
        assertEquals(1L << 48, rolled.endOfExtranonce(0));
        assertEquals(1L << 48, rolled.endOfExtranonce((1L << 48) - 1));
        assertEquals(2L << 48, rolled.endOfExtranonce(1L << 48));
        assertEquals(Long.MAX_VALUE, rolled.endOfExtranonce(Long.MAX_VALUE - 1));
        assertEquals(Long.MAX_VALUE, rolled.endOfExtranonce(0x7fffL << 48));
        assertEquals(0x7fffL << 48, rolled.endOfExtranonce((0x7fffL << 48) - 1));
        assertEquals(1L << 32, block1(false).endOfExtranonce(7));
    }

    @Test
    void refusesWhatItDoesNotHold() {
        BlockSpace space = block1(true);

        assertEquals(32_767, space.maxExtranonce());
        assertEquals(0x7fff_ffffL, block1(false).maxExtranonce());
        assertThrows(IllegalArgumentException.class, () -> space.integer(new Coordinate(32_768, 0, 0)));
        assertThrows(IllegalArgumentException.class, () -> space.integer(new Coordinate(32_767, 0xffff_ffffL, 65_535)));
        assertThrows(IllegalArgumentException.class, () -> space.integer(new Coordinate(0, 1L << 32, 0)));
        assertThrows(IllegalArgumentException.class, () -> space.integer(new Coordinate(0, 0, 65_536)));
        assertThrows(IllegalArgumentException.class, () -> space.coordinate(-1));
        assertThrows(IllegalArgumentException.class, () -> space.coordinate(Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> space.header(-1));
        assertThrows(IllegalArgumentException.class, () -> space.coinbase(32_768));
    }

    @Test
    void refusesAHeaderOfAnotherCoinbase() {
        BlockSpace space = block1(true);
        byte[] suffix = space.coinbaseSuffix().toArray();
        suffix[20] ^= 1;

        assertEquals(space, new BlockSpace(space.header(), PREFIX_1, SUFFIX_1, space.merklePath()));
        assertThrows(IllegalArgumentException.class,
                () -> new BlockSpace(space.header(), PREFIX_1, Bytes.of(suffix), space.merklePath()));
        assertThrows(IllegalArgumentException.class, () -> BlockSpace.of(space.header(), PREFIX_1,
                Bytes.of(new byte[BlockSpace.MAX_COINBASE]), space.merklePath()));
    }

    @Test
    void theExtranonceChangesTheMerkleRootAlone() {
        BlockSpace space = block1(true);
        String first = space.header(0).header().toHex();
        String second = space.header(1).header().toHex();

        assertEquals(first.substring(0, 72), second.substring(0, 72));
        assertNotEquals(first.substring(72, 136), second.substring(72, 136));
        assertEquals(first.substring(136), second.substring(136));
    }
}
