package org.sluice.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.sluice.schemas.codec.Printable;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.WorkKind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The rates of another machine, as {@code benchmark --json} printed them there.
 *
 * <p>The file may come from anybody: its size and all that is read of it have bounds, and its texts are escaped.
 */
final class OtherMachine {
    private static final int LARGEST_FILE = 1 << 20;
    private static final int LONGEST_TEXT = 200;
    private static final long HIGHEST_RATE = 1_000_000_000_000_000_000L;

    private final List<Row> rows;

    /**
     * A row of that machine's benchmark.
     *
     * @param doubt why its rate may not be the kernel's, if it was not steady
     */
    record Row(String kernel, String work, int threads, long hashesPerSecond, Optional<String> doubt) {
        boolean isOf(WorkKind kind) {
            return work.equals(kind.label());
        }
    }

    private OtherMachine(List<Row> rows) {
        this.rows = rows;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be read, or is no benchmark's output; the message is one line for its user
     */
    static OtherMachine read(Path file) {
        JsonNode array;
        try {
            array = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(bytes(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is not JSON" + Optional.ofNullable(e.getLocation())
                    .map(at -> " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
                    .orElse(""), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getMessage(), e);
        }
        if (!array.isArray() || array.isEmpty()) {
            throw notABenchmark(file, "it is no array of rows");
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : array) {
            try {
                rows.add(row(row));
            } catch (IllegalArgumentException e) {
                throw notABenchmark(file, "row " + (rows.size() + 1) + " has no " + e.getMessage());
            }
        }
        return new OtherMachine(rows);
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw notABenchmark(file, "it has more than " + LARGEST_FILE + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(file + " may not be read by this user", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException notABenchmark(Path file, String why) {
        return new IllegalArgumentException(file + " is not the output of 'benchmark --json': " + why);
    }

    private static Row row(JsonNode row) {
        JsonNode doubt = row.path("doubt");
        return new Row(text(row, "kernel"), text(row, "work"),
                (int) number(row, "threads", 1, BenchmarkCommand.MOST_THREADS),
                number(row, "hashesPerSecond", 0, HIGHEST_RATE),
                doubt.isMissingNode() || doubt.isNull() ? Optional.empty() : Optional.of(text(row, "doubt")));
    }

    private static String text(JsonNode row, String name) {
        JsonNode value = row.path(name);
        if (!value.isTextual() || value.textValue().isBlank() || value.textValue().length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("text '" + name + "' of up to " + LONGEST_TEXT + " characters");
        }
        return Printable.line(value.textValue());
    }

    private static long number(JsonNode row, String name, long least, long most) {
        JsonNode value = row.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least
                || value.longValue() > most) {
            throw new IllegalArgumentException("whole number '" + name + "' from " + least + " to " + most);
        }
        return value.longValue();
    }

    /**
     * The row to set beside one of this machine: of the same kernel, kind of work and number of threads; beside a row of all this machine's
     * threads, if there is none, that of all threads there.
     *
     * @param most the most threads of a row here
     */
    Optional<Row> like(Measurement here, int most) {
        List<Row> same = rows.stream()
                .filter(row -> row.isOf(here.work()) && row.kernel().equals(here.kernel()))
                .toList();
        return same.stream()
                .filter(row -> row.threads() == here.threads())
                .findFirst()
                .or(() -> same.stream()
                        .filter(row -> here.threads() == most && row.threads() > 1)
                        .max(Comparator.comparingInt(Row::threads)));
    }

    /** All rows of a kind of work. */
    List<Row> rows(WorkKind kind) {
        return rows.stream().filter(row -> row.isOf(kind)).toList();
    }

    /** The kernels that were measured there, each once. */
    List<String> kernels() {
        return rows.stream().map(Row::kernel).distinct().toList();
    }
}
