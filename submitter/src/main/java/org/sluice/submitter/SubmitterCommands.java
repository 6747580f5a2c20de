package org.sluice.submitter;

import java.util.List;

/** All commands of this module. */
public final class SubmitterCommands {
    private SubmitterCommands() {}

    /** {@code submit}, {@code peers}, {@code jobs}, {@code resume}, {@code cancel} and {@code console}, as picocli takes subcommands. */
    public static List<Object> in(Surroundings surroundings) {
        return List.of(SubmitCommand.commandLine(surroundings), new PeersCommand(surroundings),
                new JobsCommand(surroundings), new ResumeCommand(surroundings), new CancelCommand(surroundings),
                new ConsoleCommand(surroundings));
    }
}
