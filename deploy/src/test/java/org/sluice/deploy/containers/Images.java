package org.sluice.deploy.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * The images that the tests use.
 *
 * <p>Each can be set by a system property, so that genuine images are used where they can be pulled; without a setting
 * everything runs from Sluice's own image, which carries the servers' jars, on a base that is made here.
 */
final class Images {
    /** What Sluice's image is built on, such as {@code eclipse-temurin:25-jre}. */
    static final String BASE_SETTING = "sluice.test.base.image";
    /** An image of ZooKeeper that takes {@code ZOO_MY_ID} and {@code ZOO_SERVERS}, such as {@code zookeeper:3.9}. */
    static final String ZOOKEEPER_SETTING = "sluice.test.zookeeper.image";
    /** An image of Kafka that takes {@code KAFKA_*} variables, such as {@code apache/kafka:4.3.1}. */
    static final String KAFKA_SETTING = "sluice.test.kafka.image";
    /** An image of Apicurio Registry, such as {@code apicurio/apicurio-registry:3.3.3}. */
    static final String REGISTRY_SETTING = "sluice.test.registry.image";

    private static final long BASE_MINUTES = 10;
    private static final Path FOLDER = Path.of(System.getProperty("sluice.docker", "docker")).toAbsolutePath();
    /** What stands for official images that are more than a JDK. */
    private static final Path SERVERS = FOLDER.resolveSibling("src").resolve("test").resolve("docker");
    private static final Path JAR = Path.of(System.getProperty("sluice.jar", "target/sluice.jar")).toAbsolutePath();

    private static @Nullable String sluice;

    private Images() {}

    static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name)).filter(image -> !image.isBlank());
    }

    /**
     * The name of Sluice's image, built on first use from the packaged jars as its README says.
     *
     * @throws UnavailableException if there is no base image and none can be made
     */
    static synchronized String sluice() throws UnavailableException {
        if (sluice == null) {
            sluice = new ImageFromDockerfile("sluice-test:latest", false)
                    .withFileFromPath("Dockerfile", FOLDER.resolve("Dockerfile"))
                    .withFileFromPath("docker/jvm.options", FOLDER.resolve("jvm.options"))
                    .withFileFromPath("target/sluice.jar", JAR)
                    .withFileFromPath("target/lib", JAR.resolveSibling("lib"))
                    .withBuildArg("BASE", base())
                    .get();
        }
        return sluice;
    }

    /** An image of ZooKeeper that takes the variables of the official one which compose.yaml sets. */
    static String zookeeper() throws UnavailableException {
        return server(ZOOKEEPER_SETTING, "zookeeper");
    }

    /** An image of Kafka that takes the variables of the official one. */
    static String kafka() throws UnavailableException {
        return server(KAFKA_SETTING, "kafka");
    }

    private static String server(String setting, String name) throws UnavailableException {
        Optional<String> genuine = setting(setting);
        return genuine.isPresent()
                ? genuine.get()
                : new ImageFromDockerfile("sluice-test-" + name + ":latest", false)
                        .withFileFromPath("Dockerfile", SERVERS.resolve("Dockerfile"))
                        .withFileFromPath("entry", SERVERS.resolve(name))
                        .withBuildArg("BASE", sluice())
                        .get();
    }

    /**
     * An image of Apicurio Registry.
     *
     * @throws UnavailableException if it was not fetched
     */
    static String registry() throws UnavailableException {
        Optional<String> genuine = setting(REGISTRY_SETTING);
        if (genuine.isPresent()) {
            return genuine.get();
        }
        if (!ForeignRegistry.isFetched()) {
            throw new UnavailableException(ForeignRegistry.NOT_FETCHED);
        }
        return new ImageFromDockerfile("sluice-test-registry:latest", false)
                .withFileFromPath("Dockerfile", SERVERS.resolve("Dockerfile.registry"))
                .withFileFromPath("apicurio", ForeignRegistry.FOLDER.toAbsolutePath())
                .withBuildArg("BASE", base())
                .get();
    }

    private static String base() throws UnavailableException {
        Optional<String> base = setting(BASE_SETTING);
        return base.isPresent() ? base.get() : ownBase();
    }

    /** A base image with the JDK that runs this; made once for each machine and JDK. */
    private static String ownBase() throws UnavailableException {
        String name = "sluice-base:jdk-" + Runtime.version().toString().replaceAll("[^A-Za-z0-9_.-]", "-");
        if (isThere(name)) {
            return name;
        }
        Note.that("making the base image " + name + " (once for each machine and JDK, a minute or two)");
        try {
            Process process = new ProcessBuilder(FOLDER.resolve("base-image").toString(), name,
                    System.getProperty("java.home")).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(BASE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new UnavailableException("no base image, and none can be made here: " + said + "; -D"
                        + BASE_SETTING + "=eclipse-temurin:25-jre takes one that is there or can be pulled");
            }
            return name;
        } catch (IOException e) {
            throw new UnavailableException("no base image, and none can be made here: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while the base image was made");
        }
    }

    private static boolean isThere(String image) {
        DockerClient docker = DockerClientFactory.lazyClient();
        try {
            return docker.inspectImageCmd(image).exec().getId() != null;
        } catch (NotFoundException _) {
            return false;
        }
    }

    /** Why tests with containers cannot run here. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String why) {
            super(why);
        }
    }
}
