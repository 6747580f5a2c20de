package org.sluice.schemas.codec;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Whatever strangers write, of every type and with numbers at their borders, is refused where it is decoded or taken by the
 * state machines without a fault.
 *
 * <p>{@code -Dseeds=N} sets how many seeds are tried, each of them {@value #CASES} records; {@code -Dseed=S} tries one alone.
 */
@Tag("slow")
class BorderTest {
    private static final int CASES = 200;
    private static final EventCodec CODEC = EventCodecTest.registered("border-test");
    private static final Map<String, Integer> IDS = HostileEvents
            .register(SchemaRegistry.connect("mock://border-test", Map.of()));

    static LongStream seeds() {
        Long single = Long.getLong("seed");
        return single != null ? LongStream.of(single) : LongStream.range(0, 20L * Integer.getInteger("seeds", 25));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noStepThrows(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        UnderFire peers = new UnderFire(CODEC, IDS, random);
        int understood = 0;
        for (int i = 0; i < CASES; i++) {
            understood += peers.receive(peers.drawn()) ? 1 : 0;
            peers.goOn();
        }
        assertTrue(understood > CASES / 8, "only " + understood + " records were events");
    }
}
