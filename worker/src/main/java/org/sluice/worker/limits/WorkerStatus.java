package org.sluice.worker.limits;

import java.io.IOException;
import java.util.Optional;

/**
 * How a worker of this machine is.
 *
 * @param peer its identity
 * @param process the number of its process
 * @param paused why it does not hash, if it does not
 */
public record WorkerStatus(String peer, long process, Optional<String> paused) {
    static final String UNKNOWN_COMMAND = "what?";

    /** As it travels: identity, process and reason, separated by blanks; the reason is the rest of the line. */
    String line() {
        return peer + " " + process + paused.map(why -> " " + why).orElse("");
    }

    static WorkerStatus parse(String line) throws IOException {
        String[] parts = line.split(" ", 3);
        try {
            return new WorkerStatus(parts[0], Long.parseLong(parts.length > 1 ? parts[1] : ""),
                    parts.length > 2 ? Optional.of(parts[2]) : Optional.empty());
        } catch (NumberFormatException e) {
            throw new IOException("not understood: " + line, e);
        }
    }

    /** Whether people mean this worker by a name: its whole identity, or that without its incarnation. */
    public boolean isCalled(String name) {
        return peer.equals(name) || (peer.startsWith(name + ".") && peer.indexOf('.') == name.length());
    }

    /** For people. */
    public String inWords() {
        return peer + " (process " + process + "): "
                + paused.map(why -> "paused: " + why).orElse("hashes what it is given");
    }
}
