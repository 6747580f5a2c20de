package org.sluice.deploy.failure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.ISetter;

/** How much is said on standard error; {@code logback.xml} has what holds without {@code --verbose}. */
public final class Logging {
    private static volatile boolean verbose;

    private Logging() {}

    static boolean verbose() {
        return verbose;
    }

    /** Lets Sluice tell all, and the libraries warn. */
    private static void raise() {
        verbose = true;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("ROOT").setLevel(Level.WARN);
            context.getLogger("org.sluice").setLevel(Level.DEBUG);
        }
    }

    /** What the command line calls for {@code --verbose}; also with false, when the option is not there. */
    public static final class VerboseSwitch implements ISetter {
        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> T set(T value) {
            if (Boolean.TRUE.equals(value)) {
                raise();
            }
            return value;
        }
    }
}
