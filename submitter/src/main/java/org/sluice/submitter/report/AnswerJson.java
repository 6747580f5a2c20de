package org.sluice.submitter.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;

import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;

import com.fasterxml.jackson.core.JsonGenerator;

/** An answer as the JSON document on which scripts rely: its fields and their order are a contract. */
public final class AnswerJson {
    private AnswerJson() {}

    /** Writes the document on one line. */
    public static void write(Answer answer, PrintWriter out) {
        Json.line(out, json -> write(answer, json));
    }

    private static void write(Answer answer, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("job", answer.job().id().value());
        json.writeStringField("status", answer.outcome().name());
        json.writeArrayFieldStart("solutions");
        for (Solution solution : answer.solutions()) {
            write(solution, answer.job().work(), json);
        }
        json.writeEndArray();
        json.writeFieldName("range");
        write(answer.job().range(), json);
        json.writeFieldName("hashes");
        json.writeNumber(answer.hashes());
        json.writeFieldName("overlapHashes");
        json.writeNumber(answer.overlapHashes());
        json.writeArrayFieldStart("gaps");
        for (Range gap : answer.gaps()) {
            write(gap, json);
        }
        json.writeEndArray();
        json.writeNumberField("elapsedSeconds", BigDecimal.valueOf(answer.elapsed().toMillis(), 3));
        json.writeFieldName("hashesPerSecond");
        json.writeNumber(hashesPerSecond(answer));
        json.writeArrayFieldStart("peers");
        for (Answer.Share share : answer.shares()) {
            json.writeStartObject();
            json.writeStringField("peer", share.peer().value());
            json.writeNumberField("hashes", share.hashes());
            json.writeNumberField("share", share.share());
            json.writeBooleanField("alive", share.alive());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(Solution solution, Work work, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("integer", solution.integer());
        json.writeStringField("digest", solution.digest().toHex());
        json.writeStringField("peer", solution.peer().value());
        switch (work) {
            case Work.Integers _ -> {
            }
            case Work.Header header -> {
                json.writeStringField("displayHash", solution.digest().reversed().toHex());
                if (header.rollVersion()) {
                    writeNonceAndVersion(header, solution.integer(), json);
                }
            }
            case Work.Block block -> {
                json.writeStringField("displayHash", solution.digest().reversed().toHex());
                json.writeNumberField("extranonce", block.space().extranonce(solution.integer()));
                writeNonceAndVersion(block.piece(solution.integer()), block.inPiece(solution.integer()), json);
            }
        }
        json.writeEndObject();
    }

    private static void writeNonceAndVersion(Work.Header header, long integer, JsonGenerator json) throws IOException {
        BlockHeader found = BlockHeader.of(header, integer);
        json.writeNumberField("nonce", found.nonce());
        json.writeNumberField("version", found.version());
    }

    private static void write(Range range, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("start", range.start());
        json.writeNumberField("end", range.end());
        json.writeEndObject();
    }

    /** The mean rate of the whole job, rounded to whole hashes; 0 for a job that took no time. */
    static BigInteger hashesPerSecond(Answer answer) {
        Duration elapsed = answer.elapsed();
        if (!elapsed.isPositive()) {
            return BigInteger.ZERO;
        }
        BigDecimal seconds = BigDecimal.valueOf(elapsed.getSeconds()).add(BigDecimal.valueOf(elapsed.getNano(), 9));
        return new BigDecimal(answer.hashes()).divide(seconds, 0, RoundingMode.HALF_UP).toBigInteger();
    }
}
