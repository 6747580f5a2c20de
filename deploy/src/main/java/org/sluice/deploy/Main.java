package org.sluice.deploy;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Where the JVM begins; it needs no class but the JDK's, so that it can say what is wrong when others cannot be loaded.
 *
 * <p>A JVM whose main method fails ends with 1, which would say that all was searched and nothing found.
 */
public final class Main {
    private static final int INFRASTRUCTURE = 3;

    private Main() {}

    public static void main(String[] arguments) {
        int status;
        try {
            status = Program.run(arguments);
        } catch (Throwable failure) {
            status = INFRASTRUCTURE;
            complain(failure);
        }
        System.exit(status);
    }

    /** Past all streams, for it may be those that cannot be had. */
    @SuppressWarnings("EmptyCatch")
    private static void complain(Throwable failure) {
        try (FileOutputStream error = new FileOutputStream(FileDescriptor.err)) {
            error.write(
                    ("sluice: it cannot start or go on: " + failure.getClass().getSimpleName() + " " + reason(failure)
                            + "; is it built in full, and does it get enough memory and open files (ulimit -a)?\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (Throwable _) {
            // The status says it too.
        }
    }

    private static String reason(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return String.valueOf(first.getMessage()).replaceAll("[^ -~]", "?");
    }
}
