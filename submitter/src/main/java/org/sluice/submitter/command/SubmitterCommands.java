package org.sluice.submitter.command;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.admin.NetworkCommands;

/** The list of this module's commands, from which the program takes them. */
public final class SubmitterCommands {
    private SubmitterCommands() {}

    /** The commands by name, each made when it is asked for, in the order in which help lists them. */
    public static SequencedMap<String, Supplier<Object>> in(CommandContext context) {
        SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("submit", () -> SubmitCommand.commandLine(context));
        commands.put("peers", () -> new PeersCommand(context));
        commands.put("jobs", () -> new JobsCommand(context));
        commands.put("resume", () -> new ResumeCommand(context));
        commands.put("cancel", () -> new CancelCommand(context));
        commands.put("console", () -> new ConsoleCommand(context));
        commands.put("network", () -> NetworkCommands.commandLine(context));
        return commands;
    }
}
