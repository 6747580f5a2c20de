package org.sluice.submitter.request;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertNotNull;

/** Whatever a fuzzer types is understood, or refused in words. */
class TextFuzzTest {
    private static final List<Function<String, Object>> READERS = List.of(IntegerText::parse, DurationText::parse,
            HeaderText::parse, GoalText::bits, GoalText::target, DigestAlgorithm::parse);

    static Stream<String> seeds() {
        return Stream.of("", "-", "-5_000_000", "0x4c4b40", "9".repeat(2_000), "30s", "999999999d", "0s", "1d00ffff",
                "ff7fffff", "00".repeat(80), "0".repeat(152), "0".repeat(65), "SHA-256d", "sha3-256", "\u0000",
                "\ud800");
    }

    @MethodSource("seeds")
    @FuzzTest
    void textIsUnderstoodOrRefusedInWords(@NotNull String text) {
        for (Function<String, Object> reader : READERS) {
            try {
                assertNotNull(reader.apply(text));
            } catch (UsageException e) {
                assertNotNull(e.getMessage());
            }
        }
    }
}
