package org.sluice.worker.search.foreign;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The user's folder for what can be made anew at any time (XDG Base Directory Specification). */
public final class CacheFolder {
    private static final String OURS = "sluice";

    private CacheFolder() {}

    /** Our part of it; none if the user has no such folder. */
    public static Optional<Path> ofUser() {
        return Stream.of(Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).filter(path -> path.startsWith("/")),
                Optional.ofNullable(System.getProperty("user.home")).map(home -> home + "/.cache"))
                .flatMap(Optional::stream)
                .findFirst()
                .map(folder -> Path.of(folder, OURS));
    }

    /** It, and what to use where nothing can be written there: a folder of this user among the temporary files. */
    static List<Path> candidates() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), OURS + "-" + System.getProperty("user.name"));
        return Stream.concat(ofUser().stream(), Stream.of(temporary)).toList();
    }
}
