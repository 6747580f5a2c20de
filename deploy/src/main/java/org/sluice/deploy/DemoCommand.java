package org.sluice.deploy;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.sluice.protocol.Notice;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkSource;
import org.sluice.submitter.command.SubmitCommand;
import org.sluice.submitter.report.Quantity;
import org.sluice.worker.KernelOption;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.search.WorkKind;

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
        description = "Starts a network in this process, with workers on all cores, and lets it mine Bitcoin's first block "
                + "again: in a window of nonces around the known one, which takes some seconds, or in all. Nothing is left behind.")
final class DemoCommand implements Callable<Integer> {
    /** The header of Bitcoin's genesis block of 3 January 2009, without its nonce. */
    private static final String GENESIS = "01000000" + "0".repeat(64)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" + "29ab5f49" + "ffff001d";
    private static final long NONCE = 2083236893;
    private static final int MOST_WORKERS = 64;
    /** What is hashed in this time at the rate of now; kernels that are being measured make it longer, faster ones shorter. */
    private static final Duration WINDOW = Duration.ofSeconds(18);

    @Option(names = "--workers", paramLabel = "N", defaultValue = "2",
            description = "How many workers share this machine's cores (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(names = "--full",
            description = "Search all 2^32 nonces, which takes minutes, and not only a window around the known one.")
    private boolean full;

    @Mixin
    private KernelOption kernel = new KernelOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new ParameterException(commandLine, "--workers must be 1 to " + MOST_WORKERS);
        }
        PrintWriter out = commandLine.getOut();
        out.println(
                "In 2009 somebody searched for a nonce that makes the hash of Bitcoin's first block header small enough.");
        out.println("This network searches for it again: " + workers
                + " workers divide the nonces among them, in messages over Kafka.");
        out.flush();
        try (KernelSelection kernels = Networks.kernels(kernel::candidates, new SecureRandom())) {
            long rate = kernels.current().measurement(WorkKind.HEADER).orElseThrow().hashesPerSecond();
            Range range = full ? NonceWindow.ALL : NonceWindow.around(NONCE, rate, WINDOW);
            announce(range, rate, out);
            int status = search(range, kernels, commandLine);
            if (status == 0) {
                conclude(range, out);
            }
            return status;
        }
    }

    private static void announce(Range range, long rate, PrintWriter out) {
        Duration all = NonceWindow.time(NonceWindow.ALL, rate);
        if (range.equals(NonceWindow.ALL)) {
            out.println("All 2^32 nonces take about " + Quantity.wholeSeconds(all) + " here, at "
                    + Quantity.rate((double) rate)
                    + "; Ctrl-C ends the search.");
        } else {
            out.println("All 2^32 nonces would take about " + Quantity.wholeSeconds(all) + " here, at "
                    + Quantity.rate((double) rate) + ". As the block's nonce is known, only a window of "
                    + Quantity.count(range.size()) + " around it is searched, in about "
                    + Quantity.wholeSeconds(NonceWindow.time(range, rate)) + "; --full searches all.");
        }
        out.flush();
    }

    private int search(Range range, KernelSelection kernels, CommandLine commandLine) {
        CommandLine submit = SubmitCommand.commandLine(
                CommandContext.ofThisProcess(new Demonstration(kernels)).withEnvironment(Map.of()));
        submit.setOut(commandLine.getOut());
        submit.setErr(commandLine.getErr());
        submit.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
        submit.setExitCodeExceptionMapper(commandLine.getExitCodeExceptionMapper());
        return submit.execute("header", GENESIS, "--mode", "all", "--from", Long.toString(range.start()), "--to",
                Long.toString(range.end()));
    }

    /** What a search in mode "all" that has found something tells: every integer of its range was hashed. */
    private static void conclude(Range range, PrintWriter out) {
        out.println();
        out.println("Mined: " + NONCE + " is the nonce that stands in Bitcoin's first block."
                + (range.equals(NonceWindow.ALL) ? " The other one would have done as well." : ""));
        out.println("Covered: all " + Quantity.count(range.size()) + " nonces of "
                + (range.equals(NonceWindow.ALL) ? "the header" : "the window")
                + " were hashed.");
        out.println();
        out.println("Next:");
        out.println("  ./sluice benchmark                                                what this machine hashes");
        out.println("  ./sluice submit integers --from 0 --to 100000000 --zeros 24       search what you like");
        out.println("  ./sluice up                                                       a network for others to join");
        out.flush();
    }

    /** Starts the network and tells what the workers do. */
    private final class Demonstration implements NetworkSource {
        private final KernelSelection kernels;

        Demonstration(KernelSelection kernels) {
            this.kernels = kernels;
        }

        @Override
        public Network connect(NetworkAddress address, Duration patience) {
            // No tracker is named to it, and its environment is empty.
            throw new IllegalStateException("a demonstration joins no other network");
        }

        @Override
        public Network embedded(Consumer<String> says) {
            return Networks.embedded(workers, () -> kernels, says,
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
                if (found.solution().peer().name().equals(worker)) {
                    says.accept(worker + " found nonce " + found.solution().integer() + ", block hash "
                            + found.solution().digest().reversed().toHex());
                }
            }
            case Notice.SubjobRefused _,Notice.JobResumed _,Notice.JobEnded _,Notice.JobBroken _,Notice.PeerDied _,Notice.PeerDistrusted _,Notice.JournalReplaced _,Notice.JournalFailed _,Notice.NoWorkers _,Notice.NobodyTakes _,Notice.EndDoubted _,Notice.RoundTripMeasured _ -> {
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
