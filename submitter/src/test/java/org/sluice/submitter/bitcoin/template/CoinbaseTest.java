package org.sluice.submitter.bitcoin.template;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.DoubleSha256;

import org.bitcoinj.core.Transaction;
import org.bitcoinj.script.ScriptBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CoinbaseTest {
    private static final Bytes TAG = Bytes.fromHex("2f536c756963652f0102030405060708");
    private static final List<Coinbase.Output> OUTPUTS = List.of(
            new Coinbase.Output(5_000_000_000L, Templates.SEGWIT.script()),
            new Coinbase.Output(0, WitnessCommitment.script(List.of())));

    /** BIP 34, where the ways of writing a number differ: OP_1 to OP_16, then as few bytes as hold it and its sign. */
    @ParameterizedTest
    @CsvSource({"1, 51", "16, 60", "17, 0111", "127, 017f", "128, 028000", "255, 02ff00", "256, 020001",
            "32767, 02ff7f", "32768, 03008000", "8388607, 03ffff7f", "8388608, 0400008000", "2147483647, 04ffffff7f"})
    void beginsWithTheHeight(int height, String push) throws Exception {
        assertEquals(push, Coinbase.height(height).toHex());

        Coinbase coinbase = Coinbase.of(height, List.of(), TAG, OUTPUTS, true);
        Transaction read = read(coinbase.inBlock(withExtranonce(coinbase)));
        read.checkCoinBaseHeight(height);
        assertTrue(script(read).startsWith(push));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void writesHeightsAsAnIndependentImplementationDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            long height = 1 + random.nextLong(1L << random.nextInt(1, 31));
            assertArrayEquals(new ScriptBuilder().number(height).build().program(),
                    Coinbase.height(height).toArray(), () -> "height " + height);
        }
    }

    @Test
    void holdsTagSaltAndExtranonceBehindTheHeight() throws Exception {
        Coinbase coinbase = Coinbase.of(300, List.of(Bytes.fromHex("aabb")), TAG, OUTPUTS, true);

        assertEquals("022c01" + "02aabb" + "14" + TAG.toHex() + "78563412",
                script(read(withExtranonce(coinbase))));
    }

    @Test
    void pays() throws Exception {
        Coinbase coinbase = Coinbase.of(300, List.of(), TAG, OUTPUTS, true);

        Transaction read = read(coinbase.inBlock(withExtranonce(coinbase)));

        assertTrue(read.isCoinBase());
        assertEquals(5_000_000_000L, read.getOutput(0).getValue().value);
        assertArrayEquals(Templates.SEGWIT.script().toArray(), read.getOutput(0).getScriptBytes());
        assertEquals(0, read.getOutput(1).getValue().value);
        assertEquals(299, read.lockTime().rawValue());
        assertEquals(0xffff_fffeL, read.getInput(0).getSequenceNumber());
        assertEquals(0, read.getSigOpCount());
    }

    /** The Merkle root is made of the hash without the witness, and the block holds it with the witness (BIP 141, 144). */
    @Test
    void hasItsIdWithoutTheWitnessAndStandsInTheBlockWithIt() throws Exception {
        Coinbase coinbase = Coinbase.of(300, List.of(), TAG, OUTPUTS, true);
        Bytes without = withExtranonce(coinbase);

        Transaction read = read(coinbase.inBlock(without));

        assertFalse(read(without).hasWitnesses());
        assertEquals(read.getTxId().toString(), DoubleSha256.of(without).reversed().toHex());
        assertEquals(1, read.getInput(0).getWitness().getPushCount());
        assertArrayEquals(new byte[32], read.getInput(0).getWitness().getPush(0));
        assertEquals(read.getWeight(), coinbase.weight());
    }

    @Test
    void hasNoWitnessWhereThereIsNoCommitment() throws Exception {
        Coinbase coinbase = Coinbase.of(300, List.of(), TAG, OUTPUTS.subList(0, 1), false);
        Bytes without = withExtranonce(coinbase);

        assertEquals(without, coinbase.inBlock(without));
        assertEquals(read(without).getWeight(), coinbase.weight());
    }

    /** Nodes refuse a coinbase whose script has less than 2 or more than 100 bytes. */
    @ParameterizedTest
    @CsvSource({
            // height, bytes that the node wants, bytes of tag and salt, length of the script
            "1, 0, 0, 6", "32768, 75, 15, 100", "16, 75, 18, 100", "2147483647, 0, 71, 81"})
    void fitsIntoTheScript(long height, int extra, int tag, int length) throws Exception {
        List<Bytes> extras = extra == 0 ? List.of() : List.of(Bytes.of(new byte[extra]));
        Coinbase coinbase = Coinbase.of(height, extras, Bytes.of(new byte[tag]), OUTPUTS, true);

        int found = script(read(withExtranonce(coinbase))).length() / 2;
        assertEquals(length, found);
        assertTrue(found >= Coinbase.MIN_SCRIPT && found <= Coinbase.MAX_SCRIPT);
    }

    @ParameterizedTest
    @CsvSource({"32768, 75, 16", "16, 75, 19", "1, 76, 0", "1, 0, 72", "1, 0, 200"})
    void refusesWhatDoesNotFit(long height, int extra, int tag) {
        List<Bytes> extras = extra == 0 ? List.of() : List.of(Bytes.of(new byte[extra]));

        assertThrows(InvalidTemplateException.class,
                () -> Coinbase.of(height, extras, Bytes.of(new byte[tag]), OUTPUTS, true));
    }

    private static Bytes withExtranonce(Coinbase coinbase) {
        return new ByteWriter().bytes(coinbase.prefix())
                .int32(0x12345678)
                .bytes(coinbase.suffix())
                .toBytes();
    }

    private static Transaction read(Bytes transaction) {
        ByteBuffer buffer = ByteBuffer.wrap(transaction.toArray());
        Transaction read = Transaction.read(buffer);
        assertFalse(buffer.hasRemaining());
        assertEquals(4, BlockSpace.EXTRANONCE_BYTES);
        return read;
    }

    private static String script(Transaction coinbase) {
        return Bytes.of(coinbase.getInput(0).getScriptBytes()).toHex();
    }
}
