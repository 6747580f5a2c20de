package org.sluice.worker.search.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The places in which a native kernel stands agree: {@link NativeLibrary#FAMILIES}, the header, the build, and what
 * {@link NativeCodeTest} runs under the sanitizers. So none is left out of a check.
 */
class NativeListsTest {
    private static final Path BUILD = NativeCodeTest.KERNELS.resolve("build.sh");
    private static final Path HEADER = NativeCodeTest.KERNELS.resolve("sluice_search.h");

    private static Set<String> functions() {
        return NativeLibrary.FAMILIES.stream()
                .flatMap(family -> family.searches().stream().map(end -> "sluice_" + family.label() + "_search" + end))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the first group matches in a file, each time. */
    private static Set<String> all(Path file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theHeaderDeclaresTheSearchesThatJavaCalls() throws Exception {
        assertEquals(functions(), all(HEADER, "SLUICE_EXPORT sluice_search_function (\\w+);"));
    }

    @Test
    void theProgramUnderTheSanitizersCallsAllOfThem() throws Exception {
        assertEquals(functions(),
                all(NativeCodeTest.PROGRAM, "\\{\"[^\"]+\", \\w+, \\w+, (\\w+)\\},"));
    }

    @Test
    void theProgramIsMadeOfTheSourcesThatTheBuildCompiles() throws Exception {
        checkSources("x86_64", NativeCodeTest.X86);
        checkSources("aarch64", NativeCodeTest.ARM);
    }

    /** Whether the build compiles these sources for the machine, with these options and perhaps some that make them faster. */
    private static void checkSources(String machine, Map<String, List<String>> tested) throws IOException {
        String compiled = all(BUILD, "(?s)\\n    " + machine + " \\|[^)]*\\)(.*?);;").iterator().next();
        Map<String, List<String>> built = new HashMap<>();
        for (MatchResult family : Pattern.compile("'([^':]+):([^':]*):([^']*)'").matcher(compiled).results().toList()) {
            built.put((family.group(1) + " " + family.group(2)).strip(), List.of(family.group(3).split(" ", -1)));
        }
        assertEquals(tested.keySet(), built.keySet());
        tested.forEach((source, options) -> assertTrue(built.getOrDefault(source, List.of()).containsAll(options),
                () -> source + " is built with " + built.get(source) + " and tested with " + options));
    }
}
