package org.sluice.submitter.bitcoin;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BlockHeaderTest {
    private static final Bytes GENESIS = Bytes.fromHex("01000000" + "00".repeat(32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c");
    private static final Bytes BLOCK_1 = Bytes.fromHex(
            "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee1467"
                    + "7ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299");
    private static final Bytes BLOCK_125552 = Bytes.fromHex(
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae"
                    + "710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695");

    @Test
    void readsTheGenesisBlock() throws Exception {
        BlockHeader header = BlockHeader.parse(GENESIS);

        assertEquals(1, header.version());
        assertEquals(Bytes.of(new byte[32]), header.previousBlock());
        assertEquals("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
                header.merkleRoot().reversed().toHex());
        assertEquals(1231006505L, header.time());
        assertEquals(0x1d00ffffL, header.bits());
        assertEquals(2083236893L, header.nonce());
        assertEquals("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f", header.displayHash());
        assertTrue(header.target().goal().isMetBy(header.hash().toArray()));
    }

    @Test
    void readsBlocksWithOtherFields() throws Exception {
        BlockHeader first = BlockHeader.parse(BLOCK_1);
        assertEquals(BlockHeader.parse(GENESIS).hash(), first.previousBlock());
        assertEquals(2573394689L, first.nonce());
        assertEquals("00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048", first.displayHash());

        BlockHeader later = BlockHeader.parse(BLOCK_125552);
        assertEquals(0x1a44b9f2L, later.bits());
        assertEquals(2504433986L, later.nonce());
        assertEquals("00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d", later.displayHash());
        assertTrue(later.target().goal().isMetBy(later.hash().toArray()));
    }

    @Test
    void writesWhatItRead() {
        for (Bytes header : new Bytes[]{GENESIS, BLOCK_1, BLOCK_125552}) {
            assertEquals(header, BlockHeader.parse(header).toBytes());
            assertEquals(header.toHex().substring(0, 152), BlockHeader.parse(header).withoutNonce().toHex());
        }
    }

    @Test
    void standsForAnIntegerOfAJob() {
        BlockHeader header = BlockHeader.parse(BLOCK_125552);
        Work.Header work = new Work.Header(header.withoutNonce(), false);

        assertEquals(header, BlockHeader.of(work, 2504433986L));
        assertEquals("ffffffff", BlockHeader.of(work, 0xffff_ffffL).toBytes().toHex().substring(152));
    }

    @ParameterizedTest
    @CsvSource({
            // integer, version before, version after, nonce
            "0x0000_0000_0000, 0x20000000, 0x20000000, 0", "0x0000_0001_ffff, 0x20000000, 0x3fffe000, 1",
            "0x0000_0002_0001, 0x3fffffff, 0x20003fff, 2", "0xffff_ffff_8000, 0x00000001, 0x10000001, 4294967295"})
    void rollsTheVersionBitsThatBip320LeavesToMiners(String integer, String before, String after, long nonce) {
        BlockHeader genesis = BlockHeader.parse(GENESIS);
        BlockHeader header = new BlockHeader(Integer.decode(before), genesis.previousBlock(), genesis.merkleRoot(),
                genesis.time(), genesis.bits(), 7);

        BlockHeader rolled = BlockHeader.of(new Work.Header(header.withoutNonce(), true),
                Long.decode(integer.replace("_", "")));

        assertEquals(Integer.decode(after), rolled.version());
        assertEquals(nonce, rolled.nonce());
        assertEquals(header.merkleRoot(), rolled.merkleRoot());
    }

    @Test
    void refusesOtherLengths() {
        assertThrows(IllegalArgumentException.class, () -> BlockHeader.parse(Bytes.of(new byte[79])));
        assertThrows(IllegalArgumentException.class, () -> BlockHeader.parse(Bytes.of(new byte[81])));
    }
}
