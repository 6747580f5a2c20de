package org.sluice.submitter.admin;

import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice network}: a network on servers of your own. */
@Command(name = "network", sortOptions = false, description = {
        "Set up a network on servers of your own, and look at what it is.", "",
        "A network needs ZooKeeper, Kafka and a schema registry. 'sluice up' brings all three for one machine; these "
                + "commands put a network on those that you run already."},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice network init --tracker zk1,zk2,zk3/sluice --kafka k1:9092,k2:9092 --registry http://registry:8081",
                "  sluice network check --tracker zk1,zk2,zk3/sluice"})
public final class NetworkCommands implements Callable<Integer> {
    private @Spec @Nullable CommandSpec spec;

    private NetworkCommands() {}

    /** The command with its subcommands {@code init}, {@code show} and {@code check}. */
    public static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new NetworkCommands()).addSubcommand(new InitCommand(context))
                .addSubcommand(new ShowCommand(context))
                .addSubcommand(new CheckCommand(context));
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli hands a command its specification before it calls it");
        }
        throw new ParameterException(spec.commandLine(), "say what to do: init, show or check");
    }
}
