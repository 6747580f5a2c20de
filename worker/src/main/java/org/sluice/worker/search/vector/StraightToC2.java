package org.sluice.worker.search.vector;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.management.JMException;
import javax.management.ObjectName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks HotSpot not to compile the methods of {@link Rounds} with C1.
 *
 * <p>They are so large that C1 is busy with them for as long as C2 would be. What it makes of them is hardly faster than the
 * interpreter; and once they are its, some never get any further. A compiler directive (JEP 165) closes that way: from the
 * interpreter they go straight to C2. As an option of the JVM, a directive would be announced on standard output at each
 * start. A JVM without directives goes its own way, and takes longer until it hashes fast.
 */
final class StraightToC2 {
    private static final String DIRECTIVE = """
            [{match: "org/sluice/worker/search/vector/WrittenRounds*.*", c1: {Exclude: true}}]
            """;
    private static final Logger LOG = LoggerFactory.getLogger(StraightToC2.class);

    private static boolean asked;

    private StraightToC2() {}

    /** Asks, once; what was compiled before stays as it is. */
    static synchronized void ask() {
        if (asked) {
            return;
        }
        asked = true;
        try {
            Path file = Files.createTempFile("sluice-directive", ".json");
            try {
                Files.writeString(file, DIRECTIVE);
                Object answer = ManagementFactory.getPlatformMBeanServer()
                        .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerDirectivesAdd",
                                new Object[]{new String[]{"\"" + file + "\""}},
                                new String[]{String[].class.getName()});
                LOG.debug("{}", answer);
            } finally {
                Files.delete(file);
            }
        } catch (IOException | JMException | RuntimeException e) {
            LOG.debug("no directives for the compiler", e);
        }
    }
}
