package org.sluice.schemas.codec;

import org.jspecify.annotations.Nullable;

/** Says that Kafka or the schema registry does not answer or does not do what is asked; the message is one clear line. */
public sealed class ServersUnavailableException extends RuntimeException permits AccessRefusedException {
    private static final long serialVersionUID = 1L;

    public ServersUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
