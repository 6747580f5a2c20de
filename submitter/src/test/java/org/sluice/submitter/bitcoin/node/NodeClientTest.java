package org.sluice.submitter.bitcoin.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.sluice.submitter.bitcoin.node.FakeNode.Reply;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NodeClientTest {
    private static final String SECRET = "c0ffee-is-secret";
    private static final NodeCredentials PASSWORD = new NodeCredentials.Password("anna", SECRET);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private FakeNode server;
    private NodeClient client;

    @BeforeEach
    void start() throws Exception {
        server = new FakeNode();
        client = new NodeClient(server.url(), PASSWORD);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void asksAsJsonRpcWantsIt() throws Exception {
        server.reply(question -> Reply.result(question, "{\"height\":7}"));

        assertEquals(7, client.call("getthing", List.of("a", 1, Map.of("b", List.of("c"))), PATIENCE)
                .get("height")
                .asInt());
        client.call("getthing", List.of(), PATIENCE);

        assertEquals("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getthing\",\"params\":[\"a\",1,{\"b\":[\"c\"]}]}",
                server.questions().getFirst().toString());
        assertEquals(2, server.questions().get(1).get("id").asInt());
        assertEquals(basic("anna:" + SECRET), server.authorizations().getFirst());
    }

    @Test
    void nullIsAnAnswer() throws Exception {
        assertTrue(client.call("submitblock", List.of("00"), PATIENCE).isNull());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "-28|Loading block index...|STARTING|is starting: Loading block index...",
            "-10|Bitcoin is in initial sync|SYNCING|is still downloading the chain",
            "-9|Bitcoin is not connected!|ALONE|is connected to no other node",
            "-22|Block decode failed|REFUSED|refuses ask: Block decode failed (code -22)",
            "-1|a\\u001b[31m\\nb|REFUSED|refuses ask: a\\u001b[31m b (code -1)"})
    void explainsErrorsInEitherForm(int code, String message, Fault fault, String words) {
        server.reply(question -> Reply.newError(question, code, message));
        NodeException inNew = refused();
        server.reply(question -> Reply.oldError(question, 500, code, message));
        NodeException inOld = refused();

        assertEquals(fault, inNew.fault());
        assertEquals(fault, inOld.fault());
        assertTrue(messageOf(inNew).startsWith("the node at " + server.url() + " " + words), inNew::getMessage);
        assertEquals(inNew.getMessage(), inOld.getMessage());
        assertEquals(fault != Fault.REFUSED, fault.passes());
    }

    @Test
    void saysWhoIsNotLetIn() {
        server.reply(_ -> new Reply(401, ""));
        assertEquals("the node at " + server.url() + " does not accept the user 'anna' with that password",
                messageOf(refused()));
        assertEquals(Fault.UNAUTHORIZED, refused().fault());
        assertFalse(refused().fault().passes());

        server.reply(_ -> new Reply(403, ""));
        assertTrue(
                messageOf(refused()).contains("does not allow us ask: see its settings rpcallowip and rpcwhitelist"));

        server.reply(_ -> new Reply(503, "Work queue depth exceeded"));
        assertEquals(Fault.BUSY, refused().fault());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>hello</html>", "[]", "17", "{}", "{\"result\":1}", "{\"result\":1,\"id\":99}",
            "{\"result\":1,\"id\":1,\"error\":\"no\"}", "{\"result\":1,\"id\":1} {}",
            "{\"result\":1,\"result\":2,\"id\":1}", "{\"result\":", "\u0000\u0001"})
    void saysWhatIsNoNode(String body) {
        server.reply(_ -> new Reply(200, body));

        NodeException garbled = refused();

        assertEquals(Fault.GARBLED, garbled.fault());
        assertTrue(messageOf(garbled).startsWith("what answers at " + server.url() + " is no Bitcoin node: "));
        assertFalse(messageOf(garbled).chars().anyMatch(Character::isISOControl));
    }

    @Test
    void showsLittleOfMuch() {
        server.reply(_ -> new Reply(404, "x".repeat(1_000_000)));

        assertTrue(messageOf(refused()).length() < 300);
    }

    @Test
    void saysThatNothingAnswers() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (NodeClient nowhere = new NodeClient(URI.create("http://127.0.0.1:" + port), PASSWORD)) {
            NodeException refused = assertThrows(NodeException.class,
                    () -> nowhere.call("ask", List.of(), PATIENCE));
            assertEquals(Fault.UNREACHABLE, refused.fault());
            assertTrue(
                    messageOf(refused).startsWith("no node answers at http://127.0.0.1:" + port + ": is it running"));
        }
    }

    @Test
    void waitsOnlyAsLongAsItMay() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        server.reply(question -> {
            await(end);
            return Reply.result(question, "1");
        });

        NodeException silent = assertThrows(NodeException.class,
                () -> client.call("ask", List.of(), Duration.ofMillis(50)));
        end.countDown();

        assertEquals(Fault.SILENT, silent.fault());
        assertTrue(messageOf(silent).contains("has not answered ask within"));
    }

    @Test
    void anAnswerThatBreaksOffIsToldOf() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                NodeClient cut = new NodeClient(URI.create("http://127.0.0.1:" + socket.getLocalPort()), PASSWORD)) {
            Thread.ofVirtual().start(() -> {
                try (var connection = socket.accept()) {
                    connection.getInputStream().read(new byte[4_096]);
                    connection.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException _) {
                    // The test has ended.
                }
            });

            NodeException broken = assertThrows(NodeException.class, () -> cut.call("ask", List.of(), PATIENCE));
            assertEquals(Fault.UNREACHABLE, broken.fault());
            assertTrue(messageOf(broken).contains("broke off"));
        }
    }

    /** A node makes another cookie whenever it starts. */
    @Test
    void readsTheCookieAnewForEveryQuestion() throws Exception {
        Path cookie = folder.resolve(".cookie");
        try (NodeClient withCookie = new NodeClient(server.url(), new NodeCredentials.CookieFile(cookie))) {
            NodeException missing = assertThrows(NodeException.class,
                    () -> withCookie.call("ask", List.of(), PATIENCE));
            assertEquals(Fault.NO_COOKIE, missing.fault());
            assertTrue(missing.fault().passes());
            assertTrue(messageOf(missing).contains(cookie + " is not there: is the node running"));

            Files.writeString(cookie, "__cookie__:first\n");
            withCookie.call("ask", List.of(), PATIENCE);
            Files.writeString(cookie, "__cookie__:second");
            withCookie.call("ask", List.of(), PATIENCE);

            assertEquals(List.of(basic("__cookie__:first"), basic("__cookie__:second")), server.authorizations());
            server.reply(_ -> new Reply(401, ""));
            NodeException old = assertThrows(NodeException.class,
                    () -> withCookie.call("ask", List.of(), PATIENCE));
            assertTrue(messageOf(old).endsWith("does not accept the cookie in " + cookie));
            assertEquals(Fault.NO_COOKIE, old.fault());
        }
    }

    @Test
    void readsThePasswordFromAFileOrTheEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "a:b c\n");
        Map<String, String> environment = Map.of(NodeCredentials.PASSWORD_VARIABLE, SECRET);

        assertEquals(basic("anna:a:b c"),
                NodeCredentials.ofUser("anna", Optional.of(file), environment).authorization());
        assertEquals(basic("anna:" + SECRET),
                NodeCredentials.ofUser("anna", Optional.empty(), environment).authorization());
        assertEquals("no password for the node's user 'anna': name a file with --password-file, or set "
                + "SLUICE_RPC_PASSWORD",
                messageOf(assertThrows(NodeException.class,
                        () -> NodeCredentials.ofUser("anna", Optional.empty(), Map.of()))));
        assertThrows(NodeException.class, () -> NodeCredentials.ofUser("an:na", Optional.of(file), environment));
        assertThrows(NodeException.class, () -> NodeCredentials.ofUser("", Optional.of(file), environment));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "one\ntwo", "0"})
    void refusesFilesThatAreNoSecrets(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("file"),
                content.equals("0") ? "0".repeat(5_000) : content);

        NodeException refused = assertThrows(NodeException.class,
                () -> new NodeCredentials.PasswordFile("anna", file).authorization());

        assertTrue(messageOf(refused).startsWith("the password file " + file));
        assertThrows(NodeException.class, () -> new NodeCredentials.CookieFile(file).authorization());
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe});
        assertTrue(messageOf(assertThrows(NodeException.class,
                () -> new NodeCredentials.CookieFile(file).authorization())).endsWith("is no text"));
        Files.writeString(file, "no colon");
        assertTrue(messageOf(assertThrows(NodeException.class,
                () -> new NodeCredentials.CookieFile(file).authorization())).endsWith("is not the cookie of a node"));
    }

    /** Whoever prints or logs a thing of these, or the whole trail of an exception, shows no secret. */
    @Test
    void noTextHasTheSecretInIt() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), SECRET);
        server.reply(_ -> new Reply(401, ""));

        for (NodeCredentials credentials : List.of(PASSWORD, new NodeCredentials.PasswordFile("anna", file),
                new NodeCredentials.CookieFile(Files.writeString(folder.resolve("c"), "__cookie__:" + SECRET)))) {
            try (NodeClient asking = new NodeClient(server.url(), credentials)) {
                StringBuilder texts = new StringBuilder().append(credentials).append(credentials.inWords());
                texts.append(asking);
                for (Throwable e = assertThrows(NodeException.class,
                        () -> asking.call("ask", List.of(), PATIENCE)); e != null; e = e.getCause()) {
                    texts.append(e);
                }
                assertFalse(texts.toString().contains(SECRET), texts::toString);
                assertFalse(texts.toString().contains(basic("anna:" + SECRET).substring(6)), texts::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8332", "ftp://127.0.0.1", "http:///path", "node", "http://u:p@127.0.0.1:8332"})
    void refusesWhatIsNoAddress(String url) {
        Exception refused = assertThrows(IllegalArgumentException.class,
                () -> new NodeClient(URI.create(url), PASSWORD));
        assertFalse(String.valueOf(refused.getMessage()).contains("u:p"));
    }

    private NodeException refused() {
        return assertThrows(NodeException.class, () -> client.call("ask", List.of(), PATIENCE));
    }

    private static String messageOf(Exception e) {
        return Objects.requireNonNull(e.getMessage());
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
