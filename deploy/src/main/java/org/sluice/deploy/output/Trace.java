package org.sluice.deploy.output;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.sluice.schemas.codec.Printable;

import org.jspecify.annotations.Nullable;

/** A failure's whole trace as printable lines: its messages may hold what others have chosen, which must not look like lines of ours. */
public final class Trace {
    private Trace() {}

    /** The failure, where it happened, and so for each of its causes. */
    public static List<String> lines(Throwable failure) {
        List<String> lines = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        String prefix = "";
        for (@Nullable
        Throwable one = failure; one != null && seen.add(one); one = one.getCause()) {
            lines.add(Printable.line(prefix + one));
            for (StackTraceElement element : one.getStackTrace()) {
                lines.add(Printable.line("    at " + element));
            }
            prefix = "Caused by: ";
        }
        return lines;
    }
}
