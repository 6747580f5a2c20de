package org.sluice.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** A ZooKeeper in a process of its own, for its settings are its JVM's, that wants to know who comes. */
final class SaslServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private SaslServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static void main(String[] arguments) {
        System.setProperty("zookeeper.fips-mode", "false"); // It would keep this kind of login out.
        System.setProperty("java.security.auth.login.config", arguments[0]);
        QuorumPeerMain.main(new String[]{arguments[1]});
    }

    /** One that lets in who logs in as {@code anna} with this password, and nobody else. */
    static SaslServer start(Path folder, int port, String password) throws IOException {
        Path logins = Files.writeString(folder.resolve("logins"), """
                Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_anna="%s"; };
                """.formatted(password));
        Path settings = Files.writeString(folder.resolve("settings"), """
                tickTime=500
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                admin.enableServer=false
                authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider
                enforce.auth.enabled=true
                enforce.auth.schemes=sasl
                """.formatted(folder.resolve("data"), port));
        return new SaslServer(Samples.java(SaslServer.class, logins.toString(), settings.toString())
                .redirectOutput(folder.resolve("output").toFile())
                .start(), port);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Ends it as a power failure would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
