package org.sluice.submitter.bitcoin.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A server on this machine that answers what a test wants a node to answer. */
final class FakeNode implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> questions = Collections.synchronizedList(new ArrayList<>());
    private final List<InetSocketAddress> connections = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<JsonNode, Reply> replies = question -> Reply.result(question, "null");

    /**
     * What it says.
     *
     * @param status HTTP's
     */
    record Reply(int status, String body) {
        static Reply result(JsonNode question, String json) {
            return new Reply(200, "{\"jsonrpc\":\"2.0\",\"result\":" + json + ",\"id\":" + question.get("id") + "}");
        }

        /** As nodes before Bitcoin Core 28 answer, and later ones those who ask so. */
        static Reply oldError(JsonNode question, int status, int code, String message) {
            return new Reply(status, "{\"result\":null,\"error\":{\"code\":" + code + ",\"message\":\"" + message
                    + "\"},\"id\":" + question.get("id") + "}");
        }

        static Reply newError(JsonNode question, int code, String message) {
            return new Reply(200, "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                    + "\"},\"id\":" + question.get("id") + "}");
        }
    }

    FakeNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void reply(Function<JsonNode, Reply> how) {
        replies = how;
    }

    List<String> authorizations() {
        return authorizations;
    }

    /** The connection on which each question came, told apart by the asker's port. */
    List<InetSocketAddress> connections() {
        return connections;
    }

    List<JsonNode> questions() {
        return questions;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            JsonNode question = MAPPER.readTree(exchange.getRequestBody());
            questions.add(question);
            connections.add(exchange.getRemoteAddress());
            Reply reply = replies.apply(question);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
