package org.sluice.submitter.mining;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;

import org.sluice.submitter.bitcoin.node.BlockVerdict.Outcome;
import org.sluice.submitter.report.Json;

import com.fasterxml.jackson.core.JsonGenerator;

/** What mining has come to as a JSON document on which scripts rely: its fields and their order are a contract. */
public final class MiningJson {
    private MiningJson() {}

    /** Writes the document on one line. */
    public static void write(MiningResult result, PrintWriter out) {
        Json.line(out, json -> write(result, json));
    }

    private static void write(MiningResult result, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("status", result.end().name());
        json.writeNumberField("accepted", result.count(Outcome.ACCEPTED));
        json.writeNumberField("stale", result.count(Outcome.STALE));
        json.writeNumberField("rejected", result.count(Outcome.REJECTED));
        json.writeArrayFieldStart("blocks");
        for (MinedBlock block : result.blocks()) {
            json.writeStartObject();
            json.writeNumberField("height", block.height());
            json.writeStringField("hash", block.hash().reversed().toHex());
            json.writeStringField("peer", block.finder().value());
            json.writeStringField("outcome", block.verdict().outcome().name());
            json.writeStringField("reason", block.verdict().reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeFieldName("hashes");
        json.writeNumber(result.hashes());
        json.writeNumberField("elapsedSeconds", BigDecimal.valueOf(result.elapsed().toMillis(), 3));
        json.writeEndObject();
    }
}
