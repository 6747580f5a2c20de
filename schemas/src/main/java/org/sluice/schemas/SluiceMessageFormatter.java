package org.sluice.schemas;

import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.MalformedEventException;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.console.EventFormatter;
import org.sluice.schemas.console.StoredEvent;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Lets Kafka's own console consumer print Sluice's topics: {@code kafka-console-consumer --formatter
 * org.sluice.schemas.SluiceMessageFormatter --formatter-property schema.registry.url=http://host:port}.
 *
 * <p>{@code --formatter-property json=true} prints JSON instead of lines. A record that is no event prints a line that says
 * so.
 */
public final class SluiceMessageFormatter implements MessageFormatter {
    private static final String REGISTRY_URL = "schema.registry.url";
    private static final String JSON = "json";

    private @Nullable EventCodec codec;
    private boolean json;

    @Override
    public void configure(Map<String, ?> configs) {
        Object url = configs.get(REGISTRY_URL);
        if (url == null || url.toString().isBlank()) {
            throw new ConfigException(
                    "say where the schemas are: --formatter-property " + REGISTRY_URL + "=http://host:port");
        }
        json = Boolean.parseBoolean(String.valueOf(configs.get(JSON)));
        codec = new EventCodec(SchemaRegistry.connect(url.toString(), new HashMap<>(configs)));
    }

    @Override
    public void writeTo(ConsumerRecord<byte[], byte[]> record, PrintStream output) {
        Instant storedAt = Instant.ofEpochMilli(record.timestamp());
        try {
            byte[] value = record.value();
            if (codec == null || value == null) {
                throw new MalformedEventException(
                        value == null ? "the record has no value" : "no registry is configured");
            }
            StoredEvent stored = new StoredEvent(record.topic(), record.offset(), storedAt, codec.decode(value));
            output.println(json ? EventFormatter.json(stored) : EventFormatter.line(stored));
        } catch (MalformedEventException e) {
            skipped(record, storedAt, e.reason(), output);
        } catch (ServersUnavailableException e) {
            skipped(record, storedAt, String.valueOf(e.getMessage()), output);
        }
    }

    private void skipped(ConsumerRecord<byte[], byte[]> record, Instant storedAt, String why, PrintStream output) {
        output.println(json
                ? EventFormatter.skippedJson(record.topic(), record.offset(), storedAt, why)
                : EventFormatter.skippedLine(record.topic(), record.offset(), storedAt, why));
    }

    @Override
    public void close() {
        if (codec != null) {
            codec.close();
        }
    }
}
