package org.sluice.worker.limits;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.sluice.worker.limits.ControlSocket.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers that this user runs on this machine, as their sockets tell. */
public final class LocalWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWorkers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path folder;

    /** Those whose sockets are in the user's folder. */
    public LocalWorkers() {
        this(RuntimeFolder.of(System.getenv(), System.getProperty("user.home", "")));
    }

    LocalWorkers(Path folder) {
        this.folder = folder;
    }

    private record Running(Path socket, WorkerStatus status) {}

    /** All of them, by identity. */
    public List<WorkerStatus> all() throws InterruptedException {
        return running().stream().map(Running::status).toList();
    }

    /**
     * Commands one worker.
     *
     * @param name which: what it was called with {@code --name}, or its whole identity; not needed if there is only one
     * @return how it is then
     * @throws NoSuchWorkerException with one line that says what to do, if there is none or more than one
     */
    public WorkerStatus tell(Command command, Optional<String> name)
            throws NoSuchWorkerException, InterruptedException {
        List<Running> running = running();
        List<Running> meant = running.stream()
                .filter(worker -> name.isEmpty() || worker.status.isCalled(name.get()))
                .toList();
        if (meant.size() == 1) {
            return ask(meant.getFirst().socket, command).orElseThrow(
                    () -> new NoSuchWorkerException(meant.getFirst().status.peer() + " does not answer any more"));
        }
        String names = String.join(", ", running.stream().map(worker -> worker.status.peer()).toList());
        if (running.isEmpty()) {
            throw new NoSuchWorkerException("this user runs no worker on this machine");
        }
        throw new NoSuchWorkerException(meant.isEmpty()
                ? "no worker here is called '" + name.orElse("") + "'; there is " + names
                : meant.size() + " workers are meant; say which with --name: " + names);
    }

    private List<Running> running() throws InterruptedException {
        List<Running> running = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return running;
        }
        List<Path> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ControlSocket.SUFFIX)) {
            files.forEach(sockets::add);
        } catch (IOException e) {
            LOG.warn("{} cannot be looked at: {}", folder, e.getMessage());
        }
        for (Path socket : sockets) {
            ask(socket, Command.STATUS).ifPresent(status -> running.add(new Running(socket, status)));
        }
        running.sort((one, other) -> one.status.peer().compareTo(other.status.peer()));
        return running;
    }

    /** Empty if nobody answers. */
    private static Optional<WorkerStatus> ask(Path socket, Command command) throws InterruptedException {
        FutureTask<WorkerStatus> question = new FutureTask<>(() -> exchange(socket, command));
        Thread asking = Thread.ofPlatform().daemon().start(question);
        try {
            return Optional.of(question.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectException) {
                // Its process was killed and could not clean up.
                delete(socket);
            }
            LOG.debug("{} does not answer", socket, e.getCause());
            return Optional.empty();
        } catch (TimeoutException e) {
            LOG.warn("the worker behind {} does not answer", socket);
            return Optional.empty();
        } finally {
            asking.interrupt();
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("{} is left behind", socket, e);
        }
    }

    private static WorkerStatus exchange(Path socket, Command command) throws IOException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ControlLines.write(connection, command.line());
            return WorkerStatus.parse(ControlLines.read(connection));
        }
    }
}
