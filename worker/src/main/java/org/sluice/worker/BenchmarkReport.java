package org.sluice.worker;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.measure.Benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What {@code benchmark} prints: a table whose rows come as they are measured, or a JSON array; another machine's rates beside this one's. */
final class BenchmarkReport {
    private final PrintWriter out;
    private final boolean json;
    private final Optional<OtherMachine> there;
    private final ArrayNode array = JsonNodeFactory.instance.arrayNode();
    private final int width;

    /**
     * A report that has begun.
     *
     * @param kernels all that will be measured
     * @param there the machine to compare with
     */
    BenchmarkReport(PrintWriter out, boolean json, List<SearchKernel> kernels, Optional<OtherMachine> there) {
        this.out = out;
        this.json = json;
        this.there = there;
        this.width = Stream
                .concat(kernels.stream().map(SearchKernel::inWords),
                        there.stream().flatMap(machine -> machine.kernels().stream()))
                .mapToInt(String::length)
                .max()
                .orElse(1);
        if (!json) {
            out.printf("%-15s %-" + width + "s %7s %14s %5s %8s%s%n", "work", "kernel", "threads", "rate", "cpu",
                    "of best",
                    there.isPresent() ? String.format("   %14s %7s %7s", "rate there", "threads", "ratio") : "");
            out.flush();
        }
    }

    /** Adds the results of a kind of work. */
    void add(WorkKind kind, List<Benchmark.Result> results) {
        int most = results.stream().mapToInt(result -> result.measurement().threads()).max().orElse(1);
        List<OtherMachine.Row> onlyThere = new ArrayList<>();
        there.ifPresent(machine -> onlyThere.addAll(machine.rows(kind)));
        for (Benchmark.Result result : results) {
            Optional<OtherMachine.Row> other = there.flatMap(machine -> machine.like(result.measurement(), most));
            other.ifPresent(onlyThere::remove);
            if (json) {
                append(result, other);
            } else {
                print(result, results, other);
            }
        }
        if (!json) {
            onlyThere.forEach(this::print);
            out.flush();
        }
    }

    /** Ends the report. */
    void end() {
        if (json) {
            out.println(array);
            out.flush();
        }
    }

    private static Optional<Double> ratio(Measurement here, Optional<OtherMachine.Row> other) {
        return other.filter(row -> row.hashesPerSecond() > 0)
                .map(row -> (double) here.hashesPerSecond() / row.hashesPerSecond());
    }

    private void append(Benchmark.Result result, Optional<OtherMachine.Row> other) {
        Measurement measurement = result.measurement();
        ObjectNode row = array.addObject()
                .put("kernel", measurement.kernel())
                .put("instructions", result.kernel().instructions().orElse(null))
                .put("work", measurement.work().label())
                .put("threads", measurement.threads())
                .put("hashesPerSecond", measurement.hashesPerSecond())
                .put("processorShare", thousandths(result.processorShare()))
                .put("steady", result.doubt().isEmpty())
                .put("doubt", result.doubt().orElse(null));
        if (there.isPresent()) {
            row.set("there", other.map(BenchmarkReport::node).orElse(null));
            row.put("ratio", ratio(measurement, other).map(BenchmarkReport::thousandths).orElse(null));
        }
    }

    private static ObjectNode node(OtherMachine.Row row) {
        return JsonNodeFactory.instance.objectNode()
                .put("threads", row.threads())
                .put("hashesPerSecond", row.hashesPerSecond())
                .put("steady", row.doubt().isEmpty())
                .put("doubt", row.doubt().orElse(null));
    }

    private static double thousandths(double value) {
        return Math.round(1_000 * value) / 1_000.0;
    }

    private void print(Benchmark.Result result, List<Benchmark.Result> results, Optional<OtherMachine.Row> other) {
        Measurement one = result.measurement();
        long best = results.stream()
                .map(Benchmark.Result::measurement)
                .filter(another -> another.threads() == one.threads())
                .mapToLong(Measurement::hashesPerSecond)
                .max()
                .orElseThrow();
        out.printf(Locale.ROOT, "%-15s %-" + width + "s %7d %9.3f MH/s %4.0f%% %7.1f%%%s%s%s%n", one.work().label(),
                result.kernel().inWords(), one.threads(), one.hashesPerSecond() / 1e6, 100 * result.processorShare(),
                100.0 * one.hashesPerSecond() / Math.max(1, best), there.isPresent() ? beside(one, other) : "",
                result.doubt().map(why -> "  not steady: " + why).orElse(""), doubtThere(other));
    }

    /** A row that has none beside it here. */
    private void print(OtherMachine.Row row) {
        out.printf(Locale.ROOT, "%-15s %-" + width + "s %7s %14s %5s %8s   %9.3f MH/s %7d %7s%s%n", row.work(),
                row.kernel(),
                "-", "-", "-", "-", row.hashesPerSecond() / 1e6, row.threads(), "-", doubtThere(Optional.of(row)));
    }

    private static String beside(Measurement here, Optional<OtherMachine.Row> other) {
        return other.map(row -> String.format(Locale.ROOT, "   %9.3f MH/s %7d %7s", row.hashesPerSecond() / 1e6,
                row.threads(),
                ratio(here, other).map(ratio -> String.format(Locale.ROOT, "%.2f", ratio)).orElse("-")))
                .orElseGet(() -> String.format("   %14s %7s %7s", "-", "-", "-"));
    }

    private static String doubtThere(Optional<OtherMachine.Row> other) {
        return other.flatMap(OtherMachine.Row::doubt).map(why -> "  not steady there: " + why).orElse("");
    }
}
