package org.sluice.submitter.command;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.NetworkView;
import org.sluice.submitter.report.Json;
import org.sluice.submitter.report.Table;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.TrackerOptions;

import com.fasterxml.jackson.core.JsonGenerator;
import picocli.CommandLine.Command;

import static org.sluice.submitter.report.Table.left;

/** {@code sluice jobs}: which jobs there are. */
@Command(name = "jobs", sortOptions = false, sortSynopsis = false, description = {
        "List the jobs that run and those that have ended and are not yet forgotten, oldest first.",
        "A job that is RUNNING without an owner has lost its submitter; sluice resume goes on with it. The blocks that sluice submit bitcoin "
                + "mines are one job, which is not resumed.",
        TrackerOptions.LOCAL},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice jobs", "  sluice jobs --tracker tracker.example.org --json"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:the list was printed, even if it is empty", "  2:wrong usage",
                "  3:the tracker does not answer", "130:interrupted"})
public final class JobsCommand extends NetworkCommand {
    /** The command. */
    public JobsCommand(CommandContext context) {
        super(context);
    }

    private record Entry(JobRecord job, boolean owned) {}

    @Override
    int run(NetworkView network) {
        List<Entry> jobs = network.jobs()
                .stream()
                .map(job -> new Entry(job, job.state() == JobState.RUNNING && network.owned(job.job())))
                .toList();
        if (options().json()) {
            Json.line(out(), json -> write(jobs, json));
        } else if (jobs.isEmpty()) {
            say("there are no jobs; start one with: sluice submit --help");
        } else {
            table(jobs).lines().forEach(out()::println);
        }
        return ExitStatus.FOUND;
    }

    private static Table table(List<Entry> jobs) {
        Table table = new Table(left("job"), left("state"), left("created"), left("expires"), left("searches"));
        for (Entry entry : jobs) {
            JobRecord job = entry.job();
            String state = job.state() == JobState.RUNNING && !entry.owned() ? "RUNNING, no owner" : job.state().name();
            table.add(List.of(job.job().value(), state, seconds(job.created()), seconds(job.expires()),
                    job.description()));
        }
        return table;
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void write(List<Entry> jobs, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("jobs");
        for (Entry entry : jobs) {
            JobRecord job = entry.job();
            json.writeStartObject();
            json.writeStringField("job", job.job().value());
            json.writeStringField("state", job.state().name());
            json.writeBooleanField("owned", entry.owned());
            json.writeStringField("created", job.created().toString());
            json.writeStringField("expires", job.expires().toString());
            json.writeStringField("description", job.description());
            json.writeStringField("submitter", job.submitter().value());
            json.writeNumberField("rootEpoch", job.rootEpoch());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
