package org.sluice.submitter.bitcoin.template;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.address.InvalidAddressException;
import org.sluice.submitter.bitcoin.address.PayoutAddress;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertNotNull;

/** Whatever a node answers is a template of which a block can be made, or refused in words; and so is what is typed as an address. */
class TemplateFuzzTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Stream<String> templates() {
        ObjectNode template = Templates.captured();
        Stream<String> without = List.copyOf(template.properties())
                .stream()
                .map(field -> template.deepCopy().without(field.getKey()).toString());
        return Stream.concat(without, Stream.of("{}", "[]", "null", "{\"transactions\":[{}]}", template.toString(),
                Templates.withTransactions(0).put("signet_challenge", "51").toString()));
    }

    @MethodSource("templates")
    @FuzzTest
    void aTemplateIsMadeABlockOrRefusedInWords(@NotNull String text) {
        JsonNode answer;
        try {
            answer = MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return;
        }
        try {
            BlockTemplate template = TemplateReader.read(answer);
            assertNotNull(BlockCandidate.of(template, Templates.SEGWIT, new Random(1)).block(0));
        } catch (InvalidTemplateException e) {
            assertNotNull(e.getMessage());
        }
    }

    static Stream<String> addresses() {
        return Stream.of("", "1", "bc1", "bc1q", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", Templates.SEGWIT.text(),
                Templates.KEY_HASH.text(), "tb1\u0130", "1".repeat(90), "bcrt1" + "q".repeat(85), "\ud800");
    }

    @MethodSource("addresses")
    @FuzzTest
    void anAddressIsUnderstoodOrRefusedInWords(@NotNull String text) {
        for (Chain chain : Chain.values()) {
            try {
                assertNotNull(PayoutAddress.parse(text, chain).script());
            } catch (InvalidAddressException e) {
                assertNotNull(e.getMessage());
            }
        }
    }
}
