package org.sluice.submitter.bitcoin.address;

import java.util.Objects;
import java.util.Random;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.address.PayoutAddress.Kind;

import org.bitcoinj.base.Address;
import org.bitcoinj.base.BitcoinNetwork;
import org.bitcoinj.base.LegacyAddress;
import org.bitcoinj.base.SegwitAddress;
import org.bitcoinj.script.ScriptBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PayoutAddressTest {
    /** Those with a witness are BIP 350's own examples. */
    @ParameterizedTest
    @CsvSource({
            "MAIN, P2PKH, 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, 76a91477bff20c60e522dfaa3350c39b030a5d004e839a88ac",
            "MAIN, P2PKH, 1111111111111111111114oLvT2, 76a914000000000000000000000000000000000000000088ac",
            "MAIN, P2SH, 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy, a914b472a266d0bd89c13706a4132ccfb16f7c3b9fcb87",
            "MAIN, P2WPKH, BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4, 0014751e76e8199196d454941c45d1b3a323f1433bd6",
            "TESTNET3, P2WSH, tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7, "
                    + "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
            "TESTNET4, P2WSH, tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy, "
                    + "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
            "SIGNET, P2TR, tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c, "
                    + "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
            "MAIN, P2TR, bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0, "
                    + "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"})
    void readsEveryKind(Chain chain, Kind kind, String text, String script) throws Exception {
        assertEquals(new PayoutAddress(text, kind, Bytes.fromHex(script)), PayoutAddress.parse(text, chain));
    }

    /** BIP 350's own examples of what is invalid, and some of the older kind. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut|has '0'",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd|a checksum in Bech32,",
            "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf|a checksum in Bech32,",
            "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL|a checksum in Bech32,",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh|a checksum in Bech32m",
            "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47|a checksum in Bech32m",
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4|has 'o' as character 60",
            "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R|witness version 17",
            "bc1pw5dgrnzv|program of 1 bytes",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav|program of 41 bytes",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P|program of 16 bytes",
            "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq|mixes",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf|ends with bits",
            "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j|ends with bits", "bc1gmk9yu|wrong length",
            "bc1|wrong length", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3|wrong checksum", "1|too short",
            "0|has '0' as character 1", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ|not 21"})
    void saysWhatIsWrong(String text, String reason) {
        for (Chain chain : Chain.values()) {
            String refusal = refusal(text, chain);
            assertTrue(refusal.contains(reason), refusal);
        }
    }

    @ParameterizedTest
    @CsvSource({
            // address, chain of the node, whose it is
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4, REGTEST, main",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, TESTNET3, main", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy, SIGNET, main",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx, MAIN, 'test, testnet4, signet'",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx, REGTEST, 'test, testnet4, signet'",
            "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn, MAIN, 'test, testnet4, signet, regtest'"})
    void refusesAddressesOfAnotherChain(String text, Chain chain, String owners) {
        assertEquals("'" + text + "' is no address to pay to: it belongs to " + owners + ", and the node is on "
                + chain.nodesName(), refusal(text, chain));
    }

    /** BIP 350's valid examples of versions to come, and the two bytes that anybody may spend since Bitcoin Core 28. */
    @ParameterizedTest
    @ValueSource(strings = {"bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "bc1pfeessrawgf"})
    void refusesWhatAnybodyCouldSpend(String text) {
        assertTrue(refusal(text, Chain.MAIN).contains("anybody could spend the reward"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"})
    void noticesEveryMistypedCharacter(String text) {
        String typed = "qpzry9x8gf2tvdw0s3jn54khce6mua7lABHT1";
        for (int i = 0; i < text.length(); i++) {
            for (int j = 0; j < typed.length(); j++) {
                String mistyped = text.substring(0, i) + typed.charAt(j) + text.substring(i + 1);
                if (!mistyped.equals(text)) {
                    assertThrows(InvalidAddressException.class, () -> PayoutAddress.parse(mistyped, Chain.MAIN));
                }
            }
        }
    }

    @Test
    void refusesWhatIsTooLongToBeOne() {
        String text = "1".repeat(100_000);
        String refusal = refusal(text, Chain.MAIN);
        assertTrue(refusal.length() < 200 && refusal.contains("100000 characters"), refusal);
        assertTrue(refusal("", Chain.MAIN).contains("0 characters"));
    }

    /** An independent implementation writes addresses of random hashes; we must read from them the script that it pays to. */
    @ParameterizedTest
    @EnumSource(Chain.class)
    void agreesWithAnIndependentImplementation(Chain chain) throws Exception {
        BitcoinNetwork network = switch (chain) {
            case MAIN -> BitcoinNetwork.MAINNET;
            case TESTNET3, TESTNET4 -> BitcoinNetwork.TESTNET;
            case SIGNET -> BitcoinNetwork.SIGNET;
            case REGTEST -> BitcoinNetwork.REGTEST;
        };
        Random random = new Random(16);
        for (int i = 0; i < 100; i++) {
            byte[] hash = new byte[20];
            byte[] program = new byte[32];
            random.nextBytes(hash);
            random.nextBytes(program);
            if (i % 3 == 0) {
                hash[0] = 0;
            }
            assertReads(Kind.P2PKH, LegacyAddress.fromPubKeyHash(network, hash), chain);
            assertReads(Kind.P2SH, LegacyAddress.fromScriptHash(network, hash), chain);
            assertReads(Kind.P2WPKH, SegwitAddress.fromProgram(network, 0, hash), chain);
            assertReads(Kind.P2WSH, SegwitAddress.fromProgram(network, 0, program), chain);
            assertReads(Kind.P2TR, SegwitAddress.fromProgram(network, 1, program), chain);
        }
    }

    private static String refusal(String text, Chain chain) {
        Exception refused = assertThrows(InvalidAddressException.class, () -> PayoutAddress.parse(text, chain));
        return Objects.requireNonNull(refused.getMessage());
    }

    private static void assertReads(Kind kind, Address address, Chain chain) throws InvalidAddressException {
        Bytes script = Bytes.of(ScriptBuilder.createOutputScript(address).program());
        assertEquals(new PayoutAddress(address.toString(), kind, script),
                PayoutAddress.parse(address.toString(), chain));
    }
}
