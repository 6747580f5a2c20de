package org.sluice.submitter.option;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.sluice.submitter.request.UsageException;
import org.sluice.worker.TrackerOptions;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that uses a network. */
public final class NetworkOptions {
    /** How long to wait for a tracker that does not answer. */
    public static final Duration PATIENCE = Connections.PATIENCE;

    @Mixin
    private TrackerOptions network = new TrackerOptions();

    @Option(names = "--json", order = 101,
            description = "Print one JSON document on standard output, and nothing else there.")
    private boolean json;

    @Option(names = "--quiet", order = 102,
            description = "Print no progress and no remarks, only the result and errors.")
    private boolean quiet;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** The command line of the command that has these options. */
    public CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("picocli hands a command its specification before it calls it");
        }
        return command.commandLine();
    }

    /** The network whose tracker was named, by option or environment. */
    public Optional<NetworkAddress> address(Map<String, String> environment) {
        return read(() -> network.address(environment));
    }

    /** The network that was named, else the one that {@code sluice up} starts on this machine. */
    public NetworkAddress addressOrLocal(Map<String, String> environment) {
        return read(() -> network.addressOrLocal(environment));
    }

    private static <T> T read(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Tells a person something that is not part of the result. */
    public void say(String line) {
        if (!quiet) {
            PrintWriter err = commandLine().getErr();
            err.println(line);
            err.flush();
        }
    }

    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return quiet;
    }
}
