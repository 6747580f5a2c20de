package org.sluice.submitter.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.NetworkView;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.TrackerOptions;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice console}: what peers say to each other. */
@Command(name = "console", sortOptions = false, sortSynopsis = false, description = {
        "Print the events on the network's Kafka topics, a line each, in the order of their time.",
        "Without --topic, --peer or --job the topics of all peers and jobs are read. Without --follow it ends with the last event that was there at the start.",
        "With --json each event is a JSON document on a line of its own.",
        TrackerOptions.LOCAL},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice console", "  sluice console --follow --no-from-beginning",
                "  sluice console --job anna.header-k3x09a7b --json"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:all events were printed", "  2:wrong usage, or there is no such topic",
                "  3:the tracker, Kafka or the schema registry does not answer", "130:interrupted"})
public final class ConsoleCommand extends NetworkCommand {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Where where = new Where();

    @Option(names = "--follow", order = 4, description = "Go on with what arrives, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--from-beginning", order = 5, negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "With --follow: begin with the oldest event (the default), or with what arrives from now on.")
    private boolean fromBeginning = true;

    /** The command. */
    public ConsoleCommand(CommandContext context) {
        super(context);
    }

    /** The topic, in one of three forms. */
    static final class Where {
        @Option(names = "--topic", paramLabel = "T", order = 1, description = "Read this topic.")
        private Optional<String> topic = Optional.empty();

        @Option(names = "--peer", paramLabel = "P", order = 2, description = "Read the inbox of this peer.")
        private Optional<String> peer = Optional.empty();

        @Option(names = "--job", paramLabel = "J", order = 3,
                description = "Read the journal of this job, and what its root was told.")
        private Optional<String> job = Optional.empty();

        EventLog.Topics topics() {
            return topic.<EventLog.Topics>map(EventLog.Topics.One::new)
                    .or(() -> peer.map(name -> topics(() -> List.of(new Topic.Inbox(new PeerId(name))))))
                    .or(() -> job.map(name -> topics(() -> Topic.ofJob(new JobId(name)))))
                    .orElseGet(EventLog.Topics.All::new);
        }

        private static EventLog.Topics topics(Supplier<List<Topic>> topics) {
            try {
                return new EventLog.Topics.Some(topics.get());
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    void check() {
        where.topics();
        if (!fromBeginning && !follow) {
            throw new UsageException("--no-from-beginning needs --follow, else there is nothing to print");
        }
    }

    @Override
    int run(NetworkView network) throws InterruptedException {
        try (EventLog events = network.events()) {
            events.read(where.topics(), fromBeginning ? EventLog.From.BEGINNING : EventLog.From.NOW,
                    follow ? EventLog.Until.INTERRUPTED : EventLog.Until.CAUGHT_UP, this::print);
        }
        return ExitStatus.FOUND;
    }

    private void print(StoredRecord record) {
        out().println(options().json() ? record.json() : record.line());
        if (follow && out().checkError()) {
            // Nobody reads any more, as behind `| head`.
            throw new UncheckedIOException("standard output cannot be written any more", new IOException());
        }
    }
}
