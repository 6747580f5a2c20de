package org.sluice.worker.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Where the workers of one user on one machine have their sockets: {@code SLUICE_RUNTIME_DIR}, else {@code sluice} in
 * {@code XDG_RUNTIME_DIR}, else {@code ~/.local/share/sluice/run}. Nobody but the user may enter it.
 */
final class RuntimeFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private RuntimeFolder() {}

    static Path of(Map<String, String> environment, String home) {
        String named = environment.getOrDefault("SLUICE_RUNTIME_DIR", "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return session.isBlank() ? Path.of(home, ".local", "share", "sluice", "run") : Path.of(session, "sluice");
    }

    /**
     * Makes the folder if there is none.
     *
     * @throws IOException if that fails, or others than its owner may enter it
     */
    static void prepare(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            if (folder.getParent() != null) {
                Files.createDirectories(folder.getParent());
            }
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() || !OWNER_ONLY.containsAll(attributes.permissions())) {
            throw new IOException(folder + " is no folder of this user alone (chmod 700 makes it one)");
        }
    }
}
