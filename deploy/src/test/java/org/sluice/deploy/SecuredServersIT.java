package org.sluice.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.sluice.deploy.registry.RegistryRoutes;
import org.sluice.deploy.registry.SchemaStore;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A network on servers that do not let everybody in: ZooKeeper with TLS on both sides, Kafka with SASL over TLS and rights by
 * prefix, a registry with a password.
 */
final class SecuredServersIT {
    private static final String SECRET = "kept-Secret-7";
    private static final String KEY_PASSWORD = "key-Secret-8";
    private static final String NETWORK = "night-shift";
    /** Of Kafka, besides the operator. */
    private static final List<String> USERS = List.of("volunteer", "reader", "leaver", "stranger");

    @TempDir
    private static Path folder = Path.of("");

    private static OwnServers servers = OwnServers.none();
    private static HttpServer registry = nobody();
    private static String tracker = "";
    private static String registryUrl = "";

    private static HttpServer nobody() {
        try {
            return HttpServer.create();
        } catch (IOException e) {
            throw new IllegalStateException("there is nothing to bind", e);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        keys();
        servers = OwnServers.start(folder, 1, 1,
                Map.of("secureClientPort", "PORT", "secureClientPortAddress", "127.0.0.1", "serverCnxnFactory",
                        "org.apache.zookeeper.server.NettyServerCnxnFactory", "ssl.keyStore.location",
                        key("server"), "ssl.keyStore.password", KEY_PASSWORD, "ssl.trustStore.location",
                        key("trusted"), "ssl.trustStore.password", KEY_PASSWORD, "ssl.clientAuth", "need"),
                Map.ofEntries(Map.entry("listener.security.protocol.map", "PEERS:SASL_SSL,CONTROLLER:PLAINTEXT"),
                        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                        Map.entry("listener.name.peers.plain.sasl.jaas.config", login("operator", "user_operator=\""
                                + SECRET + USERS.stream()
                                        .map(user -> "\" user_" + user + "=\"" + SECRET)
                                        .collect(Collectors.joining())
                                + "\"")),
                        Map.entry("ssl.keystore.location", key("server")),
                        Map.entry("ssl.keystore.password", KEY_PASSWORD),
                        Map.entry("ssl.truststore.location", key("trusted")),
                        Map.entry("ssl.truststore.password", KEY_PASSWORD),
                        Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:operator;User:ANONYMOUS")));
        tracker = servers.tracker() + "/" + NETWORK;
        registry = registry();
        registryUrl = "http://127.0.0.1:" + registry.getAddress().getPort();
        kafkaProperties("operator", SECRET);
        for (String user : USERS) {
            kafkaProperties(user, SECRET);
        }
        trackerProperties("tracker", identity("client"));
        Files.writeString(file("registry"), """
                basic.auth.credentials.source=USER_INFO
                basic.auth.user.info=volunteer:%s
                """.formatted(SECRET));
        permit("volunteer", AclOperation.ALL);
        permit("reader", AclOperation.DESCRIBE, AclOperation.READ);
        try (SluiceProcess init = run("network", "operator", "init", "--kafka", servers.kafka(), "--registry",
                registryUrl, "--name", NETWORK)) {
            assertEquals(0, init.exitCode(), init::toString);
            assertHidesSecrets(init);
        }
    }

    @AfterAll
    static void stop() {
        servers.close();
        registry.stop(0);
    }

    private static void keys() throws Exception {
        for (String name : List.of("server", "client", "stranger")) {
            keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                    "CN=" + name, "-ext", "SAN=IP:127.0.0.1,DNS:localhost", "-validity", "2", "-keystore", key(name));
        }
        for (String name : List.of("server", "client")) {
            keytool("-exportcert", "-alias", name, "-keystore", key(name), "-file", folder.resolve(name).toString());
            keytool("-importcert", "-noprompt", "-alias", name, "-file", folder.resolve(name).toString(), "-keystore",
                    key("trusted"));
        }
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", KEY_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static String key(String name) {
        return folder.resolve(name + ".p12").toString();
    }

    private static Path file(String name) {
        return folder.resolve(name + ".client.properties");
    }

    private static String login(String user, String more) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + SECRET + "\" " + more + ";";
    }

    private static void kafkaProperties(String user, String password) throws IOException {
        Files.writeString(file(user), """
                security.protocol=SASL_SSL
                sasl.mechanism=PLAIN
                sasl.jaas.config=%s
                ssl.truststore.location=%s
                ssl.truststore.password=%s
                """.formatted(login(user, "").replace(SECRET, password), key("trusted"), KEY_PASSWORD));
    }

    private static void trackerProperties(String name, String identity) throws IOException {
        trackerProperties(name, identity, "trusted");
    }

    private static void trackerProperties(String name, String identity, String trusted) throws IOException {
        Files.writeString(file(name), """
                zookeeper.client.secure=true
                zookeeper.ssl.trustStore.location=%s
                zookeeper.ssl.trustStore.password=%s
                %s
                """.formatted(key(trusted), KEY_PASSWORD, identity));
    }

    private static String identity(String keys) {
        return "zookeeper.ssl.keyStore.location=" + key(keys) + "\nzookeeper.ssl.keyStore.password=" + KEY_PASSWORD;
    }

    private static HttpServer registry() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", new RegistryRoutes(SchemaStore.open(folder.resolve("registry"))))
                .setAuthenticator(new BasicAuthenticator("registry") {
                    @Override
                    public boolean checkCredentials(String user, String password) {
                        return user.equals("volunteer") && password.equals(SECRET);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    /** Rights to all below the network's prefix, and nothing else; a volunteer needs all of them. */
    private static void permit(String user, AclOperation... operations) throws Exception {
        try (Admin admin = operator()) {
            admin.createAcls(Stream.of(operations).map(operation -> right(user, operation)).toList()).all().get();
        }
    }

    private static void forbid(String user, AclOperation operation) throws Exception {
        try (Admin admin = operator()) {
            admin.deleteAcls(List.of(right(user, operation).toFilter())).all().get();
        }
    }

    private static AclBinding right(String user, AclOperation operation) {
        return new AclBinding(new ResourcePattern(ResourceType.TOPIC, NETWORK + ".", PatternType.PREFIXED),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    private static Admin operator() {
        return Admin.create(Map.of("bootstrap.servers", servers.kafka(), "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN", "sasl.jaas.config", login("operator", ""), "ssl.truststore.location",
                key("trusted"), "ssl.truststore.password", KEY_PASSWORD, "default.api.timeout.ms", 120_000));
    }

    /** Runs a command as a user of Kafka; {@code command} may have a subcommand first in {@code more}. */
    private static SluiceProcess run(String command, String user, String... more) {
        return runAs(System.getProperty("user.name"), command, user, more);
    }

    /** The same for somebody who has logged in to this machine under another name. */
    private static SluiceProcess runAs(String login, String command, String user, String... more) {
        return runAt(tracker, login, command, user, more);
    }

    private static SluiceProcess runAt(String tracker, String login, String command, String user, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--tracker", tracker, "--tracker-properties", file("tracker").toString(),
                "--kafka-properties", file(user).toString(), "--registry-properties", file("registry").toString()));
        return SluiceProcess.startWith(List.of(Workers.MEASURED_AT_ONCE, "-Duser.name=" + login),
                arguments.toArray(String[]::new));
    }

    private static void assertHidesSecrets(SluiceProcess process) {
        String said = process.output() + process.errors();
        assertFalse(said.contains(SECRET) || said.contains(KEY_PASSWORD), process::toString);
    }

    @Test
    void aJobRunsAndTheConsoleShowsItAndNobodyTellsASecret() throws Exception {
        try (SluiceProcess worker = run("worker", "volunteer", "--threads", "1", "--name", "ada", "--verbose");
                SluiceProcess check = run("network", "volunteer", "check", "--json")) {
            worker.awaitOutput("Waiting for work");
            JsonNode checked = RealNetwork.answer(check);
            assertTrue(checked.get("usable").asBoolean(), check::toString);
            assertEquals(0, check.exitCode());
            try (SluiceProcess submit = run("submit", "volunteer", "integers", "--from", "0", "--to", "2000000",
                    "--zeros", "200", "--json", "--verbose")) {
                JsonNode answer = RealNetwork.answer(submit);
                assertEquals("EXHAUSTED", answer.get("status").asText());
                assertHidesSecrets(submit);
                String job = answer.get("job").asText();
                try (SluiceProcess console = run("console", "volunteer", "--job", job, "--json")) {
                    assertEquals(0, console.exitCode(), console::toString);
                    assertTrue(console.output().contains("SubjobResult"), console::toString);
                }
                try (SluiceProcess show = run("network", "volunteer", "show", "--json")) {
                    JsonNode shown = RealNetwork.answer(show);
                    assertEquals(NETWORK, shown.get("network").asText());
                    assertHidesSecrets(show);
                }
            }
            assertHidesSecrets(worker);
            assertHidesSecrets(check);
        }
    }

    @Test
    void kafkasOwnConsoleConsumerReadsWithTheSameFiles() throws Exception {
        try (SluiceProcess submit = run("submit", "volunteer", "integers", "--from", "0", "--to", "1000", "--zeros",
                "200", "--timeout", "2s", "--json")) {
            String job = RealNetwork.answer(submit).get("job").asText();
            try (SluiceProcess consumer = SluiceProcess.startMain("org.apache.kafka.tools.consumer.ConsoleConsumer",
                    "--bootstrap-server", servers.kafka(), "--command-config", file("volunteer").toString(), "--topic",
                    NETWORK + ".job." + job, "--partition", "0", "--offset", "earliest", "--timeout-ms", "20000",
                    "--formatter",
                    "org.sluice.schemas.SluiceMessageFormatter", "--formatter-property",
                    "schema.registry.url=" + registryUrl, "--formatter-config", file("registry").toString())) {
                consumer.awaitOutput("journal Started");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"worker, --quiet", "submit, integers --from 0 --to 10 --zeros 5"})
    void whoHasAWrongPasswordIsToldSoAndEnds(String command, String more) throws Exception {
        kafkaProperties("liar", "wrong");
        assertRefused(run(command, "liar", more.split(" ")), "does not let this process in");
    }

    @ParameterizedTest
    @CsvSource({"worker, --quiet", "steward, --quiet", "submit, integers --from 0 --to 10 --zeros 5"})
    void whoHasNoRightsIsToldSoAndEnds(String command, String more) throws Exception {
        assertRefused(run(command, "stranger", more.split(" ")), "does not permit");
    }

    @Test
    void whoIsNotLetInPutsNoNetworkThere() throws Exception {
        kafkaProperties("liar", "wrong");
        assertRefused(run("network", "liar", "init", "--kafka", servers.kafka(), "--registry", registryUrl, "--name",
                NETWORK), "does not let this process in");
        assertRefused(runAt(servers.tracker() + "/elsewhere", "anybody", "network", "stranger", "init", "--kafka",
                servers.kafka(), "--registry", registryUrl, "--name", NETWORK), "does not permit");
        // Whatever else it is, it shows a certificate that only the tracker's clients trust.
        assertRefused(run("network", "volunteer", "init", "--kafka", servers.kafka(), "--registry",
                "https://" + servers.tracker(), "--name", NETWORK), "its certificate is not trusted here");
    }

    @Test
    void whoHasNoPasswordForTheRegistryIsToldSoAndEnds() throws Exception {
        assertRefused(SluiceProcess.start("worker", "--tracker", tracker, "--tracker-properties",
                file("tracker").toString(), "--kafka-properties", file("volunteer").toString()),
                "--registry-properties");
    }

    @Test
    void whoMayNotIsNotToldThatThereIsNothingOrThatNobodyAnswers() throws Exception {
        try (SluiceProcess submit = run("submit", "volunteer", "integers", "--from", "0", "--to", "1000", "--zeros",
                "200", "--owner", "anna")) {
            String job = submit.awaitError("^job (\\S+):").group(1);
            submit.awaitError("[Nn]o worker");
            for (String[] console : new String[][]{{}, {"--follow"}, {"--job", job},
                    {"--topic", NETWORK + ".job." + job}}) {
                assertRefused(run("console", "stranger", console), "does not permit");
            }
            for (String user : List.of("stranger", "reader")) {
                assertRefused(run("cancel", user, job),
                        "does not permit: write to the topic " + NETWORK + ".job." + job);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void whoLosesARightThatItNeedsIsEnded(AclOperation lost) throws Exception {
        AclOperation[] all = {AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.CREATE,
                AclOperation.DELETE};
        permit("leaver", all);
        try (SluiceProcess worker = run("worker", "leaver", "--threads", "1", "--name", "leaver", "--normal-priority");
                SluiceProcess submit = run("submit", "leaver", "integers", "--from", "0", "--to", "9000000000000",
                        "--zeros", "200", "--algorithm", "SHA3-512", "--json")) {
            worker.awaitOutput("took \\d+ integers");
            forbid("leaver", lost);
            assertRefused(submit, "does not permit");
            assertRefused(worker, "does not permit");
        } finally {
            for (AclOperation operation : all) {
                forbid("leaver", operation);
            }
        }
    }

    @Test
    void whoseRightsAreWithdrawnIsEndedAndAnotherLoginGoesOnWithTheJob() throws Exception {
        permit("leaver", AclOperation.ALL);
        try (SluiceProcess worker = run("worker", "leaver", "--threads", "1", "--name", "leaver", "--normal-priority");
                SluiceProcess submit = run("submit", "leaver", "integers", "--from", "0", "--to", "9000000000000",
                        "--zeros", "200", "--algorithm", "SHA3-512", "--owner", "anna", "--json")) {
            worker.awaitOutput("took \\d+ integers");
            String job = submit.awaitError("^job (\\S+):").group(1);

            forbid("leaver", AclOperation.ALL);

            assertRefused(submit, "sluice resume " + job);
            assertRefused(worker, "does not permit");
            try (SluiceProcess jobs = run("jobs", "volunteer", "--json")) {
                assertTrue(
                        RealNetwork.answer(jobs).toString().contains("\"job\":\"" + job + "\",\"state\":\"RUNNING\""),
                        jobs::toString);
            }
            try (SluiceProcess resume = runAs("bea", "resume", "volunteer", job, "--json")) {
                resume.awaitError("^job " + job);
                try (SluiceProcess cancel = runAs("bea", "cancel", "volunteer", job)) {
                    assertEquals(0, cancel.exitCode(), cancel::toString);
                }
                assertEquals("CANCELLED", RealNetwork.answer(resume).get("status").asText(), resume::toString);
            }
        }
    }

    private static void assertRefused(SluiceProcess process, String why) throws InterruptedException {
        try (process) {
            assertEquals(3, process.exitCode(), process::toString);
            List<String> complaints = process.errors().lines().filter(line -> line.startsWith("sluice: ")).toList();
            assertEquals(1, complaints.size(), process::toString);
            assertTrue(complaints.getFirst().contains(why), process::toString);
            assertHidesSecrets(process);
        }
    }

    @Test
    void aFileThatCannotBeReadIsWrongUsage() throws Exception {
        try (SluiceProcess worker = SluiceProcess.start("worker", "--kafka-properties",
                folder.resolve("missing").toString())) {
            assertEquals(2, worker.exitCode(), worker::toString);
            assertTrue(worker.errors().contains("there is no such file"), worker::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"peers", "network check"})
    void whoShowsNoCertificateIsToldSoByTheTrackerAndEnds(String command) throws Exception {
        trackerProperties("nameless", "");
        assertLeftOut(command, "TLS fails: ", "--tracker-properties", file("nameless").toString());
    }

    @Test
    void whoShowsACertificateThatTheTrackerDoesNotTrustIsToldSoAndEnds() throws Exception {
        trackerProperties("wrong", identity("stranger"));
        assertLeftOut("worker", "TLS fails: ", "--tracker-properties", file("wrong").toString());
    }

    @Test
    void whoDoesNotTrustTheTrackerIsToldSoAndEnds() throws Exception {
        keytool("-exportcert", "-alias", "stranger", "-keystore", key("stranger"), "-file",
                folder.resolve("stranger").toString());
        keytool("-importcert", "-noprompt", "-alias", "stranger", "-file", folder.resolve("stranger").toString(),
                "-keystore", key("others"));
        trackerProperties("distrusting", identity("client"), "others");
        assertLeftOut("steward", "its certificate is not trusted here: ", "--tracker-properties",
                file("distrusting").toString());
    }

    @Test
    void whoSpeaksNoTlsIsToldThatTheTrackerDoes() throws Exception {
        assertLeftOut("worker", "it speaks TLS alone");
    }

    private static void assertLeftOut(String command, String why, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--tracker", tracker));
        arguments.addAll(List.of(options));
        try (SluiceProcess process = SluiceProcess.start(arguments.toArray(String[]::new))) {
            assertEquals(3, process.exitCode(), process::toString);
            String said = process.output() + process.errors();
            assertTrue(said.contains("does not let this process in: " + why), process::toString);
            assertHidesSecrets(process);
        }
    }
}
