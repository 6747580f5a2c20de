package org.sluice.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.sluice.worker.runtime.ClientProperties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class ClientOptionsTest {
    @TempDir
    private Path folder = Path.of("");

    @Command
    private static final class Anything {
        @Mixin
        private ClientOptions clients = new ClientOptions();
    }

    private static ClientProperties read(Map<String, String> environment, String... arguments) {
        Anything command = new Anything();
        new CommandLine(command).parseArgs(arguments);
        return command.clients.read(environment);
    }

    @Test
    void eachFileIsForItsOwnServersAndAnOptionCountsMoreThanTheEnvironment() throws Exception {
        Path kafka = Files.writeString(folder.resolve("kafka"), "security.protocol = SASL_SSL \n# a remark\n");
        Path other = Files.writeString(folder.resolve("other"), "zookeeper.client.secure=true");
        ClientProperties properties = read(
                Map.of("SLUICE_KAFKA_PROPERTIES", other.toString(), "SLUICE_TRACKER_PROPERTIES", other.toString(),
                        "SLUICE_REGISTRY_PROPERTIES", " "),
                "--kafka-properties", kafka.toString());

        assertEquals(Map.of("security.protocol", "SASL_SSL"), properties.kafka());
        assertEquals(Map.of("zookeeper.client.secure", "true"), properties.tracker());
        assertEquals(Map.of(), properties.registry());
    }

    @Test
    void withoutFilesThereAreNone() {
        assertEquals(ClientProperties.NONE, read(Map.of()));
    }

    @Test
    void aFileThatIsMissingOrNoTextIsNamedInOneLine() throws Exception {
        Path missing = folder.resolve("missing");
        assertTrue(complaint(missing).contains(missing + " cannot be read: there is no such file"));
        Path bytes = Files.write(folder.resolve("bytes"), new byte[]{'a', '=', (byte) 0xff, (byte) 0xfe});
        assertTrue(complaint(bytes).startsWith("--kafka-properties: " + bytes + " cannot be read"));
        Path broken = Files.writeString(folder.resolve("broken"), "a=\\u12zz");
        assertTrue(complaint(broken).startsWith("--kafka-properties: " + broken + " cannot be read"));
    }

    private static String complaint(Path file) {
        return String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> read(Map.of(), "--kafka-properties", file.toString())).getMessage());
    }

    @Test
    void whatTheyAreIsNeverShown() throws Exception {
        Path kafka = Files.writeString(folder.resolve("kafka"), "sasl.jaas.config=password");
        assertFalse(read(Map.of(), "--kafka-properties", kafka.toString()).toString().contains("password"));
    }
}
