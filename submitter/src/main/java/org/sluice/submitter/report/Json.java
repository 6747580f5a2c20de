package org.sluice.submitter.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/** Writes one JSON document on a line of its own. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Lets the document be written, ends the line and flushes; the writer stays open. */
    public static void line(PrintWriter out, Document document) {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            document.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the JSON document", e);
        }
        out.println();
        out.flush();
    }

    /** What is written. */
    @FunctionalInterface
    public interface Document {
        /** Writes it. */
        void write(JsonGenerator json) throws IOException;
    }
}
