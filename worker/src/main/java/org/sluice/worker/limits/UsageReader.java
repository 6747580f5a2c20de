package org.sluice.worker.limits;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads on Linux how much others want of this machine.
 *
 * <p>The load comes from {@code /proc}, this process left out. User input shows in two places: terminals, local ones and
 * those of remote logins, carry the time of the last key as their access time; a desktop tells logind when it is idle, which
 * {@code loginctl} prints. Where there is neither, as on a server or in a container, the load decides alone.
 */
public final class UsageReader {
    private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path SELF = Path.of("/proc/self/stat");
    private static final List<Path> TERMINALS = List.of(Path.of("/dev/pts"), Path.of("/dev"));
    private static final List<String> LOGINCTL = List.of("loginctl", "show-seat", "seat0", "--property=IdleHint",
            "--property=ActiveSession");
    private static final Duration LOGINCTL_PATIENCE = Duration.ofSeconds(2);

    private final TerminalInput terminals = new TerminalInput();
    private ProcessorTimes last;
    private boolean hasLoginctl = true;

    private UsageReader(ProcessorTimes first) {
        last = first;
    }

    /** A reader; empty where this machine does not tell its load. */
    public static Optional<UsageReader> ofThisMachine() {
        return times().map(UsageReader::new);
    }

    /**
     * How the machine was used since the last look, or since this reader was made.
     *
     * @param now a reading of a clock that does not jump, not before the last
     */
    public Usage read(Instant now) {
        ProcessorTimes earlier = last;
        last = times().orElse(earlier);
        Optional<Duration> input = terminals.since(accessTimes(TERMINALS), Instant.now(), now);
        return new Usage(last.foreignLoadSince(earlier), desktopIsInUse() ? Optional.of(Duration.ZERO) : input);
    }

    private static Optional<ProcessorTimes> times() {
        try {
            return ProcessorTimes.parse(Files.readString(STAT), Files.readString(SELF));
        } catch (IOException e) {
            LOG.debug("this machine does not tell its load", e);
            return Optional.empty();
        }
    }

    /** When each terminal was last read from; one that goes away meanwhile, or cannot be looked at, hides no other. */
    static Map<String, Instant> accessTimes(List<Path> folders) {
        Map<String, Instant> times = new HashMap<>();
        for (Path folder : folders) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, UsageReader::isTerminal)) {
                for (Path file : files) {
                    accessTime(file).ifPresent(time -> times.put(file.toString(), time));
                }
            } catch (IOException | DirectoryIteratorException e) {
                LOG.debug("the terminals in {} cannot be looked at", folder, e);
            }
        }
        return times;
    }

    private static Optional<Instant> accessTime(Path file) {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class).lastAccessTime().toInstant());
        } catch (IOException e) {
            LOG.debug("the terminal {} cannot be looked at", file, e);
            return Optional.empty();
        }
    }

    private static boolean isTerminal(Path file) {
        return file.getFileName().toString().matches("\\d+|tty\\d+");
    }

    private boolean desktopIsInUse() {
        if (!hasLoginctl) {
            return false;
        }
        try {
            Process loginctl = new ProcessBuilder(LOGINCTL).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            loginctl.getOutputStream().close();
            if (!loginctl.waitFor(LOGINCTL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                loginctl.destroyForcibly();
                return false;
            }
            return isInUse(new String(loginctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("there is no loginctl here", e);
            hasLoginctl = false;
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Somebody sits at the machine if a session is active there and does not say that it is idle. */
    static boolean isInUse(String properties) {
        List<String> lines = properties.lines().map(String::strip).toList();
        boolean active = lines.stream().anyMatch(line -> line.matches("ActiveSession=.+"));
        return active && lines.contains("IdleHint=no");
    }
}
