package org.sluice.deploy.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.sluice.deploy.failure.NetworkException;
import org.sluice.deploy.registry.CompatibilityLevel;
import org.sluice.deploy.registry.RegistryException;
import org.sluice.deploy.registry.RegistryRoutes;
import org.sluice.deploy.registry.SchemaStore;

import com.sun.net.httpserver.HttpServer;

/**
 * A small schema registry that speaks the part of Confluent's REST interface that its client and people with curl use.
 *
 * <p>It serves the network of one machine or a small group; a larger one runs a real registry, and peers do not notice
 * the difference. No authentication, no deletion, Avro only.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    /** Where the registry keeps its file, listens, and tells others to find it; port 0 chooses a free one. */
    public record Options(Path data, String bindAddress, String advertisedHost, int port) {
        public static Options loopback(Path data, int port) {
            return new Options(data, HostBinding.LOOPBACK, HostBinding.LOOPBACK, port);
        }
    }

    private static final String FILE = "registry.json";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final SchemaStore store;
    private final HttpServer server;
    private final ExecutorService executor;
    private final String url;

    private EmbeddedRegistry(SchemaStore store, HttpServer server, ExecutorService executor, String url) {
        this.store = store;
        this.server = server;
        this.executor = executor;
        this.url = url;
    }

    /** Starts the registry with what an earlier run left in the data folder. */
    public static EmbeddedRegistry start(Options options) {
        setServerDefault("sun.net.httpserver.nodelay", "true");
        setServerDefault("sun.net.httpserver.maxReqTime", "30");
        setServerDefault("jdk.httpserver.maxConnections", "4096");
        try {
            Files.createDirectories(options.data());
            SchemaStore store = SchemaStore.open(options.data().resolve(FILE));
            HttpServer server = HttpServer
                    .create(new InetSocketAddress(Ports.address(options.bindAddress()), options.port()), 0);
            ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(executor);
            server.createContext("/", new RegistryRoutes(store));
            server.start();
            return new EmbeddedRegistry(store, server, executor,
                    "http://" + Ports.endpoint(options.advertisedHost(), server.getAddress().getPort()));
        } catch (BindException e) {
            throw new PortInUseException("the schema registry", options.bindAddress(), options.port());
        } catch (IOException e) {
            throw new NetworkException("The schema registry did not start in " + options.data() + ": " + e.getMessage(),
                    e);
        } catch (UncheckedIOException e) {
            throw new NetworkException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The JDK's server takes these from system properties only, when its first instance is made. */
    private static void setServerDefault(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /**
     * Registers schemas as a client would that lets their subjects take only schemas that are compatible with all before
     * (FULL_TRANSITIVE), without any request.
     *
     * @param schemas a schema for each subject
     * @return the schemas' ids by subject
     * @throws NetworkException if one does not fit to those that are there, or they cannot be stored
     */
    public Map<String, Integer> register(Map<String, String> schemas) {
        try {
            return store.registerAll(schemas, CompatibilityLevel.FULL_TRANSITIVE);
        } catch (RegistryException e) {
            throw new NetworkException("The schema registry refuses the schemas of this version: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new NetworkException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What a client needs to find the registry: {@code http://host:port}. */
    public String url() {
        return url;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Takes no more requests; what is under way gets a second to finish. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException _) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
