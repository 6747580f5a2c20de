package org.sluice.schemas.codec;

import org.jspecify.annotations.Nullable;

/** Says that bytes from a topic are not an event that this peer understands; the message is the reason, in one line. */
public final class MalformedEventException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 300;

    public MalformedEventException(String reason) {
        this(reason, null);
    }

    /** Without a stack trace, which says nothing here and would make a flood of malformed records costly. */
    public MalformedEventException(String reason, @Nullable Throwable cause) {
        super(oneLine(reason), cause, false, false);
    }

    /** The reason, in one line of readable characters. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    private static String oneLine(String reason) {
        String line = Printable.line(reason);
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }
}
