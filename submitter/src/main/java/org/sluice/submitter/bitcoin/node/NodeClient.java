package org.sluice.submitter.bitcoin.node;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import org.sluice.schemas.codec.Printable;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Bitcoin node over JSON-RPC, one question in one HTTP request, on connections of its own. Any thread may use it.
 *
 * <p>Nodes answer errors in the way of JSON-RPC 1.1, with a status of HTTP of its own, or of 2.0, with status 200; both are understood. The codes
 * are those of Bitcoin Core's {@code rpc/protocol.h}.
 */
public final class NodeClient implements AutoCloseable {
    private static final int WARMING_UP = -28;
    private static final int DOWNLOADING = -10;
    private static final int NOT_CONNECTED = -9;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A block of four million weight units is 8 MB in hexadecimal digits; a template has a little more. */
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_SHOWN = 160;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final URI url;
    private final NodeCredentials credentials;
    private final HttpClient http;
    private final AtomicLong lastId = new AtomicLong();

    /**
     * A client; nothing is asked yet.
     *
     * @param url the node's RPC address, {@code http://HOST:PORT} or {@code https://}, with a path where a wallet is meant
     * @throws IllegalArgumentException if the address is none, or has a user or password in it, where others could see it
     */
    public NodeClient(URI url, NodeCredentials credentials) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("a node's address is http://HOST:PORT, such as http://127.0.0.1:8332");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a node's address has no user and password in it, for others could see them");
        }
        this.url = url;
        this.credentials = credentials;
        this.http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param params what JSON can say: texts, numbers, lists, maps and {@link JsonNode}s
     * @param patience how long to wait for the answer
     * @return the result, which may be JSON's null
     */
    public JsonNode call(String method, List<?> params, Duration patience) throws NodeException, InterruptedException {
        long id = lastId.incrementAndGet();
        ObjectNode question = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method);
        question.set("params", MAPPER.valueToTree(params));
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(patience)
                .header("Authorization", credentials.authorization())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(question.toString()))
                .build();
        HttpResponse<byte[]> response;
        try {
            response = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new NodeException(Fault.UNREACHABLE, "no node answers at " + url
                    + ": is it running, with server=1, and is that its RPC address?", e);
        } catch (HttpTimeoutException e) {
            throw new NodeException(Fault.SILENT,
                    "the node at " + url + " has not answered " + method + " within " + patience.toSeconds() + " s", e);
        } catch (IOException e) {
            throw new NodeException(Fault.UNREACHABLE,
                    "the node at " + url + " did not answer " + method + ": the connection broke off", e);
        }
        return result(method, id, response);
    }

    private JsonNode result(String method, long id, HttpResponse<byte[]> response) throws NodeException {
        requireAdmission(method, response.statusCode());
        byte[] body = response.body();
        JsonNode answer = parse(response.statusCode(), body);
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            throw refusal(method, error.path("code").asInt(), error.path("message").asText());
        }
        JsonNode result = answer.get("result");
        boolean isOddError = !error.isMissingNode() && !error.isNull();
        if (isOddError || result == null || answer.path("id").asLong(-1) != id) {
            throw garbled(response.statusCode(), body);
        }
        return result;
    }

    private void requireAdmission(String method, int status) throws NodeException {
        switch (status) {
            case 401 -> throw new NodeException(credentials.refused(),
                    "the node at " + url + " does not accept " + credentials.inWords());
            case 403 -> throw new NodeException(Fault.REFUSED, "the node at " + url + " does not allow us " + method
                    + ": see its settings rpcallowip and rpcwhitelist");
            case 503 ->
                throw new NodeException(Fault.BUSY, "the node at " + url + " has more questions than it can answer");
            default -> {
            }
        }
    }

    private JsonNode parse(int status, byte[] body) throws NodeException {
        try {
            JsonNode answer = MAPPER.readTree(body);
            if (answer.isObject()) {
                return answer;
            }
        } catch (IOException e) {
            throw garbled(status, body, e);
        }
        throw garbled(status, body);
    }

    private NodeException garbled(int status, byte[] body) {
        return garbled(status, body, null);
    }

    private NodeException garbled(int status, byte[] body, @Nullable IOException cause) {
        // The begin suffices, of what may be very long.
        String begin = new String(body, 0, Math.min(body.length, 4 * MOST_SHOWN), StandardCharsets.UTF_8);
        String message = "what answers at " + url + " is no Bitcoin node: HTTP status " + status + " and "
                + (begin.isBlank() ? "nothing more" : "'" + shown(begin) + "'");
        return cause == null
                ? new NodeException(Fault.GARBLED, message)
                : new NodeException(Fault.GARBLED, message, cause);
    }

    private NodeException refusal(String method, int code, String message) {
        String node = "the node at " + url;
        return switch (code) {
            case WARMING_UP -> new NodeException(Fault.STARTING, node + " is starting: " + shown(message));
            case DOWNLOADING -> new NodeException(Fault.SYNCING,
                    node + " is still downloading the chain; its blocks can be mined when it has it");
            case NOT_CONNECTED -> new NodeException(Fault.ALONE,
                    node + " is connected to no other node, so nobody would hear of a block");
            default -> new NodeException(Fault.REFUSED,
                    node + " refuses " + method + ": " + shown(message) + " (code " + code + ")");
        };
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return Printable.line(line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...");
    }

    /** Breaks off what is still being asked. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
