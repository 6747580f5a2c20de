package org.sluice.worker.search.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the native kernels' library is on this machine.
 *
 * <p>It lies in the folder {@code native/OS-ARCH} beside the jar or the classes that this class came from. Only from a bare
 * jar is it extracted: into a folder that belongs to the user and that nobody else may write, under a name that contains its
 * checksum. Wherever it lies, it is loaded only if it is the very file that was built: its SHA-256 stands in the jar.
 */
final class NativeFiles {
    private static final Logger LOG = LoggerFactory.getLogger(NativeFiles.class);
    private static final String CHECKSUMS = "/native/checksums";
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS_WRITE = EnumSet.of(PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);

    private final Path home;
    private final List<Path> extracted;

    /**
     * The files for code that lies in a place.
     *
     * @param home the jar or the folder of classes
     * @param extracted where to extract to, the best first
     */
    NativeFiles(Path home, List<Path> extracted) {
        this.home = home;
        this.extracted = List.copyOf(extracted);
    }

    /**
     * The files for the code of this process.
     *
     * @throws IOException if it lies in no file
     */
    static NativeFiles ofThisProcess() throws IOException {
        CodeSource source = NativeFiles.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IOException("this code comes from no file");
        }
        try {
            return new NativeFiles(Path.of(new URI(source.getLocation().toString())),
                    CacheFolder.candidates().stream().map(folder -> folder.resolve("native")).toList());
        } catch (URISyntaxException e) {
            throw new IOException("this code comes from " + source.getLocation(), e);
        }
    }

    /** OS and processor as the folders of the libraries have them, such as {@code linux-x86_64}. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "macos" : os) + "-"
                + (arch.equals("amd64") ? "x86_64" : arch);
    }

    /** The library for this machine; none if none was built for it. */
    Optional<Path> library() throws IOException {
        Optional<Built> found = built();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Built built = found.get();
        Path folder = Files.isDirectory(home) ? home : home.toAbsolutePath().resolveSibling("");
        Path beside = folder.resolve("native").resolve(built.name());
        if (built.is(beside)) {
            return Optional.of(beside);
        }
        if (Files.exists(beside)) {
            LOG.warn("{} is not the library that was built with Sluice, and is not used", beside);
        }
        return Optional.of(extract(built));
    }

    /**
     * A library as it was built.
     *
     * @param name its path below {@code native}
     * @param checksum its SHA-256 in hex
     */
    private record Built(String name, String checksum) {
        boolean is(Path file) throws IOException {
            return Files.isRegularFile(file) && checksum.equals(sha256(Files.readAllBytes(file)));
        }

        String fileName() {
            return checksum.substring(0, 16) + "-" + name.substring(name.indexOf('/') + 1);
        }
    }

    private static Optional<Built> built() throws IOException {
        try (InputStream checksums = NativeFiles.class.getResourceAsStream(CHECKSUMS)) {
            if (checksums == null) {
                return Optional.empty();
            }
            return new String(checksums.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.split("\\s+\\*?", 2))
                    .filter(fields -> fields.length == 2 && fields[1].startsWith(platform() + "/"))
                    .map(fields -> new Built(fields[1], fields[0]))
                    .findFirst();
        }
    }

    private Path extract(Built built) throws IOException {
        byte[] library;
        try (InputStream resource = NativeFiles.class.getResourceAsStream("/native/" + built.name())) {
            if (resource == null) {
                throw new IOException(built.name() + " is in no jar");
            }
            library = resource.readAllBytes();
        }
        if (!built.checksum().equals(sha256(library))) {
            throw new IOException(built.name() + " in the jar is not the library that was built");
        }
        IOException failure = new IOException("there is no folder to extract " + built.name() + " to");
        for (Path folder : extracted) {
            try {
                return write(built, library, folder);
            } catch (IOException e) { // A file system that is read-only or full, or a folder of somebody else's.
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static Path write(Built built, byte[] library, Path folder) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
            requireOwnersAlone(folder);
            requireOwnersAlone(folder.toAbsolutePath().resolveSibling(""));
        } else {
            Files.createDirectories(folder);
        }
        Path file = folder.resolve(built.fileName());
        if (!built.is(file)) {
            // In one step: who starts at the same time finds it whole, or not at all.
            Path next = Files.createTempFile(folder, "library", ".next");
            try {
                Files.write(next, library);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        }
        return file;
    }

    /** Else somebody could put another file, or another folder, in the place of the one that was checked. */
    private static void requireOwnersAlone(Path folder) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory()) {
            throw new IOException(folder + " is no folder");
        }
        Path probe = Files.createTempFile(folder, "owner", ".probe");
        boolean isOurs;
        try {
            isOurs = Files.getOwner(probe).equals(attributes.owner());
        } finally {
            Files.deleteIfExists(probe);
        }
        boolean othersWrite = attributes.permissions().stream().anyMatch(OTHERS_WRITE::contains);
        if (!isOurs || othersWrite) {
            throw new IOException(folder + " belongs to somebody else, or others may write there");
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
