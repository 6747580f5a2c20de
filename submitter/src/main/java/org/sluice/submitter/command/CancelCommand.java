package org.sluice.submitter.command;

import java.time.Duration;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkView;
import org.sluice.submitter.option.Converters;
import org.sluice.submitter.option.JobOptions;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.report.Json;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.TrackerOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice cancel}: ends a job early. */
@Command(name = "cancel", sortOptions = false, sortSynopsis = false,
        description = {"Cancel a job: all peers stop working for it, and its submitter prints what was found so far.",
                TrackerOptions.LOCAL},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice cancel anna.integers-k3x09a7b",
                "  sluice cancel anna.header-0f7yq2mz --tracker tracker.example.org"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:the job is cancelled", "  1:the job had ended otherwise before",
                "  2:wrong usage, or there is no such job",
                "  3:the network does not answer, or the job's submitter does not", "130:interrupted"})
public final class CancelCommand extends NetworkCommand {
    @Parameters(index = "0", paramLabel = "JOB", description = "The job's id, as sluice jobs lists it.")
    private String job = "";

    @Option(names = "--timeout", paramLabel = "DURATION", order = 1, defaultValue = "30s",
            converter = Converters.OfDuration.class, description = {
                    "How long to wait for the job's submitter to cancel it: 30s, 5m, 2h.", "Default: 30s."})
    private Duration timeout = Duration.ofSeconds(30);

    /** The command. */
    public CancelCommand(CommandContext context) {
        super(context);
    }

    @Override
    void check() {
        var _ = JobOptions.existing(job);
    }

    @Override
    int run(NetworkView network) throws InterruptedException {
        JobId wanted = new JobId(job);
        if (network.job(wanted).isEmpty()) {
            restore(wanted);
        }
        JobRecord found = network.job(wanted).orElseThrow(() -> JobOptions.unknown(wanted));
        if (found.state().ended()) {
            return tell(found);
        }
        network.requestCancel(found);
        if (!network.owned(wanted)) {
            if (found.campaign()) {
                network.recordCancelled(found);
            } else {
                resume(wanted);
            }
        }
        Optional<JobRecord> ended = network.awaitEnd(wanted, timeout);
        if (ended.isPresent()) {
            return tell(ended.get());
        }
        return fail(network.owned(wanted)
                ? "the submitter of " + wanted + " has not answered yet; the request stands, see sluice jobs"
                : wanted + " has just lost its submitter; say again: sluice cancel " + wanted);
    }

    /** The tracker may have lost the job's record, and Kafka still have its topic. */
    private void restore(JobId wanted) throws InterruptedException {
        try (Network joined = context().networks().connect(address(), NetworkOptions.PATIENCE)) {
            joined.runner().restore(wanted);
        }
    }

    /** A job that has lost its submitter has nobody to cancel it: we play its root, which finds the request. */
    private void resume(JobId wanted) throws InterruptedException {
        try (Network joined = context().networks().connect(address(), NetworkOptions.PATIENCE)) {
            var _ = joined.runner().resume(wanted, Optional.empty(), new Unobserved()).await();
        }
    }

    private int tell(JobRecord record) {
        boolean cancelled = record.state() == JobState.CANCELLED;
        if (options().json()) {
            Json.line(out(), json -> {
                json.writeStartObject();
                json.writeStringField("job", record.job().value());
                json.writeStringField("state", record.state().name());
                json.writeEndObject();
            });
        } else {
            out().println(record.job() + (cancelled ? " is cancelled" : " had ended before: " + record.state()));
        }
        return cancelled ? ExitStatus.FOUND : ExitStatus.EXHAUSTED;
    }

    /** Nobody waits for anything but the end. */
    private static final class Unobserved implements JobRunner.Observer {
        @Override
        public void began(JobSpec spec) {
            // It is about to end.
        }

        @Override
        public void progressed(Progress progress) {
            // It is about to end.
        }

        @Override
        public void noticed(Notice notice) {
            // The answer tells enough.
        }
    }
}
