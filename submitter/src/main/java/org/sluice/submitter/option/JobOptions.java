package org.sluice.submitter.option;

import java.math.BigInteger;
import java.time.Duration;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Mode;
import org.sluice.schemas.kafka.OlderTopic;
import org.sluice.submitter.request.IntegerText;
import org.sluice.submitter.request.UsageException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that starts a job, and the exit statuses of all. */
@Command(exitCodeListHeading = "%nExit status:%n", exitCodeList = {
        "  0:found: at least one solution",
        "  1:searched all and found nothing",
        "  2:wrong usage, and nothing was started",
        "  3:the network or another part of the infrastructure failed",
        "  4:cancelled, or the time was up; solutions found so far are printed",
        "130:interrupted with Ctrl-C: the job was cancelled; solutions found so far are printed"})
public final class JobOptions {
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int MOST_FAN_OUT = 1024;

    @Option(names = "--mode", paramLabel = "first|all", order = 50, defaultValue = "first",
            converter = Converters.OfMode.class, completionCandidates = Converters.Modes.class, description = {
                    "first: end with the first solution. all: search the whole range and collect every solution; "
                            + "a job that expects more than 1,000,000 of them is refused in this mode, and in this mode alone.",
                    "Default: first."})
    private Mode mode = Mode.FIRST;

    @Option(names = "--timeout", paramLabel = "DURATION", order = 51, defaultValue = "7d",
            converter = Converters.OfDuration.class, description = {
                    "When the job expires: 30s, 5m, 2h or 1d, at most 7d.", "Default: 7d."})
    private Duration timeout = LONGEST;

    @Option(names = "--fan-out", paramLabel = "F", order = 52, defaultValue = "16",
            converter = Converters.OfInteger.class, description = {
                    "Into how many slices a peer divides the others at most; a small one makes the job's tree deep.",
                    "Default: 16."})
    private BigInteger fanOut = BigInteger.valueOf(16);

    @Mixin
    private OwnerOption owner = new OwnerOption();

    public Mode mode() {
        return mode;
    }

    public String owner() {
        return owner.owner();
    }

    public int fanOut() {
        return IntegerText.between("--fan-out", fanOut, 1, MOST_FAN_OUT);
    }

    public Duration timeout() {
        if (timeout.compareTo(LONGEST) > 0) {
            throw new UsageException("--timeout must be 7d or less, for that is how long a job is kept");
        }
        return timeout;
    }

    /** The id of a job that is said to exist. */
    public static JobId existing(String job) {
        JobId id = parsed(job);
        if (id.isTemplate()) {
            throw new UsageException(id + " is one of many that follow each other; all of them are " + id.campaign());
        }
        return id;
    }

    private static JobId parsed(String job) {
        try {
            return new JobId(job);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + "; sluice jobs lists them"
                    + (OlderTopic.isJob(job)
                            ? ". A job of a version of Sluice that knew no owners cannot be taken up: submit it again"
                            : ""));
        }
    }

    /** There is no such job. */
    public static UsageException unknown(JobId job) {
        return new UsageException("there is no job " + job + "; sluice jobs lists them");
    }
}
