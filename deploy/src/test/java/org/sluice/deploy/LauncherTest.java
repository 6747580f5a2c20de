package org.sluice.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** With which options the launcher becomes a JVM. That is a script here, which prints what it is started with. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
final class LauncherTest {
    /** For a job that native kernels hash. */
    private static final String WITHOUT_C2 = "-XX:TieredStopAtLevel=1";
    private static final String JVM = """
            #!/bin/sh
            for argument; do
                case $argument in -XX:AOTCacheOutput=*) : >"${argument#*=}" ;; esac
            done
            case "$*" in
            *Rehearsal\\ native) exit "$(cat "$(dirname "$0")/rehearsed")" ;;
            *) printf '%s\\n' "$@" ;;
            esac
            """;

    @TempDir
    private Path home;

    private Path jdk;
    private Path natives;

    /** A folder as after a build. */
    @BeforeEach
    void build() throws IOException {
        Path launcher = Files.createDirectories(home.resolve("deploy/target/launcher"));
        Files.createDirectories(home.resolve("target"));
        Files.createDirectories(home.resolve("deploy/src/main"));
        Files.createDirectories(home.resolve("deploy/docker"));
        Files.copy(Path.of("..", "sluice"), home.resolve("sluice"));
        for (String file : List.of("pom.xml", "deploy/pom.xml", "deploy/docker/jvm.options",
                "deploy/target/sluice.jar")) {
            Files.createFile(home.resolve(file));
        }
        try (var files = Files.walk(home)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            }
        }
        Files.writeString(launcher.resolve("built"), "7-1\n");
        natives = launcher.resolve("25.0.9-7-1-native");
        jdk = Files.createDirectories(home.resolve("jdk"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.9\"\n");
        Path java = Files.writeString(Files.createDirectory(jdk.resolve("bin")).resolve("java"), JVM);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        rehearses(true);
    }

    /** The commands that a line of the launcher's {@code role_of} names, by what the line does with them. */
    private static Map<String, String> roles() throws IOException {
        String launcher = Files.readString(Path.of("..", "sluice"));
        String body = launcher.substring(launcher.indexOf("\nrole_of() {"));
        Map<String, String> roles = new TreeMap<>();
        for (MatchResult line : Pattern.compile("(?m)^    ([a-z-]+(?: \\| [a-z-]+)*)\\) (.*)$")
                .matcher(body.substring(0, body.indexOf("\n}")))
                .results()
                .toList()) {
            for (String command : line.group(1).split(" \\| ", -1)) {
                roles.put(command, line.group(2));
            }
        }
        return roles;
    }

    /** One that is missing would start without the optimising compiler, and with a cache that was made for others. */
    @Test
    void everyCommandHasARole() throws Exception {
        Map<String, String> roles = roles();
        assertEquals(Program.commandLine().getSubcommands().keySet(), roles.keySet());
        for (String command : Program.RUN_ON) {
            assertTrue(roles.getOrDefault(command, "").contains("role="),
                    command + " runs on, and is taken to end soon");
        }
    }

    /** Lets the rehearsal find native kernels, or none. */
    private void rehearses(boolean nativeKernels) throws IOException {
        Files.writeString(jdk.resolve("bin/rehearsed"), nativeKernels ? "0" : "1");
    }

    private List<String> launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", home.resolve("sluice").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(home.resolve("said").toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SLUICE_") || name.endsWith("JAVA_OPTIONS")
                        || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(Map.of("SLUICE_JAVA_HOME", jdk.toString(), "SLUICE_AOT", "wait"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it becomes a JVM");
        List<String> said = Files.readAllLines(home.resolve("said"));
        assertEquals(0, process.exitValue(), said::toString);
        return said;
    }

    @Test
    void aJobThatNativeKernelsHashNeedsNoC2() throws Exception {
        assertTrue(launch(Map.of(), "submit", "header").contains(WITHOUT_C2));
        assertTrue(launch(Map.of("SLUICE_AOT", "on"), "submit", "header").contains(WITHOUT_C2), "it is remembered");
        assertTrue(launch(Map.of(), "worker").stream().anyMatch(option -> option.startsWith("-XX:Tier4")));
    }

    @Test
    void withoutNativeKernelsJavasAreCompiled() throws Exception {
        rehearses(false);
        assertFalse(launch(Map.of(), "submit", "header").contains(WITHOUT_C2));
        assertFalse(launch(Map.of(), "worker").stream().anyMatch(option -> option.startsWith("-XX:Tier4")));
        assertTrue(launch(Map.of(), "peers").contains(WITHOUT_C2), "what only asks needs no C2 anywhere");
    }

    /** The folder may be shared by machines of many kinds. */
    @Test
    void whatWasFoundOnAnotherProcessorDoesNotCountOnThisOne() throws Exception {
        launch(Map.of(), "submit", "header");
        String known = Files.readString(natives);
        assertTrue(known.startsWith("yes "), known);
        Files.writeString(natives, known.stripTrailing() + " onemore\n");
        rehearses(false);

        assertFalse(launch(Map.of("SLUICE_AOT", "off"), "submit", "header").contains(WITHOUT_C2));
        assertFalse(launch(Map.of(), "submit", "header").contains(WITHOUT_C2));
        assertEquals(known.stripTrailing() + " onemore\n" + known.replaceFirst("yes", "no"), Files.readString(natives));

        Files.writeString(natives, "no another\n" + known);
        assertTrue(launch(Map.of(), "submit", "header").contains(WITHOUT_C2), "each processor has its own line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SLUICE_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void whoWantsNoNativeKernelsGetsC2(String variable) throws Exception {
        launch(Map.of(), "submit", "header");
        assertFalse(launch(Map.of(variable, "-Dsluice.kernels=portable"), "submit", "header").contains(WITHOUT_C2));
        assertFalse(launch(Map.of(variable, "@file"), "submit", "header").contains(WITHOUT_C2));
        assertTrue(launch(Map.of(variable, "-Xmx1g"), "submit", "header").contains(WITHOUT_C2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--kernel=vector-256", "--kernel", "--algorithm=MD5", "@arguments"})
    void whatMayNameAnotherKernelGetsC2(String argument) throws Exception {
        launch(Map.of(), "submit", "header");
        assertFalse(launch(Map.of(), "submit", "header", argument).contains(WITHOUT_C2));
    }
}
