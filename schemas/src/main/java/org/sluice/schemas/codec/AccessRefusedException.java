package org.sluice.schemas.codec;

/** A server answers, and does not let this process in, or does not let it do something: trying again will not help. */
public final class AccessRefusedException extends ServersUnavailableException {
    /** With a line for people that names the server and what was refused. */
    public AccessRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
