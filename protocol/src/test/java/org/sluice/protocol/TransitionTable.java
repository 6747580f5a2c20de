package org.sluice.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of a class comment that says what a state becomes by what: its rows are states, its columns what happens. */
public record TransitionTable(List<Transition> transitions) {
    /** In what state what happens, and what the state is then; the same where the table has a dash. */
    public record Transition(String before, String event, String after) {}

    /** The only table in the comments of a class of the protocol. */
    public static TransitionTable of(Class<?> type) throws IOException {
        List<List<String>> rows;
        try (Stream<String> lines = Files
                .lines(Path.of("src/main/java", type.getName().replace('.', '/') + ".java"))) {
            rows = lines.filter(line -> line.startsWith(" *") && line.contains("|"))
                    .map(line -> Arrays.stream(line.substring(2).split("\\|")).map(String::trim).toList())
                    .toList();
        }
        List<Transition> transitions = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 1; i < row.size(); i++) {
                String after = row.get(i).equals("-") ? row.getFirst() : row.get(i);
                transitions.add(new Transition(row.getFirst(), rows.getFirst().get(i), after));
            }
        }
        return new TransitionTable(transitions);
    }

    public Set<String> states() {
        return transitions.stream().map(Transition::before).collect(Collectors.toSet());
    }
}
