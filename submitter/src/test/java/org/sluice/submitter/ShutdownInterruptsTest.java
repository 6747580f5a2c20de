package org.sluice.submitter;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShutdownInterruptsTest {
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void letsACommandFinishWhenItIsTerminated() throws Exception {
        Process process = start("finish");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("running", out.readLine());
            terminate(process);
            assertEquals("cancelling", out.readLine());
            assertEquals("finished", out.readLine());
        }
        assertEquals(128 + 15, process.waitFor());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsAtOnceWhileThereIsNothingToCancel() throws Exception {
        Process process = start("wait");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("running", out.readLine());
            terminate(process);
        }
        assertEquals(128 + 15, process.waitFor());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void doesNotWaitForEverForACommandThatHangs() throws Exception {
        Process process = start("hang");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("running", out.readLine());
            terminate(process);
            assertEquals("cancelling", out.readLine());
        }
        assertEquals(128 + 15, process.waitFor());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void leavesNoTraceOfACommandThatEnded() throws Exception {
        Process process = start("end");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("running", out.readLine());
        }
        assertEquals(7, process.waitFor());
    }

    private static Process start(String what) throws Exception {
        return new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xshare:auto", "-cp",
                System.getProperty("java.class.path"), Program.class.getName(), what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** By SIGTERM: SIGINT is ignored by what a shell has started in the background, these tests perhaps. */
    private static void terminate(Process process) throws Exception {
        Process kill = new ProcessBuilder(List.of("kill", "-TERM", Long.toString(process.pid()))).inheritIO().start();
        assertTrue(kill.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, kill.exitValue());
    }

    /** A command that behaves as its argument says. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            boolean hangs = arguments[0].equals("hang");
            CountDownLatch cancelled = new CountDownLatch(1);
            try (Interrupts.Watch watch = new ShutdownInterrupts(Duration.ofSeconds(hangs ? 1 : 30)).watch()) {
                if (!arguments[0].equals("wait")) {
                    watch.onInterrupt(() -> {
                        System.out.println("cancelling");
                        if (!hangs) {
                            cancelled.countDown();
                        }
                    });
                }
                System.out.println("running");
                if (!arguments[0].equals("end")) {
                    cancelled.await();
                    System.out.println(watch.interrupted() ? "finished" : "not interrupted");
                }
            }
            System.exit(7);
        }
    }
}
