package org.sluice.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.TrackerException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What {@code network init} and {@code network check} do on servers that run already. */
@Tag("slow")
@Timeout(180)
class OwnNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private static EmbeddedNetwork servers = EmbeddedNetwork.startTemporary();

    /** The same servers are a tracker of its own for each test: another path. */
    private final String path = "/own-" + NETWORKS.incrementAndGet();
    private final String tracker = servers.trackerAddress() + path;

    @AfterAll
    static void stop() {
        servers.close();
    }

    /** What a command has said when it had ended. */
    private record Ran(int status, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Program.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ran(status, out.toString(), err.toString());
    }

    private Ran initAt(String registry, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("network", "init", "--tracker", tracker, "--kafka",
                servers.servers().bootstrapServers(), "--registry", registry, "--name", name));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private Ran init(String name, String... more) {
        return initAt(servers.servers().registryUrl(), name, more);
    }

    private Servers published() {
        try (Tracker connected = Tracker.connect(tracker, PATIENCE)) {
            return connected.network();
        }
    }

    private void assertNothingIsThere() {
        TrackerException nothing = assertThrows(TrackerException.class, this::published);
        assertTrue(String.valueOf(nothing.getMessage()).contains("has nothing at the path " + path),
                nothing.getMessage());
    }

    private static void assertRefused(int status, String why, Ran ran) {
        assertEquals(status, ran.status(), ran::toString);
        assertEquals("", ran.out());
        List<String> complaints = ran.err().lines().filter(line -> line.startsWith("sluice: ")).toList();
        assertEquals(1, complaints.size(), ran::toString);
        assertTrue(complaints.getFirst().contains(why), ran::toString);
    }

    @Test
    void anotherNetworkIsPutInThePlaceOfTheFirstOnlyWhenThatIsSaid() {
        String network = "first-" + NETWORKS.get();
        assertEquals(0, init(network).status());

        assertRefused(2, "describes another network already", init("second"));
        assertEquals(network, published().topics().network());
        Ran again = init(network);
        assertEquals(0, again.status(), again::toString);
        assertTrue(again.err().contains("it was so already"), again::toString);

        Ran replaced = init("second", "--replace");
        assertEquals(0, replaced.status(), replaced::toString);
        assertTrue(replaced.out().contains("second"), replaced::toString);
        assertEquals("second", published().topics().network());
    }

    /** The registry keeps the first one waiting until the other has written its description. */
    @Test
    void ofTwoWhoPutItThereAtATimeBothTellWhatStands() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        HttpServer slow = registry("", () -> {
            asked.countDown();
            other.await();
            return 200;
        });
        try {
            FutureTask<Ran> first = new FutureTask<>(() -> initAt(url(slow, ""), "race"));
            Thread.ofPlatform().start(first);
            asked.await();
            Ran second = init("race");
            other.countDown();

            assertEquals(0, second.status(), second::toString);
            assertEquals(0, first.get().status(), first.get()::toString);
            assertEquals(second.out(), first.get().out());
            assertTrue(first.get().err().contains("their description stands"), first.get()::toString);
            assertEquals(servers.servers().registryUrl(), published().registryUrl());
        } finally {
            slow.stop(0);
        }
    }

    @Test
    void whereTopicsOfThatNameAreNoNetworkIsPutUnlessTheyAreSaidToBeItsOwn() {
        Servers ours = servers.servers();
        Servers others = new Servers(ours.bootstrapServers(), ours.registryUrl(), ours.clusterId(),
                new TopicNames("taken"), 1);
        try (Topics theirs = Topics.connect(others, Map.of())) {
            theirs.create(new Topic.Inbox(new PeerId("anna.00000001")), Duration.ofHours(1));

            assertRefused(2, "has topics of a network that is named taken", init("taken"));
            assertNothingIsThere();
            assertEquals(0, init("taken", "--replace").status());
            assertEquals("taken", published().topics().network());

            theirs.delete(theirs.list());
        }
    }

    @Test
    void withoutTheRightToRegisterNothingIsWritten() throws Exception {
        HttpServer locked = registry("", () -> 403);
        try {
            assertRefused(3, "--registry-properties", initAt(url(locked, ""), "locked"));
            assertNothingIsThere();
        } finally {
            locked.stop(0);
        }
    }

    @Test
    void aRegistryMayLiveUnderAPath() throws Exception {
        HttpServer deep = registry("/apis/ccompat/v7", () -> 200);
        try {
            Ran init = initAt(url(deep, "/apis/ccompat/v7"), "deep");
            assertEquals(0, init.status(), init::toString);
            Ran check = run("network", "check", "--tracker", tracker);
            assertEquals(0, check.status(), check::toString);
            assertTrue(check.out().contains("/apis/ccompat/v7 has all schemas of this version"), check::toString);
        } finally {
            deep.stop(0);
        }
    }

    @Test
    void whyTopicsAreKeptByFewIsToldAsItIs() {
        Ran said = init("few", "--replication", "1");
        assertTrue(said.err().contains("topics are kept by 1 broker, as --replication says"), said::toString);
        Ran unsaid = init("few");
        assertTrue(unsaid.err().contains("topics are kept by 1 broker, for there are no more"), unsaid::toString);
        assertRefused(2, "--replication 2 needs as many brokers", init("few", "--replication", "2"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    k1:99999 | http://registry:8081 | --kafka: a port is a number from 1 to 65535
                    k1:9092,k2:0 | http://registry:8081 | --kafka: a port is a number from 1 to 65535
                    k1 | http://registry:8081 | --kafka: write host:port
                    k1:9092, | http://registry:8081 | --kafka: write host:port
                    k1:2:3 | http://registry:8081 | --kafka: write host:port
                    k1:9092 | http://registry:99999 | --registry: write
                    k1:9092 | ftp://registry | --registry: write
                    """)
    void whatIsNoAddressIsWrongUsage(String kafka, String registry, String why) {
        assertRefused(2, why, run("network", "init", "--tracker", tracker, "--kafka", kafka, "--registry", registry));
        assertNothingIsThere();
    }

    @Test
    void aListThatNoPeerWouldReadIsWrongUsage() {
        assertRefused(2, "longer than 4096", run("network", "init", "--tracker", tracker, "--kafka",
                "kafka:9092" + ",kafka:9092".repeat(400), "--registry", "http://registry:8081"));
    }

    @Test
    void aCheckTellsVersionsAndWhoIsUnknownAmongKnownServers() {
        assertEquals(0, init("checked").status());

        Ran check = run("network", "check", "--tracker", servers.trackerAddress() + ",nowhere.invalid:2181" + path);

        assertEquals(3, check.status(), check::toString);
        assertTrue(check.out().contains("nobody knows the name nowhere.invalid"), check::toString);
        assertTrue(check.out().matches("(?s).*answers within \\d+ ms: ZooKeeper 3\\.9\\.\\d+\\S*, standalone.*"),
                check::toString);
        assertTrue(check.out().matches("(?s).*1 broker, Kafka 4\\.\\d+, cluster .*"), check::toString);
        assertEquals(1, check.out().lines().filter(line -> line.startsWith("failed")).count(), check::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"network check", "network show", "peers", "jobs"})
    void whoOnlyLooksMakesNothingAtAMistypedPath(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--tracker", tracker));

        Ran looked = run(arguments.toArray(String[]::new));

        assertEquals(3, looked.status(), looked::toString);
        assertTrue((looked.out() + looked.err()).contains("has nothing at the path " + path), looked::toString);
        assertNothingIsThere();
    }

    /**
     * Stands before the registry, under a path.
     *
     * @param gate what becomes of a request: it is passed on, or refused with another status
     */
    private static HttpServer registry(String prefix, Callable<Integer> gate) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(prefix + "/", exchange -> {
            try (exchange; HttpClient client = HttpClient.newHttpClient()) {
                int status = gate.call();
                if (status == 200) {
                    passOn(exchange, exchange.getRequestURI().toString().substring(prefix.length()), client);
                } else {
                    exchange.sendResponseHeaders(status, -1);
                }
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    private static void passOn(HttpExchange exchange, String path, HttpClient client)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create(servers.servers().registryUrl() + path))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .method(exchange.getRequestMethod(),
                                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
                        .build(),
                BodyHandlers.ofByteArray());
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
    }

    private static String url(HttpServer server, String prefix) {
        assertFalse(prefix.endsWith("/"));
        return "http://127.0.0.1:" + server.getAddress().getPort() + prefix;
    }
}
