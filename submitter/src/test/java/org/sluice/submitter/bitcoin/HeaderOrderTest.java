package org.sluice.submitter.bitcoin;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.value.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HeaderOrderTest {
    private static final Bytes BLOCK_125552 = Bytes.fromHex(
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae"
                    + "710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695");
    private static final Bytes GENESIS = Bytes.fromHex("01000000" + "00".repeat(32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "00000001ab02cd818b9e567ee21793cddef299feb29ad444a41b85b8000008a300000000c2b620e3758dfcff8bdb2304ae42b91e1e95"
                    + "0e71aff797d7b09288fc2b12fcf14dd7f5c71a44b9f29546a142 "
                    + "| each 4-byte word reversed, as in getwork's data and many miners' logs",
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a3080000000000002b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e3c7f5d74df2b9441a42a14695 | the merkle root in display order",
            "0100000000000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd812b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e3c7f5d74df2b9441a42a14695 "
                    + "| the previous hash and the merkle root in display order",
            "0000000100000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd812b12fcf1b09288fcaff797d71e950e71ae42"
                    + "b91e8bdb2304758dfcffc2b620e34dd7f5c71a44b9f29546a142 "
                    + "| every field reversed, as explorers display them"})
    void namesTheOrdersThatPeoplePaste(String shown, String order) {
        assertRecognised(Bytes.fromHex(shown), order, BLOCK_125552);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "00000001ab02cd818b9e567ee21793cddef299feb29ad444a41b85b8000008a300000000e320b6c2fffc8d750423db8b1eb942ae710e"
                    + "951ed797f7affc8892b0f1fc122b4dd7f5c71a44b9f242a14695 "
                    + "| the version, the time and the bits in display order; "
                    + "the previous hash with each 4-byte word reversed",
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000f1fc122bfc8892b0d797f7af710e951e1eb9"
                    + "42ae0423db8bfffc8d75e320b6c2c7f5d74df2b9441a42a14695 "
                    + "| the merkle root with its 4-byte words in opposite order"})
    void saysOfOtherOrdersWhatIsDifferent(String shown, String order) {
        assertRecognised(Bytes.fromHex(shown), order, BLOCK_125552);
    }

    /** Two forms of each number, four of each hash. */
    @Test
    void recognisesEveryFieldInEveryForm() {
        Set<Bytes> seen = new HashSet<>();
        for (int forms = 1; forms < 256; forms++) {
            Bytes shown = shown(BLOCK_125552, forms);
            seen.add(shown);
            HeaderOrder order = HeaderOrder.of(shown).orElseThrow();
            assertEquals(BLOCK_125552, order.asHashed(shown), order.inWords());
        }
        assertEquals(255, seen.size());
    }

    /** The previous hash of the first block is the same in every form: it is not named where it need not be. */
    @Test
    void callsAnOrderByTheLeastThatIsDifferent() {
        assertRecognised(shown(GENESIS, 0b0101_1111), "every field reversed, as explorers display them", GENESIS);
        assertRecognised(shown(GENESIS, 0b0101_0000), "the merkle root in display order", GENESIS);
        assertEquals(Optional.empty(), HeaderOrder.of(shown(GENESIS, 0b0100_0000)), "nothing is different");
    }

    @Test
    void saysNothingOfAHeaderThatIsRight() {
        for (Bytes header : List.of(BLOCK_125552, GENESIS)) {
            assertEquals(Optional.empty(), HeaderOrder.of(header));
        }
    }

    @Test
    void saysNothingOfAHeaderWhoseNonceWasNeverFound() {
        BlockHeader header = BlockHeader.parse(BLOCK_125552);
        for (long nonce = 0; nonce < 20; nonce++) {
            assertEquals(Optional.empty(), HeaderOrder.of(header.withNonce(nonce).toBytes()));
        }
        assertEquals(Optional.empty(), HeaderOrder.of(Bytes.of(new byte[BlockHeader.LENGTH])));
    }

    /** Every second hash meets the bits of a regression test network, in whatever order. */
    @Test
    void saysNothingWhereTheGoalIsSoEasyThatChanceMeetsIt() {
        BlockHeader block = BlockHeader.parse(BLOCK_125552);
        for (long nonce = 1; nonce < 20; nonce++) {
            BlockHeader easy = new BlockHeader(block.version(), block.previousBlock(), block.merkleRoot(), block.time(),
                    0x207fffff, nonce);
            assertEquals(Optional.empty(), HeaderOrder.of(easy.toBytes()));
        }
    }

    private static void assertRecognised(Bytes shown, String order, Bytes asHashed) {
        HeaderOrder recognised = HeaderOrder.of(shown).orElseThrow();
        assertEquals(order, recognised.inWords());
        assertEquals(asHashed, recognised.asHashed(shown));
    }

    /** A header with its fields in other forms: a bit for version, time, bits and nonce, and two for each hash. */
    private static Bytes shown(Bytes header, int forms) {
        String hex = header.toHex();
        return Bytes.fromHex(form(hex.substring(0, 8), forms & 1)
                + form(hex.substring(8, 72), forms >> 6)
                + form(hex.substring(72, 136), forms >> 4 & 3)
                + form(hex.substring(136, 144), forms >> 1 & 1)
                + form(hex.substring(144, 152), forms >> 2 & 1)
                + form(hex.substring(152), forms >> 3 & 1));
    }

    /** 0: as it is; 1: reversed; 2: each word reversed; 3: the words in opposite order. */
    private static String form(String field, int form) {
        return switch (form) {
            case 0 -> field;
            case 1 -> Bytes.fromHex(field).reversed().toHex();
            case 2 -> words(field);
            default -> words(Bytes.fromHex(field).reversed().toHex());
        };
    }

    private static String words(String field) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < field.length(); i += 8) {
            words.append(Bytes.fromHex(field.substring(i, i + 8)).reversed().toHex());
        }
        return words.toString();
    }
}
