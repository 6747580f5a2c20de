package org.sluice.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whatever a fuzzer puts on the topics of peers at work is refused, or taken by their state machines without a fault. */
class BorderFuzzTest {
    private static final EventCodec CODEC = EventCodecTest.registered("border-fuzz-test");
    private static final Map<String, Integer> IDS = HostileEvents
            .register(SchemaRegistry.connect("mock://border-fuzz-test", Map.of()));
    private static final int RECORDS = 30;

    /** Records one behind the other, each led by its length in two bytes. */
    static Stream<byte[]> seeds() {
        return IntStream.range(0, 20).mapToObj(seed -> {
            UnderFire peers = new UnderFire(CODEC, IDS, new SplittableRandom(seed));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < RECORDS; i++) {
                byte[] record = peers.drawn();
                if (record.length <= Short.MAX_VALUE) {
                    bytes.writeBytes(ByteBuffer.allocate(Short.BYTES).putShort((short) record.length).array());
                    bytes.writeBytes(record);
                }
            }
            return bytes.toByteArray();
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void noStepThrows(byte[] bytes) {
        UnderFire peers = new UnderFire(CODEC, IDS, new SplittableRandom(1));
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.remaining() >= Short.BYTES) {
            byte[] record = new byte[Math.min(Short.toUnsignedInt(rest.getShort()), rest.remaining())];
            rest.get(record);
            peers.receive(record);
            peers.goOn();
        }
        assertTrue(rest.remaining() < Short.BYTES);
    }
}
