package org.sluice.submitter.command;

import java.math.BigInteger;
import java.util.concurrent.Callable;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.option.Converters;
import org.sluice.submitter.option.JobOptions;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.request.DigestAlgorithm;
import org.sluice.submitter.request.GoalText;
import org.sluice.submitter.request.HexText;
import org.sluice.submitter.request.RangeRequest;
import org.sluice.submitter.request.SolutionLimit;
import org.sluice.submitter.request.UsageException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice submit integers}: searches digest(prefix || integer) for trailing zero bits. */
@Command(name = "integers", sortOptions = false, sortSynopsis = false, description = {
        "Search the integers of a range for those whose digest ends with zero bits.",
        "Hashed is the prefix followed by the integer as 8 bytes, big-endian.", SubmitCommand.WHERE},
        footerHeading = "%nExamples:%n",
        footer = {
                "  sluice submit integers --from 0 --to 5_000_000 --zeros 12 --mode all",
                "  sluice submit integers --from 0 --to 0x1_0000_0000 --zeros 32 --json",
                "  sluice submit integers --from 0 --to 90000 --zeros 8 --algorithm MD5"})
final class IntegersCommand implements Callable<Integer> {
    private final CommandContext context;

    @Option(names = "--from", paramLabel = "A", order = 1, required = true, converter = Converters.OfInteger.class,
            description = "First integer: digits, with _ between them if you like, or 0x and hex digits.")
    private BigInteger from = BigInteger.ZERO;

    @Option(names = "--to", paramLabel = "B", order = 2, required = true, converter = Converters.OfInteger.class,
            description = "The integer behind the last, at most 2^63-1.")
    private BigInteger to = BigInteger.ZERO;

    @Option(names = "--zeros", paramLabel = "Z", order = 3, required = true, converter = Converters.OfInteger.class,
            description = "How many bits at the end of the digest are zero, at most as many as it has.")
    private BigInteger zeros = BigInteger.ZERO;

    @Option(names = "--algorithm", paramLabel = "NAME", order = 4, defaultValue = "SHA-256",
            converter = Converters.OfAlgorithm.class, completionCandidates = Converters.Algorithms.class,
            description = {
                    "The hash algorithm: ${COMPLETION-CANDIDATES}.", "Default: SHA-256."})
    private DigestAlgorithm algorithm = DigestAlgorithm.SHA_256D;

    @Option(names = "--prefix", paramLabel = "HEX", order = 5, defaultValue = "",
            description = "What stands before each integer, two hex digits for each byte. Default: nothing.")
    private String prefix = "";

    @Mixin
    private JobOptions job = new JobOptions();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    IntegersCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Work work = new Work.Integers(algorithm.name(), prefix());
        Range range = new RangeRequest(from, to).checked(work);
        Goal goal = GoalText.zeros(zeros, algorithm);
        SolutionLimit.check(range, goal, job.mode(), algorithm);
        return new Submission(context, network, job).run(range, work, goal);
    }

    private Bytes prefix() {
        Bytes bytes = HexText.bytes("--prefix", prefix);
        if (bytes.length() > Work.Integers.MAX_PREFIX) {
            throw new UsageException("--prefix has " + bytes.length() + " bytes, and " + Work.Integers.MAX_PREFIX
                    + " is the most");
        }
        return bytes;
    }
}
