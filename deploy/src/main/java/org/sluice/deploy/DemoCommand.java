package org.sluice.deploy;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.sluice.protocol.Notice;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkSource;
import org.sluice.submitter.SubmitCommand;
import org.sluice.submitter.Surroundings;
import org.sluice.worker.KernelOption;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice demo}: an embedded network finds the nonce of Bitcoin's first block again, and explains itself. */
@Command(name = "demo", sortOptions = false,
        description = "Starts a network in this process, with workers on all cores, and lets it search all nonces of "
                + "Bitcoin's first block again. Nothing is left behind.")
final class DemoCommand implements Callable<Integer> {
    /** The header of Bitcoin's genesis block of 3 January 2009, without its nonce. */
    private static final String GENESIS = "01000000" + "0".repeat(64)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" + "29ab5f49" + "ffff001d";
    private static final long NONCE = 2083236893;
    private static final int MOST_WORKERS = 64;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "2",
            description = "How many workers share this machine's cores (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Mixin
    private KernelOption kernel = new KernelOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new ParameterException(commandLine, "--workers must be 1 to " + MOST_WORKERS);
        }
        PrintWriter out = commandLine.getOut();
        out.println(
                "In 2009 somebody searched for a nonce that makes the hash of Bitcoin's first block header small enough.");
        out.println("This network searches all 2^32 nonces again: " + workers + " workers divide them over Kafka.");
        out.println("It takes some minutes, as the progress says; Ctrl-C ends it.");
        out.flush();
        CommandLine submit = SubmitCommand.commandLine(
                Surroundings.ofThisProcess(new Demonstration()).withEnvironment(Map.of()));
        submit.setOut(out);
        submit.setErr(commandLine.getErr());
        submit.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
        submit.setExitCodeExceptionMapper(commandLine.getExitCodeExceptionMapper());
        int status = submit.execute("header", GENESIS, "--mode", "all");
        if (status == 0) {
            out.println();
            out.println(
                    NONCE + " is the nonce that stands in the block. The other one would have done as well.");
            out.println(
                    "Next: ./sluice submit --help searches what you like, ./sluice up starts a network for several machines.");
            out.flush();
        }
        return status;
    }

    /** Starts the network and tells what the workers do. */
    private final class Demonstration implements NetworkSource {
        @Override
        public Network connect(String tracker, Duration patience) {
            // No tracker is named to it, and its environment is empty.
            throw new IllegalStateException("a demonstration joins no other network");
        }

        @Override
        public Network embedded(Consumer<String> says) {
            return Networks.embedded(workers, kernel.kernels(), says,
                    (worker, notice) -> tell(worker, notice, says));
        }
    }

    private static void tell(String worker, Notice notice, Consumer<String> says) {
        switch (notice) {
            case Notice.SubjobAccepted taken ->
                says.accept(worker + " took " + nonces(taken.ranges()) + " from " + taken.parent());
            case Notice.SubjobGiven given ->
                says.accept(worker + " gave " + nonces(given.ranges()) + " to " + given.child());
            case Notice.SolutionFound found -> {
                // Whoever passes it on notices it too.
                if (found.solution().peer().value().startsWith(worker + "-")) {
                    says.accept(worker + " found nonce " + found.solution().integer() + ", block hash "
                            + found.solution().digest().reversed().toHex());
                }
            }
            case Notice.SubjobRefused _,Notice.JobResumed _,Notice.JobEnded _,Notice.JobBroken _,Notice.PeerDied _,Notice.PeerDistrusted _,Notice.JournalReplaced _,Notice.JournalFailed _,Notice.NoWorkers _,Notice.EndDoubted _,Notice.RoundTripMeasured _ -> {
                // Nothing that a first look needs.
            }
        }
    }

    private static String nonces(RangeSet ranges) {
        Range first = ranges.ranges().getFirst();
        return String.format(Locale.ROOT, "%,d nonces", ranges.size())
                + (ranges.rangeCount() == 1 ? ", " + first + "," : " in " + ranges.rangeCount() + " ranges");
    }
}
