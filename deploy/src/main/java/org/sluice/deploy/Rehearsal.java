package org.sluice.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.sluice.deploy.embedded.DataFolder;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;

/**
 * The runs from which the launcher makes its ahead-of-time caches: what nearly every start does, once.
 *
 * <p>The JVM records which classes are loaded and linked, and which methods are worth compiling; later starts find them ready.
 * A cache serves those commands best that were rehearsed, and no others: what a cache has beyond them costs time as well.
 */
final class Rehearsal {
    private static final String TRACKER = "Tracker";

    private Rehearsal() {}

    /**
     * {@code asking}: commands that ask and end; {@code working}: a worker; {@code serving}: a network with workers and a job;
     * {@code native}: says, by the exit status 0 or 1, whether a kernel hashes here that is right and at its full rate at once, as
     * native ones are, so that nothing waits for the optimising compiler.
     */
    public static void main(String[] arguments) throws IOException {
        switch (arguments.length == 1 ? arguments[0] : "") {
            case "asking" -> System.exit(beside(Rehearsal::ask));
            case "working" -> System.exit(beside(Rehearsal::work));
            case "serving" -> serve();
            case "native" -> System.exit(Kernels.candidates().stream().anyMatch(Rehearsal::needsNoCompiler) ? 0 : 1);
            default -> throw new IllegalArgumentException("say what to rehearse: asking, working, serving or native");
        }
    }

    private static boolean needsNoCompiler(SearchKernel kernel) {
        return !kernel.warmsUp() && KernelCheck.isCorrect(kernel, new SecureRandom());
    }

    private static void serve() {
        Program.run("up", "--help");
        System.exit(
                Program.run("submit", "integers", "--from", "0", "--to", "1_000_000", "--zeros", "60") == 1 ? 0 : 1);
    }

    private static int ask(String tracker) {
        Program.run("--version");
        Program.run("--help");
        Program.run("submit", "integers", "--from", "1");
        Program.run("jobs", "--tracker", tracker, "--json");
        Program.run("jobs", "--tracker", tracker);
        Program.run("peers", "--tracker", tracker, "--json");
        return Program.run("peers", "--tracker", tracker);
    }

    /** Until a job that another submits has been hashed here. */
    private static int work(String tracker) throws IOException {
        Program.run("worker", "--help");
        Thread.ofPlatform()
                .daemon()
                .name("sluice-rehearsal-worker")
                .start(() -> Program.run("worker", "--tracker", tracker));
        Process submitter = new ProcessBuilder(command("submit", "integers", "--from", "0", "--to", "1_000_000",
                "--zeros", "60", "--tracker", tracker, "--timeout", "1m")).inheritIO().start();
        return submitter.onExit().join().exitValue() == 1 ? 0 : 1;
    }

    /** What is rehearsed beside a network. */
    private interface Part {
        int play(String tracker) throws IOException;
    }

    /** Starts a network in another JVM, whose classes have no business in the cache. */
    private static int beside(Part part) throws IOException {
        try (DataFolder data = DataFolder.temporary()) {
            Process network = new ProcessBuilder(
                    command("up", "--port", "0", "--data", data.path().resolve("network").toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // However this process ends, the network does not outlive it.
            Thread ending = new Thread(network::destroyForcibly, "sluice-rehearsal-end");
            Runtime.getRuntime().addShutdownHook(ending);
            int status;
            try (BufferedReader output = network.inputReader()) {
                String tracker = output.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith(TRACKER))
                        .map(line -> line.substring(TRACKER.length()).strip())
                        .findFirst()
                        .orElseThrow(() -> new IOException("the network did not start"));
                status = part.play(tracker);
            } finally {
                network.destroyForcibly();
            }
            network.onExit().join();
            return status;
        }
    }

    private static List<String> command(String... arguments) {
        ProcessHandle.Info self = ProcessHandle.current().info();
        Optional<String> java = self.command();
        List<String> command = new ArrayList<>();
        command.add(java.orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dzookeeper.admin.enableServer=false",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
