package org.sluice.schemas.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.CompatibilityLevel;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.jspecify.annotations.Nullable;

/**
 * A client of the schema registry: the genuine Confluent one, which Maven Central has only relocated inside a Flink jar.
 *
 * <p>This is the only class that imports it, so that it can be exchanged for the original by editing imports. Schemas go in
 * and out as JSON, because its Avro is relocated too. Any thread may call it; every call may wait for the network, at most
 * for the client's timeouts.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final String CONNECT_TIMEOUT_MILLIS = "2000";
    private static final String READ_TIMEOUT_MILLIS = "3000";
    /** How many schemas the client itself remembers per subject. */
    private static final int CLIENT_CACHE = 1_000;
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> REFUSED = Set.of(401, 403);
    /** How the client tells its own settings from those of Kafka that stand in the same file. */
    private static final String NAMESPACE = "schema.registry.";

    private final String urls;
    private final Map<String, Object> properties;
    /** Made when it is first used: most processes ask nothing. */
    private volatile @Nullable SchemaRegistryClient client;

    private SchemaRegistry(String urls, Map<String, Object> properties) {
        this.urls = urls;
        this.properties = properties;
    }

    /**
     * A client of the registry at the given URL; nothing is sent yet.
     *
     * @param urls one or several URLs with commas between; {@code mock://name} is a registry inside this JVM, for tests
     * @param clientProperties what the Confluent client understands, for security; may be empty
     */
    public static SchemaRegistry connect(String urls, Map<String, Object> clientProperties) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        // The client wants some of its settings with its prefix and some without it; people write either.
        clientProperties.forEach((key, value) -> properties.putIfAbsent(
                key.startsWith(NAMESPACE) ? key.substring(NAMESPACE.length()) : NAMESPACE + key, value));
        properties.putIfAbsent(SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_MILLIS);
        properties.putIfAbsent(SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, READ_TIMEOUT_MILLIS);
        return new SchemaRegistry(urls, properties);
    }

    private synchronized SchemaRegistryClient client() {
        SchemaRegistryClient made = client;
        if (made == null) {
            try {
                made = SchemaRegistryClientFactory.newClient(List.of(urls.split(",")), CLIENT_CACHE,
                        List.of(new AvroSchemaProvider()), properties, Map.of());
            } catch (RuntimeException e) {
                throw new AccessRefusedException("the schema registry's client cannot be made with these settings: "
                        + e.getMessage() + "; see --registry-properties", e);
            }
            client = made;
        }
        return made;
    }

    /** Forgets what the registry has said: it may have lost all it had, and then gives other ids. */
    synchronized void forget() {
        close();
    }

    /**
     * Registers a schema under a subject, if it is not there yet, and lets the subject take only schemas that are
     * compatible with all before (FULL_TRANSITIVE).
     *
     * @return the schema's id
     * @throws ServersUnavailableException if the registry does not answer or refuses
     */
    public synchronized int register(String subject, String schema) {
        try {
            boolean guarded = requireFullTransitive(subject);
            int id = client().register(subject, new AvroSchema(schema));
            if (!guarded) {
                requireFullTransitive(subject);
            }
            return id;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (RestClientException e) {
            throw refused("refuses the schema of " + subject, e);
        }
    }

    /** False if the registry lets only existing subjects be configured and this one does not exist. */
    private boolean requireFullTransitive(String subject) throws IOException, RestClientException {
        try {
            client().updateCompatibility(subject, CompatibilityLevel.FULL_TRANSITIVE.name);
            return true;
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Which compatibility the subject's schemas must have, as the registry names it; empty if that is not said of this subject. */
    public String compatibility(String subject) {
        try {
            return client().getCompatibility(subject);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return "";
            }
            throw refused("does not tell the compatibility of " + subject, e);
        }
    }

    /**
     * The id of a schema under a subject, empty if the registry does not have it there. It registers nothing.
     *
     * @throws ServersUnavailableException if the registry does not answer or refuses
     */
    public synchronized Optional<Integer> id(String subject, String schema) {
        try {
            return Optional.of(client().getId(subject, new AvroSchema(schema)));
        } catch (IOException e) {
            throw unreachable(e);
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refused("does not tell the id of " + subject, e);
        }
    }

    /**
     * The schema with the given id, empty if the registry has none.
     *
     * @throws ServersUnavailableException if the registry does not answer
     */
    public synchronized Optional<String> schema(int id) {
        try {
            return Optional.of(client().getSchemaById(id).canonicalString());
        } catch (IOException e) {
            throw unreachable(e);
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refused("does not give schema " + id, e);
        }
    }

    /**
     * Why a schema must not follow the earlier ones under FULL_TRANSITIVE compatibility, empty if it may.
     *
     * @param schema the later schema
     * @param earlier all schemas before it, oldest first
     */
    public static List<String> incompatibilities(String schema, List<String> earlier) {
        List<ParsedSchemaHolder> holders = earlier.stream()
                .<ParsedSchemaHolder>map(each -> new SimpleParsedSchemaHolder(new AvroSchema(each)))
                .toList();
        return new AvroSchema(schema).isCompatible(CompatibilityLevel.FULL_TRANSITIVE, holders);
    }

    private ServersUnavailableException refused(String what, RestClientException e) {
        String message = "the schema registry at " + urls + " " + what + ": " + e.getMessage();
        return REFUSED.contains(e.getStatus())
                ? new AccessRefusedException(message + "; see --registry-properties", e)
                : new ServersUnavailableException(message, e);
    }

    private ServersUnavailableException unreachable(IOException e) {
        Optional<String> refusal = TlsRefusal.reason(e);
        if (refusal.isPresent()) {
            return new AccessRefusedException("the schema registry at " + urls + " does not let this process in: "
                    + refusal.get() + "; see --registry-properties", e);
        }
        return new ServersUnavailableException("the schema registry at " + urls + " does not answer: " + e, e);
    }

    /** Ends what there is of a connection, also under a question that waits; the next one makes another. */
    @Override
    public void close() {
        SchemaRegistryClient former = client;
        client = null;
        try {
            if (former != null) {
                former.close();
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }
}
