package org.sluice.schemas.codec;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

import javax.net.ssl.SSLException;

/** Tells a TLS connection that one side has refused from one that broke. */
public final class TlsRefusal {
    /** The JDK's message for a peer that does not speak TLS. */
    private static final String PLAIN = "Unsupported or unrecognized SSL message";

    private TlsRefusal() {}

    /**
     * Why a TLS connection was refused: one side does not accept the other's certificate, or the other side does not speak TLS.
     *
     * @param failure of a connection
     * @return the reason in a few words; empty if the connection broke or timed out, which says nothing about TLS, as the server may
     *         be stopping
     */
    public static Optional<String> reason(IOException failure) {
        Throwable cause = failure;
        boolean isCertificate = false;
        while (cause.getCause() != null) {
            cause = cause.getCause();
            isCertificate |= cause instanceof GeneralSecurityException;
        }
        if (isPlain(failure)) {
            return Optional.of("it does not speak TLS");
        }
        if (!(failure instanceof SSLException) || (cause instanceof IOException && !(cause instanceof SSLException))) {
            return Optional.empty();
        }
        return Optional.of((isCertificate ? "its certificate is not trusted here: " : "TLS fails: ")
                + cause.getMessage());
    }

    /** Whether the failure is that the other side does not speak TLS. */
    public static boolean isPlain(IOException failure) {
        return PLAIN.equals(failure.getMessage());
    }
}
