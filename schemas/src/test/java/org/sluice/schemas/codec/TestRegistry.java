package org.sluice.schemas.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/** A schema registry that can lose what it has, and keep those waiting who ask for schemas. */
public final class TestRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    /** Schemas by their ids less one. */
    private final List<@Nullable String> schemas = new ArrayList<>();
    private volatile boolean away;
    private volatile CountDownLatch answering = new CountDownLatch(0);

    public TestRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** It loses what it has, and gives the first ids, so many, to something else. */
    synchronized void beginAnew(int taken) {
        schemas.clear();
        for (int i = 0; i < taken; i++) {
            schemas.add(null);
        }
    }

    /** The id under which a schema is registered, which is registered if it is not. */
    public synchronized int register(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    private synchronized boolean isRegistered(String schema) {
        return schemas.contains(schema);
    }

    private synchronized @Nullable String schema(int id) {
        return id >= 1 && id <= schemas.size() ? schemas.get(id - 1) : null;
    }

    /** Whether it says to everybody that it is not available. */
    void setAway(boolean isAway) {
        away = isAway;
    }

    /** From now on who asks for a schema waits. */
    public void keepWaiting() {
        answering = new CountDownLatch(1);
    }

    /** Answers to those who wait, and from now on. */
    public void answer() {
        answering.countDown();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (away) {
            reply(exchange, 503, Map.of("error_code", 503, "message", "not available"));
        } else if (path.startsWith("/config/")) {
            reply(exchange, 200, Map.of("compatibility", "FULL_TRANSITIVE"));
        } else if (path.startsWith("/subjects/")) {
            String schema = JSON.readTree(body).get("schema").asText();
            if (path.endsWith("/versions") || isRegistered(schema)) {
                reply(exchange, 200, Map.of("id", register(schema)));
            } else {
                reply(exchange, 404, Map.of("error_code", 40403, "message", "no such schema"));
            }
        } else {
            try {
                answering.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            String schema = schema(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
            if (schema == null) {
                reply(exchange, 404, Map.of("error_code", 40403, "message", "no such schema"));
            } else {
                reply(exchange, 200, Map.of("schema", schema));
            }
        }
    }

    private static void reply(HttpExchange exchange, int status, Map<String, Object> content) throws IOException {
        byte[] bytes = JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        executor.shutdownNow();
    }
}
