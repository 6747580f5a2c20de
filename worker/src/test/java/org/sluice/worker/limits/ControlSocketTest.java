package org.sluice.worker.limits;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sluice.worker.limits.ControlSocket.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ControlSocketTest {
    @TempDir
    private Path parent = Path.of(".");

    private final List<Command> obeyed = new ArrayList<>();
    private Optional<String> paused = Optional.empty();

    private Path folder() {
        return parent.resolve("run");
    }

    private synchronized WorkerStatus obey(Command command) {
        obeyed.add(command);
        paused = switch (command) {
            case PAUSE -> Optional.of("by its user; outside its schedule 22:00-07:00");
            case RESUME -> Optional.empty();
            case STATUS -> paused;
        };
        return new WorkerStatus("old-oak.1a2b3c4d", 4711, paused);
    }

    private static String refusal(LocalWorkers workers, Optional<String> name) {
        return String.valueOf(assertThrows(NoSuchWorkerException.class, () -> workers.tell(Command.PAUSE, name))
                .getMessage());
    }

    @Test
    void theOnlyWorkerIsMeantWhenNoneIsNamed() throws Exception {
        LocalWorkers workers = new LocalWorkers(folder());
        try (ControlSocket _ = ControlSocket.open(folder(), this::obey)) {
            WorkerStatus status = workers.tell(Command.PAUSE, Optional.empty());

            assertEquals("old-oak.1a2b3c4d (process 4711): paused: by its user; outside its schedule 22:00-07:00",
                    status.inWords());
            assertEquals(List.of(status), workers.all());
            assertEquals("old-oak.1a2b3c4d (process 4711): hashes what it is given",
                    workers.tell(Command.RESUME, Optional.of("old-oak")).inWords());
            assertEquals(List.of(Command.STATUS, Command.PAUSE, Command.STATUS, Command.STATUS, Command.RESUME),
                    obeyed);
        }
    }

    @Test
    void noneAndTheWrongOneAreSaidPlainly() throws Exception {
        LocalWorkers workers = new LocalWorkers(folder());
        assertEquals("this user runs no worker on this machine", refusal(workers, Optional.empty()));
        try (ControlSocket _ = ControlSocket.open(folder(), this::obey)) {
            assertEquals("no worker here is called 'old'; there is old-oak.1a2b3c4d",
                    refusal(workers, Optional.of("old")));
        }
        assertEquals("this user runs no worker on this machine", refusal(workers, Optional.empty()),
                "a closed socket is gone");
    }

    @Test
    void ofSeveralOneMustBeNamed() throws Exception {
        try (ControlSocket _ = ControlSocket.open(folder(), this::obey);
                ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(folder().resolve("1.sock")));
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (SocketChannel connection = other.accept()) {
                        ControlLines.read(connection);
                        ControlLines.write(connection, "elm.00000000 1");
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            LocalWorkers workers = new LocalWorkers(folder());

            assertEquals("2 workers are meant; say which with --name: elm.00000000, old-oak.1a2b3c4d",
                    refusal(workers, Optional.empty()));
            assertEquals(4711, workers.tell(Command.PAUSE, Optional.of("old-oak")).process());
            assertEquals(1, workers.tell(Command.STATUS, Optional.of("elm.00000000")).process());
        }
    }

    @Test
    void whatAKilledWorkerLeftBehindIsNoWorkerAndIsRemoved() throws Exception {
        RuntimeFolder.prepare(folder());
        Path left = folder().resolve("99.sock");
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(left));
        killed.close();
        assertTrue(Files.exists(left));

        assertEquals(List.of(), new LocalWorkers(folder()).all());
        assertFalse(Files.exists(left));
    }

    @Test
    void whatIsNoCommandChangesNothing() throws Exception {
        try (ControlSocket _ = ControlSocket.open(folder(), this::obey);
                SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress
                        .of(folder().resolve(ProcessHandle.current().pid() + ControlSocket.SUFFIX)))) {
            ControlLines.write(connection, "explode");
            assertEquals(WorkerStatus.UNKNOWN_COMMAND, ControlLines.read(connection));
        }
        assertEquals(List.of(), obeyed);
    }

    @Test
    void aFolderThatOthersMayEnterIsRefused() throws Exception {
        Files.createDirectory(folder(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-x---"));

        assertThrows(IOException.class, () -> ControlSocket.open(folder(), this::obey));
    }

    @Test
    void theFolderIsTheUsersOwn() {
        assertEquals(Path.of("/home/a/.local/share/sluice/run"), RuntimeFolder.of(Map.of(), "/home/a"));
        assertEquals(Path.of("/run/user/7/sluice"),
                RuntimeFolder.of(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), "/home/a"));
        assertEquals(Path.of("/x"),
                RuntimeFolder.of(Map.of("XDG_RUNTIME_DIR", "/run/user/7", "SLUICE_RUNTIME_DIR", "/x"), "/home/a"));
    }
}
