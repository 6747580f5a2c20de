package org.sluice.submitter.admin;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

import org.sluice.schemas.codec.Printable;
import org.sluice.schemas.kafka.Servers;
import org.sluice.submitter.report.Json;
import org.sluice.submitter.report.Table;

import com.fasterxml.jackson.core.JsonGenerator;

import static org.sluice.submitter.report.Table.left;

/** A network's description for people and for scripts. Whoever can write to the tracker wrote it. */
final class DescriptionText {
    private DescriptionText() {}

    static void print(String tracker, Servers servers, boolean json, PrintWriter out) {
        if (json) {
            Json.line(out, document -> write(tracker, servers, document));
        } else {
            Table table = new Table(left("network"), left(Printable.line(servers.topics().network())));
            table.add(List.of("tracker", tracker));
            table.add(List.of("kafka", Printable.line(servers.bootstrapServers())));
            table.add(List.of("cluster id", servers.clusterId().map(Printable::line).orElse("not told")));
            table.add(List.of("registry", Printable.line(servers.registryUrl())));
            table.add(List.of("replication", servers.replication() + ", of which " + servers.minInSyncReplicas()
                    + " must have stored a record"));
            table.lines().forEach(out::println);
            out.flush();
        }
    }

    private static void write(String tracker, Servers servers, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("network", servers.topics().network());
        json.writeStringField("tracker", tracker);
        json.writeStringField("bootstrapServers", servers.bootstrapServers());
        json.writeStringField("clusterId", servers.clusterId().orElse(null));
        json.writeStringField("registryUrl", servers.registryUrl());
        json.writeNumberField("replication", servers.replication());
        json.writeNumberField("minInSyncReplicas", servers.minInSyncReplicas());
        json.writeEndObject();
    }
}
