package org.sluice.worker;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.Steward;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./sluice steward}: looks after a network on servers of one's own, until it is told to stop. */
@Command(name = "steward", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
                "Looks after a network on servers of your own: registers the schemas of this version, and removes what the "
                        + "dead leave behind.",
                "Several may run; one acts, and another takes over when it is gone. A network of 'sluice up' has one already."},
        footer = {"", TrackerOptions.LOCAL,
                "Ctrl-C or SIGTERM ends it. A network that is not there, or goes away, is waited for.", "",
                "Exit status: 2 wrong usage, 3 a server does not let this process in, 130 interrupted."})
public final class StewardCommand implements Callable<Integer> {
    private final Supplier<String> version;

    @Mixin
    private TrackerOptions options = new TrackerOptions();

    @Option(names = "--quiet", description = "Print nothing but errors.")
    private boolean quiet;

    @Spec
    private @Nullable CommandSpec spec;

    private final Rejoining network = new Rejoining(this::complain);
    private Optional<Boolean> told = Optional.empty();

    /**
     * The command.
     *
     * @param version tells the version of Sluice
     */
    public StewardCommand(Supplier<String> version) {
        this.version = version;
    }

    @Override
    public Integer call() throws InterruptedException {
        NetworkAddress address = options.required(commandLine(), System.getenv());
        return network.run(() -> {
            try (Steward steward = Steward.join(address, Connections.PATIENCE)) {
                say("Sluice " + version.get() + " steward of " + steward.network());
                say("  tracker  " + address.tracker());
                told = Optional.empty();
                steward.run(this::looked);
                say("There is another network at " + address.tracker() + " now.");
                return OptionalInt.empty();
            }
        });
    }

    /** Tells whether this is the one that looks after the network, when that is news. */
    private void looked(boolean acts) {
        network.joined();
        if (!told.equals(Optional.of(acts))) {
            say(acts ? "Looking after the network." : "Another looks after the network; waiting to take over.");
            told = Optional.of(acts);
        }
    }

    private void complain(String line) {
        PrintWriter err = commandLine().getErr();
        err.println("sluice: " + line);
        err.flush();
    }

    private void say(String line) {
        if (!quiet) {
            PrintWriter out = commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
