package org.sluice.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.sluice.tracker.server.TrackerServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A tracker of its own for each test, with connections that are closed after it. */
public final class LocalTracker implements BeforeEachCallback, AfterEachCallback {
    private final List<Tracker> connections = new ArrayList<>();
    private @Nullable Path folder;
    private @Nullable TrackerServer server;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("sluice-tracker");
        server = TrackerServer.standalone(folder, "127.0.0.1", 0, Samples.TICK);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        connections.reversed().forEach(Tracker::close);
        connections.clear();
        server().close();
        try (Stream<Path> files = Files.walk(folder())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    public TrackerServer server() {
        return Objects.requireNonNull(server);
    }

    public Path folder() {
        return Objects.requireNonNull(folder);
    }

    /** A new connection with the shortest session. */
    public Tracker connect() {
        return closing(Samples.connect(server().address()));
    }

    /** Closes a connection after the test. */
    public Tracker closing(Tracker tracker) {
        connections.add(tracker);
        return tracker;
    }

    public void stop() {
        server().close();
    }

    /** Starts the server again where it was. */
    public void startAgain() throws IOException {
        server = TrackerServer.standalone(folder(), "127.0.0.1", server().port(), Samples.TICK);
    }
}
