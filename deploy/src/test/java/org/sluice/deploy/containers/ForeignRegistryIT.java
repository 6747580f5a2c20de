package org.sluice.deploy.containers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.codec.ServersUnavailableException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** What travels, against a Confluent-compatible registry that others wrote. */
class ForeignRegistryIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JobId JOB = new JobId("anna.job");
    private static final PeerId PEER = new PeerId("peer.00000000");
    private static final SubjobId SUBJOB = new SubjobId("subjob");

    private static @Nullable ForeignRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        registry = ForeignRegistry.start(ForeignRegistryIT.class.getSimpleName());
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    private static EventCodec connect() {
        return EventCodec.connect(url(), Map.of());
    }

    private static String url() {
        return Objects.requireNonNull(registry).url();
    }

    static List<Event> events() {
        return List.of(new Event.Addressed(new Message.ResultAck(PEER, JOB, 7)),
                new Event.Addressed(new Message.SubjobAck(PEER, JOB, SUBJOB, 3, new Verdict.Accepted())),
                new Event.Addressed(
                        new Message.Ping(JOB, Long.MIN_VALUE, Optional.of(JOB), List.of(new Edge(SUBJOB, 1)))),
                new Event.Addressed(new Message.WorkWanted(PEER, PEER, 1, Limits.MAX_RATE, 6)),
                new Event.Journaled(new RootEvent.Assigned(JOB, 2,
                        new Holding(SUBJOB, 0, RangeSet.of(0, Long.MAX_VALUE)), PEER)),
                new Event.Journaled(new RootEvent.CancelRequested(JOB, 4)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void whatOnePeerWritesAnotherReads(Event event) throws Exception {
        try (EventCodec writer = connect(); EventCodec reader = connect()) {
            writer.registerAll();
            // The reader knows no ids: it asks the registry.
            assertEquals(event, reader.decode(writer.encode(event)));
        }
    }

    @Test
    void allSubjectsAreGuardedAndRegisteringAgainChangesNothing() throws Exception {
        try (EventCodec first = connect();
                EventCodec second = connect();
                SchemaRegistry client = SchemaRegistry.connect(url(), Map.of())) {
            first.registerAll();
            second.registerAll();
            for (Event event : events()) {
                assertEquals(ByteBuffer.wrap(first.encode(event)), ByteBuffer.wrap(second.encode(event)));
            }
            for (String subject : EventSchemas.published().keySet()) {
                assertEquals("FULL_TRANSITIVE", client.compatibility(subject), subject);
            }
        }
    }

    @Test
    void anIncompatibleSchemaIsRefused() throws Exception {
        try (EventCodec codec = connect(); SchemaRegistry client = SchemaRegistry.connect(url(), Map.of())) {
            codec.registerAll();
            for (Map.Entry<String, String> published : EventSchemas.published().entrySet()) {
                String required = with(published.getValue(), field("unheardOf").put("type", "string"));
                assertThrows(ServersUnavailableException.class, () -> client.register(published.getKey(), required),
                        published.getKey());
            }
        }
    }

    @Test
    void everyEarlierSchemaCountsAndLaterOnesAreRead() throws Exception {
        String subject = "org.sluice.schemas.avro.WorkWanted";
        String first = Objects.requireNonNull(EventSchemas.published().get(subject));
        try (EventCodec codec = connect(); SchemaRegistry client = SchemaRegistry.connect(url(), Map.of())) {
            codec.registerAll();
            String second = with(first, field("later").put("type", "int").put("default", 0));
            int id = client.register(subject, second);
            client.register(subject, with(first, field("other").put("type", "int").put("default", 0)));
            String clashing = with(with(first, field("other").put("type", "int").put("default", 0)),
                    field("later").put("type", "string").put("default", ""));
            assertThrows(ServersUnavailableException.class, () -> client.register(subject, clashing),
                    "it goes with the one before and not with the one before that");

            assertEquals(new Event.Addressed(new Message.WorkWanted(PEER, PEER, 1, 2, 3)),
                    codec.decode(written(id)));
        }
    }

    /** A request for work as a later version would write it. */
    private static byte[] written(int id) throws Exception {
        Event event = new Event.Addressed(new Message.WorkWanted(PEER, PEER, 1, 2, 3));
        byte[] ours;
        try (EventCodec codec = connect()) {
            codec.registerAll();
            ours = codec.encode(event);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        bytes.write(ours, 5, ours.length - 5);
        bytes.write(2 * 41); // the new field, last: 41 in Avro's zigzag
        return bytes.toByteArray();
    }

    private static ObjectNode field(String name) {
        return JSON.createObjectNode().put("name", name);
    }

    private static String with(String schema, ObjectNode field) throws Exception {
        ObjectNode record = (ObjectNode) JSON.readTree(schema);
        ((ArrayNode) record.get("fields")).add(field);
        return record.toString();
    }
}
