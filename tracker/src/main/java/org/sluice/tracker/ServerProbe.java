package org.sluice.tracker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.sluice.schemas.codec.TlsRefusal;
import org.sluice.tracker.node.TrackerRefusedException;

import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.common.SSLContextAndOptions;
import org.apache.zookeeper.common.X509Exception;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a tracker's servers without ZooKeeper's client but with its settings, because the client tells neither why it cannot
 * connect nor which version it is connected to.
 */
public final class ServerProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Larger than the answer of any server. */
    private static final int MOST_BYTES = 8_192;
    private static final Pattern VERSION = Pattern.compile("(?m)^Zookeeper version: ([0-9A-Za-z.]{1,40})");
    private static final Pattern MODE = Pattern.compile("(?m)^Mode: ([a-z-]{1,20})$");
    private static final String TLS_ALONE = "it speaks TLS alone";

    /** Null for servers without TLS. */
    private final @Nullable SSLContextAndOptions tls;

    /**
     * A probe with the client's settings.
     *
     * @throws TrackerRefusedException if they cannot be used
     */
    ServerProbe(ZKClientConfig settings) {
        if (!settings.getBoolean(ZKClientConfig.SECURE_CLIENT)) {
            tls = null;
            return;
        }
        try (ClientX509Util util = new ClientX509Util()) {
            tls = util.createSSLContextAndOptions(settings);
        } catch (X509Exception e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new TrackerRefusedException("the tracker's client cannot be made with these settings: "
                    + cause + "; see --tracker-properties", e);
        }
    }

    /**
     * A probe with settings of ZooKeeper's client, under its own names.
     *
     * @throws TrackerRefusedException if they cannot be used
     */
    public static ServerProbe with(Map<String, String> properties) {
        return new ServerProbe(Tracker.settings(properties));
    }

    /**
     * What a server says of itself.
     *
     * @param version of ZooKeeper
     * @param mode standalone, leader, follower or observer
     */
    public record Description(String version, String mode) {}

    /**
     * Asks a server what it is.
     *
     * @param server {@code host:port}
     * @return empty if it does not answer, or its setting {@code 4lw.commands.whitelist} leaves out {@code srvr}
     */
    public Optional<Description> describe(String server) {
        try {
            return described(connect(server));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Description> described(Socket connection) throws IOException {
        try (Socket socket = connection) {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String said = new String(socket.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(said);
            Matcher mode = MODE.matcher(said);
            return version.find() && mode.find()
                    ? Optional.of(new Description(version.group(1), mode.group(1)))
                    : Optional.empty();
        }
    }

    private Socket connect(String server) throws IOException {
        return connected(tls == null ? new Socket() : tls.createSSLSocket(), server);
    }

    private static Socket connected(Socket socket, String server) throws IOException {
        InetSocketAddress address = new ConnectStringParser(server).getServerAddresses().getFirst();
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()),
                    (int) PATIENCE.toMillis());
            if (socket instanceof SSLSocket secured) {
                secured.startHandshake();
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Why a server and this process do not get together: one does not accept the other's certificate, or only one of them speaks
     * TLS.
     *
     * @param server {@code host:port}
     * @return the reason in a few words; empty if the server is silent, or the reason is another
     */
    public Optional<String> refusal(String server) {
        return tls == null ? wantsTls(server) : refusalOfIdentity(server);
    }

    private Optional<String> refusalOfIdentity(String server) {
        try (Socket socket = connect(server)) {
            // With TLS 1.3 the client's handshake ends before the server has checked the client's certificate.
            var _ = socket.getInputStream().read();
            return Optional.empty();
        } catch (IOException e) {
            return TlsRefusal.reason(e).or(() -> speaksPlainly(server));
        }
    }

    /** A ZooKeeper server without TLS closes the connection on a TLS handshake, so it must be asked in plain text. */
    private static Optional<String> speaksPlainly(String server) {
        try {
            return described(connected(new Socket(), server)).map(_ -> "it does not speak TLS");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> wantsTls(String server) {
        try (Socket _ = connected(SSLContext.getDefault().getSocketFactory().createSocket(), server)) {
            return Optional.of(TLS_ALONE);
        } catch (IOException e) {
            return TlsRefusal.isPlain(e) ? Optional.empty() : TlsRefusal.reason(e).map(_ -> TLS_ALONE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }
}
