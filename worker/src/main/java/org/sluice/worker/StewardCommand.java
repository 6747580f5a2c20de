package org.sluice.worker;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;
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
        footer = {"", "Ctrl-C or SIGTERM ends it. A network that is not there, or goes away, is waited for.", "",
                "Exit status: 2 wrong usage, 3 a server does not let this process in, 130 interrupted."})
public final class StewardCommand implements Callable<Integer> {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);

    private final Supplier<String> version;

    @Mixin
    private TrackerOptions network = new TrackerOptions();

    @Option(names = "--quiet", description = "Print nothing but errors.")
    private boolean quiet;

    @Spec
    private @Nullable CommandSpec spec;

    private String trouble = "";
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
        NetworkAddress address = network.address(System.getenv());
        while (true) {
            try (Steward steward = Steward.join(address, Connections.PATIENCE)) {
                say("Sluice " + version.get() + " steward of " + steward.network());
                say("  tracker  " + address.tracker());
                told = Optional.empty();
                steward.run(this::looked);
                say("There is another network at " + address.tracker() + " now.");
            } catch (AccessRefusedException | TrackerRefusedException e) {
                throw e; // Nobody is let in for waiting.
            } catch (TrackerException | ServersUnavailableException e) {
                complain(e);
                Thread.sleep(BETWEEN_ATTEMPTS);
            }
        }
    }

    /** Tells whether this is the one that looks after the network, when that is news. */
    private void looked(boolean acts) {
        trouble = "";
        if (!told.equals(Optional.of(acts))) {
            say(acts ? "Looking after the network." : "Another looks after the network; waiting to take over.");
            told = Optional.of(acts);
        }
    }

    private void complain(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        if (!trouble.equals(message)) {
            trouble = message;
            PrintWriter err = commandLine().getErr();
            err.println("sluice: " + message + "; waiting for it (Ctrl-C ends that)");
            err.flush();
        }
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
