package org.sluice.submitter;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** All commands of this module. */
public final class SubmitterCommands {
    private SubmitterCommands() {}

    /** By name, {@code submit}, {@code peers}, {@code jobs}, {@code resume}, {@code cancel} and {@code console}, as picocli takes subcommands. */
    public static SequencedMap<String, Supplier<Object>> in(Surroundings surroundings) {
        SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("submit", () -> SubmitCommand.commandLine(surroundings));
        commands.put("peers", () -> new PeersCommand(surroundings));
        commands.put("jobs", () -> new JobsCommand(surroundings));
        commands.put("resume", () -> new ResumeCommand(surroundings));
        commands.put("cancel", () -> new CancelCommand(surroundings));
        commands.put("console", () -> new ConsoleCommand(surroundings));
        return commands;
    }
}
