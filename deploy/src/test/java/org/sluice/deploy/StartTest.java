package org.sluice.deploy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How a JVM ends that cannot do what it was started for: never with 1, which says that all was searched. */
@Tag("slow")
@Timeout(180)
final class StartTest {
    @TempDir
    private Path folder;

    private record Ended(int status, String errors) {}

    /** Runs the main class by a shell, with what is to stand behind it on the shell's command line. */
    private Ended run(String classPath, String behind) throws Exception {
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + behind, "sh",
                System.getProperty("java.home") + "/bin/java", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, "org.sluice.deploy.Main"));
        Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end");
        }
        return new Ended(process.exitValue(), Files.readString(errors));
    }

    @Test
    void classesThatCannotBeLoadedAreNamed() throws Exception {
        String ownClasses = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Ended ended = run(ownClasses, "--version");
        assertEquals(3, ended.status(), ended.errors());
        assertEquals(1, ended.errors().lines().count(), ended.errors());
        assertTrue(ended.errors().startsWith("sluice: it cannot start or go on: NoClassDefFoundError"), ended.errors());
    }

    @Test
    void outputThatIsClosedIsInfrastructure() throws Exception {
        Ended ended = run(System.getProperty("java.class.path"), "--version >&-");
        assertEquals(3, ended.status(), ended.errors());
        assertTrue(ended.errors().startsWith("sluice: standard output cannot be written: "), ended.errors());
        assertEquals(1, ended.errors().lines().count(), ended.errors());
        if (new File("/dev/full").exists()) {
            assertEquals(3, run(System.getProperty("java.class.path"), "worker --help >/dev/full").status());
        }
    }
}
