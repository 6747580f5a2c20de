package org.sluice.submitter.command;

import java.math.BigInteger;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.bitcoin.BlockHeader;
import org.sluice.submitter.bitcoin.InvalidTargetException;
import org.sluice.submitter.option.Converters;
import org.sluice.submitter.option.JobOptions;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.request.DigestAlgorithm;
import org.sluice.submitter.request.GoalText;
import org.sluice.submitter.request.HeaderText;
import org.sluice.submitter.request.RangeRequest;
import org.sluice.submitter.request.SolutionLimit;
import org.sluice.submitter.request.UsageException;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice submit header}: searches the nonces of a Bitcoin block header. */
@Command(name = "header", sortOptions = false, sortSynopsis = false, description = {
        "Search the nonces of a Bitcoin block header for those whose block hash (SHA-256d) meets a goal.",
        "Without a goal the header's own bits are the goal.", SubmitCommand.WHERE}, footerHeading = "%nExamples:%n",
        footer = {
                "  sluice submit header 0100...4695 --from 2500000000 --to 2520000000",
                "  sluice submit header 0100...f2b9441a --bits 207fffff --json",
                "  sluice submit header 0100...f2b9441a --zeros 20 --mode all --timeout 5m"})
final class HeaderCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(index = "0", paramLabel = "HEADER",
            description = {
                    "The header in hex as it is hashed: 80 bytes, whose nonce is ignored, or the 76 bytes before the nonce.",
                    "If the nonce shows that the bytes are in another order, you are told the right one."})
    private String header = "";

    @Option(names = "--from", paramLabel = "A", order = 1, converter = Converters.OfInteger.class,
            description = "First nonce: digits, with _ between them if you like, or 0x and hex digits. Default: 0.")
    private Optional<BigInteger> from = Optional.empty();

    @Option(names = "--to", paramLabel = "B", order = 2, converter = Converters.OfInteger.class,
            description = "The nonce behind the last. Default: 2^32, and 2^48 with --roll-version.")
    private Optional<BigInteger> to = Optional.empty();

    @Option(names = "--roll-version", order = 3,
            description = "Search bits 13 to 28 of the version too (BIP 320): an integer of the range is then nonce x 2^16 + those bits.")
    private boolean rollVersion;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private GoalOptions goal = new GoalOptions();

    @Mixin
    private JobOptions job = new JobOptions();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    HeaderCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        BlockHeader parsed = HeaderText.parse(header);
        Work work = new Work.Header(parsed.withoutNonce(), rollVersion);
        Range range = new RangeRequest(from.orElse(BigInteger.ZERO), to.orElse(BigInteger.valueOf(work.limit())))
                .checked(work);
        Goal wanted = goal.asked().isPresent() ? goal.asked().get() : ownGoal(parsed);
        SolutionLimit.check(range, wanted, job.mode(), DigestAlgorithm.SHA_256D);
        Submission submission = new Submission(context, network, job);
        HeaderText.doubt(parsed).ifPresent(submission::warn);
        return submission.run(range, work, wanted);
    }

    private static Goal ownGoal(BlockHeader header) {
        try {
            return header.target().goal();
        } catch (InvalidTargetException e) {
            throw new UsageException("the header sets no goal, for " + e.getMessage()
                    + "; give one with --bits, --target or --zeros");
        }
    }

    /** The goal, in one of three forms. */
    static final class GoalOptions {
        @Option(names = "--bits", paramLabel = "HEX", order = 10,
                description = "Goal: the block hash is at most the target that these compact bits stand for, such as 1d00ffff.")
        private Optional<String> bits = Optional.empty();

        @Option(names = "--target", paramLabel = "HEX", order = 11,
                description = "Goal: the block hash is at most this number of up to 64 hex digits.")
        private Optional<String> target = Optional.empty();

        @Option(names = "--zeros", paramLabel = "Z", order = 12, converter = Converters.OfInteger.class,
                description = "Goal: the last Z bits of the digest, in hash order, are zero.")
        private Optional<BigInteger> zeros = Optional.empty();

        Optional<Goal> asked() {
            return bits.map(GoalText::bits)
                    .or(() -> target.map(GoalText::target))
                    .or(() -> zeros.map(count -> GoalText.zeros(count, DigestAlgorithm.SHA_256D)));
        }
    }
}
