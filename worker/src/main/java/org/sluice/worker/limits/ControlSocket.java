package org.sluice.worker.limits;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a running worker listens to {@code ./sluice worker pause}, {@code resume} and {@code status}: a Unix domain socket in
 * its user's {@link RuntimeFolder}, named after the process.
 *
 * <p>One connection carries one line, a {@link Command}, and its answer, a {@link WorkerStatus}. Whoever may enter the folder
 * may command; that is the user, and root.
 */
public final class ControlSocket implements AutoCloseable {
    static final String SUFFIX = ".sock";
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Path file;
    private final ServerSocketChannel server;
    private final Handler handler;

    /** What a worker can be told. */
    public enum Command {
        /** Hash no more until told to resume. */
        PAUSE,
        /** Hash again, as far as nothing else forbids it. */
        RESUME,
        /** Only answer. */
        STATUS;

        String line() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Command> parse(String line) {
            for (Command command : values()) {
                if (command.line().equals(line)) {
                    return Optional.of(command);
                }
            }
            return Optional.empty();
        }
    }

    /** Carries a command out and answers how the worker is then; called by any thread. */
    public interface Handler {
        /** Obeys. */
        WorkerStatus obey(Command command);
    }

    private ControlSocket(Path file, ServerSocketChannel server, Handler handler) {
        this.file = file;
        this.server = server;
        this.handler = handler;
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if this machine or user has no place for a socket; the worker can do without one
     */
    public static ControlSocket open(Handler handler) throws IOException {
        return open(RuntimeFolder.of(System.getenv(), System.getProperty("user.home", "")), handler);
    }

    static ControlSocket open(Path folder, Handler handler) throws IOException {
        ServerSocketChannel server;
        Path file = folder.resolve(ProcessHandle.current().pid() + SUFFIX);
        try {
            RuntimeFolder.prepare(folder);
            // Whoever left it had this process's number, so it is dead.
            Files.deleteIfExists(file);
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(file));
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix domain sockets", e);
        }
        ControlSocket socket = new ControlSocket(file, server, handler);
        Thread.ofPlatform().name("sluice-control").daemon().start(socket::listen);
        return socket;
    }

    private void listen() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                LOG.debug("the control socket {} is closed: {}", file, e.toString());
                return;
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            String line = ControlLines.read(connection);
            Optional<Command> command = Command.parse(line);
            ControlLines.write(connection, command.isPresent()
                    ? handler.obey(command.get()).line()
                    : WorkerStatus.UNKNOWN_COMMAND);
        } catch (IOException e) {
            LOG.debug("a command was not heard out", e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} is left behind", file, e);
        }
    }
}
