package org.sluice.deploy;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.sluice.protocol.Notice;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkSource;
import org.sluice.submitter.SubmitCommand;
import org.sluice.submitter.Surroundings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice demo}: an embedded network finds the nonce of Bitcoin's first block again, and explains itself. */
@Command(name = "demo", sortOptions = false,
        description = "Starts a network in this process, with workers on all cores, and lets it search all nonces of "
                + "Bitcoin's first block again. Nothing is left behind.")
final class DemoCommand implements Callable<Integer> {
    /** The header of Bitcoin's genesis block of 3 January 2009, without its nonce 2083236893. */
    private static final String GENESIS = "01000000" + "0".repeat(64)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" + "29ab5f49" + "ffff001d";
    private static final int MOST_WORKERS = 64;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "2",
            description = "How many workers share this machine's cores (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new ParameterException(commandLine, "--workers must be 1 to " + MOST_WORKERS);
        }
        PrintWriter out = commandLine.getOut();
        Consumer<String> says = line -> {
            out.println(line);
            out.flush();
        };
        says.accept(
                "In 2009 somebody searched for a nonce that makes the hash of Bitcoin's first block header small enough.");
        says.accept("This network searches all 2^32 nonces again: " + workers
                + " workers divide them over Kafka. Two of them fit, 2083236893, which Satoshi took, and a larger one.");
        CommandLine submit = SubmitCommand.commandLine(Surroundings.ofThisProcess(new Demonstration(says)));
        submit.setOut(out);
        submit.setErr(commandLine.getErr());
        submit.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
        submit.setExitCodeExceptionMapper(commandLine.getExitCodeExceptionMapper());
        return submit.execute("header", GENESIS, "--mode", "all");
    }

    /** Starts the network and tells what the workers do. */
    private final class Demonstration implements NetworkSource {
        private final Consumer<String> says;

        Demonstration(Consumer<String> says) {
            this.says = says;
        }

        @Override
        public Network connect(String tracker, Duration patience) {
            // SLUICE_TRACKER may be set; a demonstration brings its own network all the same.
            return embedded(says);
        }

        @Override
        public Network embedded(Consumer<String> lines) {
            return Networks.embedded(workers, says, this::noticed);
        }

        private void noticed(String worker, Notice notice) {
            switch (notice) {
                case Notice.SubjobAccepted taken -> says.accept(
                        worker + " took " + taken.ranges().size() + " nonces from " + taken.parent());
                case Notice.SubjobGiven given ->
                    says.accept(worker + " gave " + given.ranges().size() + " nonces to " + given.child());
                case Notice.SolutionFound found -> says.accept(
                        worker + " found nonce " + found.solution().integer()
                                + "; the root hashes it again to be sure");
                case Notice.SubjobRefused _,Notice.JobResumed _,Notice.JobEnded _,Notice.PeerDied _,Notice.PeerDistrusted _,Notice.NoWorkers _,Notice.RoundTripMeasured _ -> {
                    // Nothing that a first look needs.
                }
            }
        }
    }
}
