package org.sluice.deploy.failure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.sluice.deploy.DyingProcess;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process that can do nothing any more ends with a status by which a supervisor knows to start it again. */
@Tag("slow")
class ThreadDeathsTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    private Ended run(String death, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DyingProcess.class.getName(), death));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it lives on");
            return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aVitalThreadTakesTheProcessWithIt() throws Exception {
        assertEquals(new Ended(Failures.INFRASTRUCTURE, "",
                "sluice: the thread sluice-test has died, without which nothing goes on:"
                        + " java.lang.IllegalStateException: nothing; start this process again\n"),
                run("vital"));
    }

    @Test
    void thatDoesNotWaitForWhatHangs() throws Exception {
        assertEquals(Failures.INFRASTRUCTURE, run("vital with a hook that hangs").status());
    }

    @Test
    void anotherThreadDoesNot() throws Exception {
        assertEquals(0, run("other").status());
    }

    /** With the options of the launcher and the image; half a process that is out of memory is worse than none. */
    @Test
    void aFullMemoryEndsTheProcess() throws Exception {
        Ended ended = run("memory", "@" + Path.of("docker", "jvm.options").toAbsolutePath(), "-Xmx48m", "-Xms16m");
        assertEquals(Failures.INFRASTRUCTURE, ended.status());
        assertEquals("", ended.out(), "standard output is the job's");
        assertTrue(ended.err().contains("OutOfMemoryError"), ended.err());
    }
}
