package org.sluice.submitter.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.protocol.value.JobId;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.option.Converters;
import org.sluice.submitter.option.JobOptions;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.worker.TrackerOptions;
import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice resume}: goes on with a job whose submitter died. */
@Command(name = "resume", sortOptions = false, sortSynopsis = false, description = {
        "Go on with a job whose submitter died: its workers have not stopped, and what they reported is kept.",
        "Of a job that has ended the answer is printed again. A job whose submitter is alive is left to it.",
        TrackerOptions.LOCAL},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice resume anna.integers-k3x09a7b --timeout 2h --json",
                "  sluice resume anna.header-0f7yq2mz --tracker tracker.example.org"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:found: at least one solution",
                "  1:searched all and found nothing",
                "  2:wrong usage, or there is no such job",
                "  3:its submitter is alive, or the network or another part of the infrastructure failed",
                "  4:cancelled, or the time was up; solutions found so far are printed",
                "130:interrupted with Ctrl-C: the job was cancelled; solutions found so far are printed"})
public final class ResumeCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(index = "0", paramLabel = "JOB", description = "The job's id, as sluice jobs lists it.")
    private String job = "";

    @Option(names = "--timeout", paramLabel = "DURATION", order = 1, converter = Converters.OfDuration.class,
            description = {"When the job expires: 30s, 5m, 2h or 1d from now.",
                    "Default: when it was to expire anyway, and never later than that."})
    private Optional<Duration> timeout = Optional.empty();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    /** The command. */
    public ResumeCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        JobId wanted = JobOptions.existing(job);
        NetworkAddress address = network.addressOrLocal(context.environment());
        return new RootSession(context, network).run(
                () -> context.networks().connect(address, NetworkOptions.PATIENCE),
                (runner, observer) -> runner.resume(wanted, timeout, observer));
    }
}
