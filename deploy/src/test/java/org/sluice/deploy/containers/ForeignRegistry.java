package org.sluice.deploy.containers;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Apicurio Registry, which speaks Confluent's interface and is not ours: a process, or a container where one is named. */
public final class ForeignRegistry implements AutoCloseable {
    private static final int CONTAINER_PORT = 8080;
    private static final String API = "/apis/ccompat/v7";
    static final String NOT_FETCHED = "Apicurio Registry was not fetched; mvn -Papicurio verify does (150 MB, once)";
    /** Where it lies if it was fetched. */
    static final Path FOLDER = Path.of(System.getProperty("sluice.apicurio", "target/apicurio"));
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final String url;
    private final Runnable stop;

    private ForeignRegistry(String url, Runnable stop) {
        this.url = url;
        this.stop = stop;
    }

    /** Starts it, or skips the test that asks for it where it is not there. */
    public static ForeignRegistry start(String test) throws Exception {
        Optional<String> image = Images.setting(Images.REGISTRY_SETTING);
        ForeignRegistry registry;
        if (image.isPresent()) {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                throw NeedsContainers.skip(test, "no Docker answers here");
            }
            registry = container(image.get());
        } else if (isFetched()) {
            registry = process();
        } else {
            throw NeedsContainers.skip(test, NOT_FETCHED);
        }
        try {
            registry.awaitAnswer();
            return registry;
        } catch (Exception | Error e) {
            registry.close();
            throw e;
        }
    }

    static boolean isFetched() {
        return Files.exists(FOLDER.resolve("quarkus-run.jar"));
    }

    private static ForeignRegistry container(String image) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(CONTAINER_PORT);
        container.start();
        return new ForeignRegistry(
                "http://" + container.getHost() + ":" + container.getMappedPort(CONTAINER_PORT) + API, container::stop);
    }

    private static ForeignRegistry process() throws IOException {
        int port = freePort();
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1", "-Dquarkus.management.port=" + freePort(), "-jar",
                "quarkus-run.jar").directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("registry.log").toFile())
                .start();
        return new ForeignRegistry("http://127.0.0.1:" + port + API, process::destroyForcibly);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects"))
                    .timeout(REQUEST_TIMEOUT)
                    .build();
            Await.that("the registry at " + url + " answers", () -> {
                try {
                    return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
                } catch (IOException e) {
                    return false; // it is still starting
                }
            });
        }
    }

    /** Where it is, as {@code --registry} takes it. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        stop.run();
    }
}
