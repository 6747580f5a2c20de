package org.sluice.schemas.codec;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.Optional;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TlsRefusalTest {
    private static Optional<String> reason(IOException failure, Throwable cause) {
        failure.initCause(cause);
        return TlsRefusal.reason(failure);
    }

    @Test
    void whoRefusesWhomIsTold() {
        assertEquals(Optional.of("TLS fails: Received fatal alert: bad_certificate"),
                TlsRefusal.reason(new SSLHandshakeException("Received fatal alert: bad_certificate")));
        assertEquals(Optional.of("its certificate is not trusted here: no name matches"),
                reason(new SSLHandshakeException("no"), new CertificateException("no name matches")));
        assertEquals(Optional.of("it does not speak TLS"),
                TlsRefusal.reason(new SSLException("Unsupported or unrecognized SSL message")));
    }

    @Test
    void aConnectionThatBrokeWasNotRefused() {
        assertEquals(Optional.empty(), reason(new SSLHandshakeException("ended"), new EOFException("shut down")));
        assertEquals(Optional.empty(), reason(new SSLException("reset"), new SocketException("Connection reset")));
        for (IOException failure : new IOException[]{new ConnectException("refused"),
                new SocketTimeoutException("late"),
                new EOFException()}) {
            assertEquals(Optional.empty(), TlsRefusal.reason(failure));
        }
    }
}
