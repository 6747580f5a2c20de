package org.sluice.deploy.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Properties;

import org.sluice.deploy.failure.NetworkException;
import org.sluice.schemas.kafka.TopicNames;

import org.jspecify.annotations.Nullable;

/**
 * The folder in which an embedded network keeps everything, held by one process at a time.
 *
 * <p>It remembers the network's name and ports, so that peers find it again after a restart.
 */
public final class DataFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String PORTS = "ports.properties";
    private static final String NAME = "name";

    private final Path path;
    private final boolean temporary;
    private final FileChannel lock;

    private DataFolder(Path path, boolean temporary, FileChannel lock) {
        this.path = path;
        this.temporary = temporary;
        this.lock = lock;
    }

    /** Where a user's own network is kept if nothing else is said: the XDG base directory specification's place for data. */
    public static Path userDefault() {
        String shared = System.getenv("XDG_DATA_HOME");
        Path base = shared == null || shared.isBlank() || !Path.of(shared).isAbsolute()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(shared);
        return base.resolve("sluice");
    }

    /** Takes the folder, creating it if there is none. */
    public static DataFolder open(Path path) {
        try {
            Files.createDirectories(path);
            Files.walkFileTree(path, new OwnFiles());
            return new DataFolder(path, false, lock(path));
        } catch (IOException e) {
            throw new NetworkException("The data folder " + path + " cannot be used: " + describe(e), e);
        }
    }

    /** A new folder that vanishes with {@link #close()}. */
    public static DataFolder temporary() {
        try {
            Path path = Files.createTempDirectory("sluice-");
            return new DataFolder(path, true, lock(path));
        } catch (IOException e) {
            throw new NetworkException("No temporary folder can be made: " + describe(e), e);
        }
    }

    /** What is wrong: Java's message is often the path alone. */
    private static String describe(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file and no folder";
            case NoSuchFileException _ -> "it does not exist and cannot be made";
            case FileSystemException refused when refused.getReason() != null -> refused.getReason();
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            held = channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            // held by a network of this process
        } finally {
            if (!held) {
                channel.close();
            }
        }
        if (!held) {
            throw new NetworkException(
                    "The data folder %s is in use by another network%s; stop that one or choose another folder with --data"
                            .formatted(path, holder(file)));
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    private static String holder(Path file) throws IOException {
        String process = Files.readString(file).strip();
        return process.isEmpty() ? "" : " (process " + process + ")";
    }

    public Path path() {
        return path;
    }

    /** The port that a server of the network had the last time, 0 if there was none. */
    int rememberedPort(String server) {
        String port = remembered().getProperty(server, "0");
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 0xFFFF) {
            throw damaged("'" + server + "' is no port", null);
        }
        return Integer.parseInt(port);
    }

    /** The names of the network's topics, empty if it was never started. */
    Optional<TopicNames> rememberedTopics() {
        Properties remembered = remembered();
        if (remembered.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TopicNames(remembered.getProperty(NAME, TopicNames.DEFAULT.network())));
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private Properties remembered() {
        Properties remembered = new Properties();
        Path file = path.resolve(PORTS);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                remembered.load(reader);
            } catch (MalformedInputException | IllegalArgumentException e) {
                throw damaged("it is no file of properties", e);
            } catch (IOException e) {
                throw new NetworkException("The file " + file + " cannot be read: " + describe(e), e);
            }
        }
        return remembered;
    }

    private NetworkException damaged(String what, @Nullable Exception cause) {
        return new NetworkException("The file " + path.resolve(PORTS) + " is damaged: " + what
                + "; delete it, and the network takes new ports (and say its --name again if it has one)", cause);
    }

    void remember(TopicNames topics, int tracker, int kafka, int registry) {
        Properties ports = new Properties();
        ports.setProperty(NAME, topics.network());
        ports.setProperty("tracker", Integer.toString(tracker));
        ports.setProperty("kafka", Integer.toString(kafka));
        ports.setProperty("registry", Integer.toString(registry));
        Path file = path.resolve(PORTS);
        Path next = path.resolve(PORTS + ".next");
        try {
            try (Writer writer = Files.newBufferedWriter(next)) {
                ports.store(writer,
                        "The name of this network and the ports on which it is found; kept for the next start");
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new NetworkException("The file " + file + " cannot be written: " + describe(e), e);
        }
    }

    /** Gives the folder back; a temporary one is deleted. */
    @Override
    public void close() {
        try {
            lock.close();
            if (temporary) {
                Files.walkFileTree(path, new Deletion());
            }
        } catch (IOException e) {
            throw new NetworkException("The data folder " + path + " cannot be given back: " + describe(e), e);
        }
    }

    /** The servers would say, each in its own way and some never, that they cannot have a file of another user's. */
    private static final class OwnFiles extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            return Files.isWritable(directory) ? FileVisitResult.CONTINUE : refuse(directory);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return Files.isReadable(file) && Files.isWritable(file) ? FileVisitResult.CONTINUE : refuse(file);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            return failure instanceof NoSuchFileException ? FileVisitResult.CONTINUE : refuse(file);
        }

        private static FileVisitResult refuse(Path file) throws IOException {
            throw new NetworkException(
                    file + " belongs to " + Files.getOwner(file) + " and cannot be read and written by "
                            + System.getProperty("user.name")
                            + ": permission denied; run as its owner, or choose another folder "
                            + "with --data");
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        /** A server that is still closing may delete its own files while we do. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
