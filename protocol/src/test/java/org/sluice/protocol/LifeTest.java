package org.sluice.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The table in the class comment is what the code does. */
class LifeTest {
    private static final Map<String, UnaryOperator<Life>> EVENTS = Map.of("pause", Life::pause, "resume", Life::resume,
            "leave", Life::leave, "free", Life::free);

    private static List<List<String>> table() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("src/main/java/org/sluice/protocol/Life.java"))) {
            return lines.filter(line -> line.startsWith(" *") && line.contains("|"))
                    .map(line -> Arrays.stream(line.substring(2).split("\\|")).map(String::trim).toList())
                    .toList();
        }
    }

    @Test
    void theTableIsTrue() throws IOException {
        List<List<String>> table = table();
        List<String> events = table.getFirst();

        assertEquals(Life.values().length, table.size() - 1);
        assertEquals(EVENTS.size(), events.size() - 1);
        for (List<String> row : table.subList(1, table.size())) {
            Life before = Life.valueOf(row.getFirst());
            for (int i = 1; i < events.size(); i++) {
                Life after = Objects.requireNonNull(EVENTS.get(events.get(i)), events.get(i)).apply(before);
                assertEquals(row.get(i), after == before ? "-" : after.name(), before + " " + events.get(i));
            }
        }
    }
}
