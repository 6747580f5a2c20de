package org.sluice.simulator;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The simulator's own test: bugs that are planted in the protocol, each of which it must find within 200 seeds.
 *
 * <p>A mutant is the protocol's real source with one piece replaced, compiled and loaded beside the original. So production
 * code knows nothing of it, and a mutant that does not fit the source any more fails its test.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class MutantsTest {
    private static final int SEEDS = 200;
    private static final Path SOURCES = Path.of("..", "protocol", "src", "main", "java", "org", "sluice", "protocol");

    @TempDir
    Path folder;

    /**
     * A planted bug.
     *
     * @param name what it does
     * @param file the file that is changed
     * @param original what is replaced, once in the file
     * @param replacement by what
     */
    record Mutant(String name, String file, String original, String replacement) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Mutant> mutants() {
        List<Mutant> mutants = new ArrayList<>();
        mutants.add(new Mutant("drop an orphan's results", "worker/Coordinator.java", """
                node.told(adopt);""", ""));
        mutants.add(new Mutant("leave a lost journal empty", "root/Journal.java",
                "new Rewriting(node.spec(), node, context).write(submitter, age, verified);",
                ""));
        mutants.add(new Mutant("forget coverage once acknowledged", "account/Uplink.java",
                "for (Coverage coverage : facts.of(ranges)) {", "for (Coverage coverage : List.<Coverage>of()) {"));
        mutants.add(new Mutant("count a range twice", "root/Answer.java", "BigInteger.valueOf(ranges.size())",
                "BigInteger.valueOf(2 * ranges.size())"));
        mutants.add(new Mutant("give a range away and keep it", "node/Distribution.java",
                "if (delegation.holding.equals(subjob.subjob) || delegation.order > subjob.order) {", """
                        if (delegation.offered().isEmpty() \
                        && (delegation.holding.equals(subjob.subjob) || delegation.order > subjob.order)) {"""));
        mutants.add(new Mutant("obey a stale parent's Cancel", "node/Commands.java",
                "if (subjob.parent().equals(sender) && subjob.epoch() == epoch) {", "if (subjob.epoch() >= epoch) {"));
        mutants.add(new Mutant("let failure timers run through a broker outage", "step/Liveness.java",
                "Duration pulse = suspicion.pulse;", "Duration pulse = Duration.ZERO;"));
        mutants.add(new Mutant("discard a late result", "worker/Coordinator.java", """
                node.told(result);""", """
                if (node.distribution().delegations().stream().anyMatch(part -> part.child.equals(result.sender()))) {
                    node.told(result);
                }"""));
        mutants.add(new Mutant("unite what comes with a false solution", "node/JobNode.java",
                "if (lie.isEmpty()) {", "if (teller != null) {"));
        mutants.add(new Mutant("distrust whom a false claim names", "node/JobNode.java",
                "host.lied(this, teller);",
                "solutions.forEach(claimed -> host.lied(this, claimed.peer()));"));
        mutants.add(new Mutant("forget a timer", "node/Offers.java", """
                context.timers().set(new Timer.RequestUnanswered(node.id(), delegation.subjob), \
                context.in(patience));""", ""));
        mutants.add(new Mutant("hash on when a solution has decided the job", "node/JobNode.java",
                "return spec.mode() == Mode.FIRST && !facts.solutions().isEmpty();",
                "return spec.mode() == Mode.FIRST && facts.distrusted() == null;"));
        mutants.add(new Mutant("let a stranger end a worker's part for good", "root/Epochs.java",
                "node.root().named(node.id(), node.root().epoch() + 1);", ""));
        mutants.add(new Mutant("believe of the root what others say of it", "account/KnownRoot.java",
                "boolean isRoot = teller.equals(job);", "boolean isRoot = true;"));
        mutants.add(new Mutant("believe anybody whose word does not count", "node/Commands.java",
                "if (request.sender().equals(node.id())) {\n            request.distrusted()",
                "if (request.ranges() != null) {\n            request.distrusted()"));
        mutants.add(new Mutant("believe what is said of another job by the same name", "account/KnownRoot.java",
                "return message.mayMean(meant);", "return true;"));
        mutants.add(new Mutant("keep ranges apart that touch", "value/RangeSet.java",
                "if (length > 0 && start <= bounds[length - 1]) {", "if (length > 0 && start < bounds[length - 1]) {"));
        return mutants;
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void thePlantedBugIsFound(Mutant mutant) throws Exception {
        compile(mutant);
        try (URLClassLoader loader = loader()) {
            LongFunction<?> trial = (LongFunction<?>) loader.loadClass(Trial.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            String found = "";
            long seed = 0;
            while (found.isEmpty() && seed < SEEDS) {
                found = String.valueOf(trial.apply(seed));
                seed++;
            }
            assertFalse(found.isEmpty(), () -> mutant + " was not found with " + SEEDS + " seeds");
        }
    }

    private void compile(Mutant mutant) throws IOException {
        String source = Files.readString(SOURCES.resolve(mutant.file));
        int at = source.indexOf(mutant.original);
        assertTrue(at >= 0 && source.indexOf(mutant.original, at + 1) < 0,
                () -> mutant + " does not fit " + mutant.file + " any more");
        Path changed = folder.resolve(Path.of(mutant.file).getFileName());
        Files.writeString(changed, source.replace(mutant.original, mutant.replacement));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(null, null, null, "-nowarn", "-proc:none", "-d", folder.toString(), "-cp",
                System.getProperty("java.class.path"), changed.toString());
        assertTrue(status == 0, () -> mutant + " does not compile");
    }

    /** Loads the mutated class in place of the original, and everything that uses it anew. */
    private URLClassLoader loader() throws MalformedURLException {
        List<URL> places = new ArrayList<>();
        places.add(folder.toUri().toURL());
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            places.add(Path.of(place).toUri().toURL());
        }
        return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
