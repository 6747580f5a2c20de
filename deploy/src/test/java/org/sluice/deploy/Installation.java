package org.sluice.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The packaged Sluice as a user has it, with the launcher and its ahead-of-time caches, apart from the sources: the launcher of a
 * tree would build anew what is edited while tests run.
 */
final class Installation {
    /** Tests run in the folder of their module. */
    private static final Path JAR = Path.of(System.getProperty("sluice.jar", "target/sluice.jar")).toAbsolutePath();
    private static final Path LAUNCHER = install();

    private Installation() {}

    /** What a user starts as {@code ./sluice}. */
    static Path launcher() {
        return LAUNCHER;
    }

    /** What the launcher is to know beside what its user says: the JDK of the tests, and to start nothing without its cache. */
    static Map<String, String> settings() {
        return Map.of("SLUICE_JAVA_HOME", System.getProperty("java.home"), "SLUICE_AOT", "wait");
    }

    private static Path install() {
        Path target = JAR.resolveSibling("installation");
        try {
            Path deploy = target.resolve("deploy/target");
            Files.createDirectories(deploy.resolve("launcher"));
            Files.createDirectories(target.resolve("target"));
            // Sources that are older than the build, for there are none.
            Files.createDirectories(target.resolve("deploy/src/main"));
            Path project = Files.writeString(target.resolve("pom.xml"), "");
            Files.copy(project, target.resolve("deploy/pom.xml"), StandardCopyOption.REPLACE_EXISTING);
            link(target.resolve("deploy/docker"), Path.of("docker").toAbsolutePath());
            link(deploy.resolve(JAR.getFileName()), JAR);
            link(deploy.resolve("lib"), JAR.resolveSibling("lib"));
            // With the caches of an older jar the launcher does away when the build has another name.
            Files.writeString(deploy.resolve("launcher/built"), Files.getLastModifiedTime(JAR).toMillis() + "\n");
            return Files.copy(Path.of("..", "sluice"), target.resolve("sluice"), StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path link, Path to) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, to);
    }
}
