package org.sluice.tracker.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.sluice.tracker.Await;
import org.sluice.tracker.Samples;
import org.sluice.tracker.TrackerCommand;

import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code sluice tracker} in a process of its own, which can be killed. */
public final class TrackerProcess implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final int clientPort;

    private TrackerProcess(Process process, Path output, int clientPort) {
        this.process = process;
        this.output = output;
        this.clientPort = clientPort;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TrackerCommand()).execute(arguments));
    }

    public static TrackerProcess start(Path folder, int id, List<String> servers) throws IOException {
        Files.createDirectories(folder);
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = Samples.java(TrackerProcess.class, "--id", Integer.toString(id), "--data",
                folder.resolve("member" + id).toString(), "--servers", String.join(",", servers), "--tick",
                Long.toString(Samples.TICK.toMillis())).redirectOutput(output.toFile()).start();
        return new TrackerProcess(process, output, Member.parse(servers.get(id - 1)).clientPort());
    }

    /** Descriptions of so many members on free ports of this machine. */
    public static List<String> members(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<String> members = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                members.add("127.0.0.1:" + sockets.get(3 * i).getLocalPort() + ":"
                        + sockets.get(3 * i + 1).getLocalPort() + ":" + sockets.get(3 * i + 2).getLocalPort());
            }
            return members;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    public String address() {
        return "127.0.0.1:" + clientPort;
    }

    public String output() throws IOException {
        return Files.readString(output);
    }

    public void awaitServing() {
        Await.that("the tracker serves", () -> output().contains(" serves at " + address()));
    }

    public boolean leads() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), clientPort)) {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .contains("Mode: leader");
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it as a power failure would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    }

    /** Asks it to stop. */
    public int terminate() throws InterruptedException {
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not stop");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
