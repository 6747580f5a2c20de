package org.sluice.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What docs/architecture.md names is there. */
class ArchitecturePageTest {
    private static final Path PAGE = Path.of("../docs/architecture.md");
    private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[([^]]+)]: (\\S+)$");
    private static final Pattern INLINE = Pattern.compile("\\[[^]]+]\\((\\S+)\\)");
    private static final Pattern USE = Pattern.compile("\\[([A-Za-z_.]+)](?![(:])");

    private static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    @Test
    void everyFileThatItNamesExists() throws IOException {
        String page = Files.readString(PAGE);
        List<String> targets = new ArrayList<>();
        found(DEFINITION, page).forEach(link -> targets.add(link.group(2)));
        found(INLINE, page).forEach(link -> targets.add(link.group(1)));

        List<String> missing = targets.stream()
                .filter(target -> !Files.exists(PAGE.resolveSibling(target)))
                .toList();

        assertEquals(List.of(), missing);
        assertTrue(targets.size() > 50, "it names files");
    }

    @Test
    void everyNameIsThatOfItsFile() throws IOException {
        String page = Files.readString(PAGE);
        Set<String> defined = new TreeSet<>();
        for (MatchResult link : found(DEFINITION, page)) {
            defined.add(link.group(1));
            String file = Path.of(link.group(2)).getFileName().toString();
            assertEquals(link.group(1), file.replaceFirst("\\.java$", ""));
        }

        assertEquals(defined, found(USE, page).stream()
                .map(use -> use.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
    }
}
