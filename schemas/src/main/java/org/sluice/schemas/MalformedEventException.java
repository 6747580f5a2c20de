package org.sluice.schemas;

/** Says that bytes from a topic are not an event that this peer understands; the message is the reason, in one line. */
public final class MalformedEventException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 300;

    MalformedEventException(String reason) {
        super(oneLine(reason));
    }

    MalformedEventException(String reason, Throwable cause) {
        super(oneLine(reason), cause);
    }

    /** The reason, in one line of readable characters. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** Whoever wrote the bytes may have chosen part of the text, so it must not be able to forge lines of a log. */
    private static String oneLine(String reason) {
        String line = reason.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }
}
