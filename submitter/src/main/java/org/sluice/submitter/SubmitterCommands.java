package org.sluice.submitter;

import picocli.CommandLine;

/** All commands of this module. */
public final class SubmitterCommands {
    private SubmitterCommands() {}

    /** Adds them to a program's command line: {@code submit}, {@code peers}, {@code jobs}, {@code cancel}, {@code console}. */
    public static void addTo(CommandLine program, Surroundings surroundings) {
        program.addSubcommand(SubmitCommand.commandLine(surroundings))
                .addSubcommand(new PeersCommand(surroundings))
                .addSubcommand(new JobsCommand(surroundings))
                .addSubcommand(new CancelCommand(surroundings))
                .addSubcommand(new ConsoleCommand(surroundings));
    }
}
