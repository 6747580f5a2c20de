package org.sluice.tracker.node;

import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.Samples;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Whatever a fuzzer puts into a node of the tracker is malformed, or a record that comes back as it went. */
class NodeDataFuzzTest {
    private static final PeerId PEER = new PeerId("anna.00000001");
    private static final JobId JOB = new JobId("anna.job-1");

    private interface Decoder<T> {
        T decode(byte[] data) throws MalformedNodeException;
    }

    static Stream<byte[]> seeds() {
        return Stream.of(NodeData.encode(new Servers("a:1,b:2", "http://c:3")),
                NodeData.encode(Samples.worker(PEER.value())),
                NodeData.encode(Samples.worker(PEER.value()).pausedBecause("by its user")),
                NodeData.encode(Samples.worker(PEER.value()).withRates(new Rates(9, Map.of("MD5", 7L)))),
                NodeData.encode(Samples.job(JOB.name())), NodeData.encode(new NodeData.Owner("somebody", 5)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void dataAreARecordOrMalformed(byte[] data) throws MalformedNodeException {
        NodeDataFuzzTest.<Servers>comesBack(data, NodeData::servers, NodeData::encode);
        NodeDataFuzzTest.<Registration>comesBack(data, some -> NodeData.registration(PEER, some), NodeData::encode);
        NodeDataFuzzTest.<JobRecord>comesBack(data, some -> NodeData.job(JOB, some, Instant.EPOCH), NodeData::encode);
        NodeDataFuzzTest.<NodeData.Owner>comesBack(data, NodeData::owner, NodeData::encode);
    }

    private static <T> void comesBack(byte[] data, Decoder<T> decoder, Function<T, byte[]> encoder)
            throws MalformedNodeException {
        T decoded;
        try {
            decoded = decoder.decode(data);
        } catch (MalformedNodeException e) {
            return;
        }
        assertEquals(decoded, decoder.decode(encoder.apply(decoded)));
    }
}
