package org.sluice.deploy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code submit} without a tracker: a whole network in one process, from the command line to the answer. */
class SubmitIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The header of Bitcoin's block 125552. */
    private static final String BLOCK_125552 = "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000"
            + "e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695";

    private static JsonNode answer(SluiceProcess submit, int exitCode) throws Exception {
        assertEquals(exitCode, submit.exitCode(), submit::toString);
        assertEquals(1, submit.output().lines().count(), submit::toString);
        return JSON.readTree(submit.output());
    }

    @Test
    void theNonceOfABlockIsFound() throws Exception {
        try (SluiceProcess submit = SluiceProcess.start("submit", "header", BLOCK_125552, "--from", "2503000000",
                "--to", "2507000000", "--json")) {
            JsonNode answer = answer(submit, 0);

            assertEquals("FOUND", answer.get("status").asText());
            assertEquals(2504433986L, answer.get("solutions").get(0).get("integer").asLong());
            assertEquals("00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
                    answer.get("solutions").get(0).get("displayHash").asText());
        }
    }

    @Test
    void aRangeWithoutASolutionIsExhausted() throws Exception {
        try (SluiceProcess submit = SluiceProcess.start("submit", "header", BLOCK_125552, "--from", "2500000000",
                "--to", "2502000000", "--json")) {
            JsonNode answer = answer(submit, 1);

            assertEquals("EXHAUSTED", answer.get("status").asText());
            assertTrue(answer.get("gaps").isEmpty());
            assertEquals(2_000_000, answer.get("hashes").asLong());
            assertEquals(0, answer.get("overlapHashes").asLong());
        }
    }

    /** An integer is a nonce, and below it in 16 bits the part of the version that is rolled (BIP 320). */
    @Test
    void rolledVersionsAreThoseOfAPlainLoop() throws Exception {
        long from = (2504433986L << 16) + 60_000;
        long to = from + 200_000;
        ByteBuffer header = ByteBuffer.wrap(HexFormat.of().parseHex(BLOCK_125552)).order(ByteOrder.LITTLE_ENDIAN);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        List<String> expected = new ArrayList<>();
        for (long integer = from; integer < to; integer++) {
            int version = 1 | (int) (integer & 0xffff) << 13;
            int nonce = (int) (integer >>> 16);
            byte[] digest = sha256.digest(sha256.digest(header.putInt(0, version).putInt(76, nonce).array()));
            if (digest[31] == 0 && (digest[30] & 0xf0) == 0) {
                expected.add(integer + " " + Integer.toUnsignedString(nonce) + " " + version + " "
                        + HexFormat.of().formatHex(digest));
            }
        }

        try (SluiceProcess submit = SluiceProcess.start("submit", "header", BLOCK_125552, "--roll-version", "--target",
                "000f" + "f".repeat(60), "--from", String.valueOf(from), "--to", String.valueOf(to), "--mode", "all",
                "--json")) {
            JsonNode answer = answer(submit, 0);

            List<String> found = new ArrayList<>();
            answer.get("solutions")
                    .forEach(solution -> found.add(solution.get("integer").asText() + " "
                            + solution.get("nonce").asText() + " " + solution.get("version").asText() + " "
                            + solution.get("digest").asText()));
            assertEquals(expected, found);
            assertTrue(expected.size() > 20, "there is something to find");
            assertEquals(200_000, answer.get("hashes").asLong());
        }
    }

    @Test
    void allSolutionsAreThoseOfAPlainLoop() throws Exception {
        List<Long> expected = new ArrayList<>();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (long integer = 0; integer < 5_000_000; integer++) {
            byte[] digest = sha256.digest(ByteBuffer.allocate(8).putLong(integer).array());
            if (digest[31] == 0 && (digest[30] & 0x0f) == 0) {
                expected.add(integer);
            }
        }

        try (SluiceProcess submit = SluiceProcess.start("submit", "integers", "--from", "0", "--to", "5000000",
                "--zeros", "12", "--mode", "all", "--json")) {
            JsonNode answer = answer(submit, 0);

            List<Long> found = new ArrayList<>();
            answer.get("solutions").forEach(solution -> found.add(solution.get("integer").asLong()));
            assertEquals(expected, found);
            assertTrue(answer.get("gaps").isEmpty());
            assertEquals(5_000_000, answer.get("hashes").asLong());
        }
    }
}
