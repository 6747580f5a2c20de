package org.sluice.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of the packaged Sluice in a process of its own, as a user would start it. */
final class SluiceProcess implements AutoCloseable {
    /** Everything takes longer on a busy machine; a test that waits in vain fails only then. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Where the workers of this test run listen to commands, apart from those of the user who runs it. */
    private static final Path RUNTIME = runtimeFolder();

    /** No other main class than the launcher's own. */
    private static final String SLUICE = "";

    private final List<String> arguments;
    private final Process process;
    private final Lines out;
    private final Lines err;

    private SluiceProcess(List<String> arguments, Process process) {
        this.arguments = arguments;
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    private static Path runtimeFolder() {
        try {
            Path folder = Files.createTempDirectory("sluice-run");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts {@code ./sluice} with the arguments. */
    static SluiceProcess start(String... arguments) {
        return start(List.of(), SLUICE, arguments);
    }

    /** Starts {@code ./sluice} with the arguments in a JVM with one option more. */
    static SluiceProcess startWith(String option, String... arguments) {
        return startWith(List.of(option), arguments);
    }

    /** The same with several options more. */
    static SluiceProcess startWith(List<String> options, String... arguments) {
        return start(options, SLUICE, arguments);
    }

    /** Starts another main class that is in Sluice's jars. */
    static SluiceProcess startMain(String mainClass, String... arguments) {
        return start(List.of(), mainClass, arguments);
    }

    /** The same in a JVM with one option more. */
    static SluiceProcess startMainWith(String option, String mainClass, String... arguments) {
        return start(List.of(option), mainClass, arguments);
    }

    private static SluiceProcess start(List<String> jvmOptions, String mainClass, String[] arguments) {
        List<String> command = new ArrayList<>(List.of("sh", Installation.launcher().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("SLUICE_TRACKER");
        builder.environment().putAll(Installation.settings());
        builder.environment()
                .putAll(Map.of("SLUICE_RUNTIME_DIR", RUNTIME.toString(), "SLUICE_MAIN", mainClass,
                        "SLUICE_JAVA_OPTIONS", String.join(" ", jvmOptions)));
        try {
            return new SluiceProcess(List.of(arguments), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line on standard output that the expression finds itself in. */
    Matcher awaitOutput(String expression) throws InterruptedException {
        return out.await(Pattern.compile(expression), _ -> true, this);
    }

    /** Waits until so many lines on standard output have the expression in them. */
    void awaitOutput(String expression, long count) throws InterruptedException {
        AtomicLong seen = new AtomicLong();
        out.await(Pattern.compile(expression), _ -> seen.incrementAndGet() >= count, this);
    }

    /** Waits for a line on standard error that the expression finds itself in. */
    Matcher awaitError(String expression) throws InterruptedException {
        return awaitError(expression, _ -> true);
    }

    /** Waits for a line on standard error that the expression finds itself in, and whose match is the one wanted. */
    Matcher awaitError(String expression, Predicate<Matcher> wanted) throws InterruptedException {
        return err.await(Pattern.compile(expression), wanted, this);
    }

    /** Waits until the process has used so much more of a processor. */
    void awaitProcessorTime(Duration more) throws InterruptedException {
        Duration enough = processorTime().plus(more);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (processorTime().compareTo(enough) < 0) {
            if (System.nanoTime() - deadline > 0 || process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("it does nothing: " + this);
            }
        }
    }

    /** How long it has had a processor so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(this + " did not end within " + PATIENCE);
        }
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: it stands still, as on a machine that sleeps. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Sends a signal by its name, such as TSTP. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ended with " + status + ": " + this);
        }
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits for the end, whatever the exit status. */
    void awaitEnd() throws InterruptedException {
        var _ = exitCode();
    }

    /** All of standard output so far. */
    String output() {
        return out.text();
    }

    /** All of standard error so far. */
    String errors() {
        return err.text();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "sluice " + String.join(" ", arguments) + "\n--- out\n" + output() + "\n--- err\n" + errors();
    }

    /** What a stream has said, read on a thread of its own. */
    private static final class Lines {
        private final List<String> lines = new ArrayList<>();
        private final Thread reader;
        private boolean ended;

        Lines(InputStream stream) {
            // Not a virtual one: reading from a pipe would keep its carrier, of which there are few.
            reader = Thread.ofPlatform().daemon().start(() -> {
                try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        add(line);
                    }
                } catch (IOException e) {
                    add("(could not be read: " + e.getMessage() + ")");
                } finally {
                    end();
                }
            });
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        void awaitEnd() throws InterruptedException {
            reader.join(PATIENCE);
        }

        synchronized String text() {
            return String.join("\n", lines);
        }

        synchronized Matcher await(Pattern pattern, Predicate<Matcher> wanted, SluiceProcess process)
                throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int read = 0;
            while (true) {
                Optional<Matcher> found = lines.subList(read, lines.size())
                        .stream()
                        .map(pattern::matcher)
                        .filter(Matcher::find)
                        .filter(wanted)
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                read = lines.size();
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw new AssertionError("no line with " + pattern + " from " + process);
                }
                wait(left);
            }
        }
    }
}
