package org.sluice.deploy.embedded;

import org.sluice.deploy.failure.NetworkException;

/** A port that was asked for by number is taken by another process. */
public final class PortInUseException extends NetworkException {
    private static final long serialVersionUID = 1L;

    private final int port;

    public PortInUseException(String what, String bindAddress, int port) {
        super("Port %d on %s, wanted for %s, is already in use; stop what uses it or choose another with --port (0 = a free one)"
                .formatted(port, bindAddress, what));
        this.port = port;
    }

    public int port() {
        return port;
    }
}
