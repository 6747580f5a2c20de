package org.sluice.worker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

import org.sluice.worker.runtime.ClientProperties;

import picocli.CommandLine.Option;

/**
 * The options of every command that uses servers which do not let everybody in. Their values are files, so that no secret
 * stands on a command line, which all users of a machine can read.
 */
public final class ClientOptions {
    private static final String KAFKA_VARIABLE = "SLUICE_KAFKA_PROPERTIES";
    private static final String TRACKER_VARIABLE = "SLUICE_TRACKER_PROPERTIES";
    private static final String REGISTRY_VARIABLE = "SLUICE_REGISTRY_PROPERTIES";

    @Option(names = "--kafka-properties", paramLabel = "FILE", order = 110, description = {
            "Settings of Kafka's clients for servers that are secured (TLS, SASL), one key=value a line.",
            "Default: the environment variable " + KAFKA_VARIABLE + "."})
    private Optional<Path> kafka = Optional.empty();

    @Option(names = "--tracker-properties", paramLabel = "FILE", order = 111, description = {
            "The same for ZooKeeper's client.", "Default: the environment variable " + TRACKER_VARIABLE + "."})
    private Optional<Path> tracker = Optional.empty();

    @Option(names = "--registry-properties", paramLabel = "FILE", order = 112, description = {
            "The same for the schema registry's client.",
            "Default: the environment variable " + REGISTRY_VARIABLE + "."})
    private Optional<Path> registry = Optional.empty();

    /**
     * Reads the files that were named.
     *
     * @throws IllegalArgumentException with one line that says which file cannot be read and why
     */
    public ClientProperties read(Map<String, String> environment) {
        return new ClientProperties(read("--kafka-properties", kafka, environment, KAFKA_VARIABLE),
                read("--tracker-properties", tracker, environment, TRACKER_VARIABLE),
                read("--registry-properties", registry, environment, REGISTRY_VARIABLE));
    }

    private static Map<String, String> read(String option, Optional<Path> named, Map<String, String> environment,
            String variable) {
        Optional<Path> file = named.or(() -> Optional.ofNullable(environment.get(variable))
                .filter(text -> !text.isBlank())
                .map(Path::of));
        if (file.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file.get())) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + file.get() + " cannot be read: "
                    + (Files.exists(file.get()) ? e.getMessage() : "there is no such file"), e);
        }
        return properties.stringPropertyNames()
                .stream()
                .collect(Collectors.toMap(key -> key, key -> properties.getProperty(key).strip()));
    }
}
