package org.sluice.submitter.command;

import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;
import org.sluice.worker.runtime.NetworkAddress;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice submit}: searches a range of integers, or of a block header's nonces, or the blocks of a Bitcoin node. */
@Command(name = "submit", sortOptions = false, sortSynopsis = false, description = {
        "Search a range for integers whose hash meets a goal.", "",
        SubmitCommand.WHERE},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice submit integers --from 0 --to 5_000_000 --zeros 12 --mode all",
                "  sluice submit header 0100...4695 --from 2500000000 --to 2520000000 --json",
                "  sluice submit bitcoin --rpc http://127.0.0.1:8332 --cookie ~/.bitcoin/.cookie --address bc1q..."})
public final class SubmitCommand implements Callable<Integer> {
    /** On which network a job runs. */
    static final String WHERE = "With --tracker, or " + NetworkAddress.TRACKER_VARIABLE
            + " in the environment, the job runs on the workers of that network. Without, it runs on an embedded network "
            + "of its own, with workers on all cores of this machine.";

    private @Spec @Nullable CommandSpec spec;

    private SubmitCommand() {}

    /** The command with its subcommands {@code integers}, {@code header} and {@code bitcoin}. */
    public static CommandLine commandLine(CommandContext context) {
        return new CommandLine(new SubmitCommand()).addSubcommand(new IntegersCommand(context))
                .addSubcommand(new HeaderCommand(context))
                .addSubcommand(new BitcoinCommand(context));
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli hands a command its specification before it calls it");
        }
        throw new ParameterException(spec.commandLine(), "say what to search: integers, header or bitcoin");
    }
}
