package org.sluice.submitter.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.NetworkView;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine.Mixin;

/** What the commands have in common that only look at a network that runs already, or ask something of it. */
abstract class NetworkCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    private final CommandContext context;

    NetworkCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public final Integer call() throws InterruptedException {
        check();
        try (NetworkView network = context.views().open(address(), NetworkOptions.PATIENCE)) {
            int status = run(network);
            out().flush();
            return status;
        }
    }

    final NetworkAddress address() {
        return options.addressOrLocal(context.environment());
    }

    /** Refuses what was typed wrong, before anything is sent. */
    void check() {
        // picocli has checked all that most commands take.
    }

    /** Does the command's work and returns the exit status. */
    abstract int run(NetworkView network) throws InterruptedException;

    final PrintWriter out() {
        return options.commandLine().getOut();
    }

    /** Tells a person something that is not part of the result. */
    final void say(String line) {
        options.say(line);
    }

    /** Tells why the command could not do its work. */
    final int fail(String line) {
        PrintWriter err = options.commandLine().getErr();
        err.println("sluice: " + line);
        err.flush();
        return ExitStatus.INFRASTRUCTURE;
    }

    final NetworkOptions options() {
        return options;
    }

    final CommandContext context() {
        return context;
    }
}
