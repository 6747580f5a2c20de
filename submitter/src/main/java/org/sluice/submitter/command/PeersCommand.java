package org.sluice.submitter.command;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.sluice.protocol.PeerInfo;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.NetworkView;
import org.sluice.submitter.report.Json;
import org.sluice.submitter.report.Quantity;
import org.sluice.submitter.report.Table;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.TrackerOptions;

import com.fasterxml.jackson.core.JsonGenerator;
import picocli.CommandLine.Command;

import static org.sluice.submitter.report.Table.left;
import static org.sluice.submitter.report.Table.right;

/** {@code sluice peers}: who is alive. */
@Command(name = "peers", sortOptions = false, sortSynopsis = false,
        description = {"List the peers that are alive: workers, and submitters with their jobs.",
                "The rate is what a worker has measured that it can do for block headers with what it may use,",
                "not what it does now. A worker that does not hash for the time being says why.",
                TrackerOptions.LOCAL},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice peers", "  sluice peers --tracker tracker.example.org --json"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:the list was printed, even if it is empty", "  2:wrong usage",
                "  3:the tracker does not answer", "130:interrupted"})
public final class PeersCommand extends NetworkCommand {
    /** The command. */
    public PeersCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(NetworkView network) {
        List<PeerRecord> peers = network.peers();
        if (options().json()) {
            Json.line(out(), json -> write(peers, json));
        } else if (peers.isEmpty()) {
            say("no peer is alive; start one with: sluice worker --tracker " + network.tracker());
        } else {
            table(peers, network.time()).lines().forEach(out()::println);
        }
        return ExitStatus.FOUND;
    }

    private static Table table(List<PeerRecord> peers, Instant now) {
        Table table = new Table(left("peer"), left("role"), right("rate"), right("cores"), left("host"),
                left("version"), right("alive for"), left("paused"));
        for (PeerRecord peer : peers) {
            Registration about = peer.registration();
            boolean worker = about.role() == PeerInfo.Role.WORKER;
            Duration age = Duration.between(peer.since(), now);
            boolean hashes = worker && about.paused().isEmpty();
            table.add(List.of(about.peer().value(), about.role().name().toLowerCase(Locale.ROOT),
                    hashes ? Quantity.rate((double) about.hashesPerSecond()) : "",
                    worker ? Integer.toString(about.cores()) : "", about.host().orElse(""), about.version(),
                    Quantity.wholeSeconds(age.isNegative() ? Duration.ZERO : age), about.paused().orElse("")));
        }
        return table;
    }

    private static void write(List<PeerRecord> peers, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("peers");
        for (PeerRecord peer : peers) {
            Registration about = peer.registration();
            json.writeStartObject();
            json.writeStringField("peer", about.peer().value());
            json.writeStringField("role", about.role().name());
            json.writeNumberField("hashesPerSecond", about.hashesPerSecond());
            json.writeNumberField("cores", about.cores());
            json.writeStringField("version", about.version());
            json.writeArrayFieldStart("algorithms");
            for (String algorithm : about.algorithms().stream().sorted().toList()) {
                json.writeString(algorithm);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("otherRates");
            for (Map.Entry<String, Long> other : new TreeMap<>(about.rates().others()).entrySet()) {
                json.writeNumberField(other.getKey(), other.getValue());
            }
            json.writeEndObject();
            json.writeStringField("host", about.host().orElse(null));
            json.writeStringField("paused", about.paused().orElse(null));
            json.writeStringField("since", peer.since().toString());
            json.writeStringField("updated", peer.updated().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
