package org.sluice.schemas.codec;

import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** Whatever a fuzzer puts on a topic is malformed, or an event that comes back as it went. */
class EventFuzzTest {
    private final EventCodec codec = EventCodecTest.registered("fuzz-test");

    static Stream<byte[]> seeds() {
        EventCodec codec = EventCodecTest.registered("fuzz-test");
        RandomMessages random = new RandomMessages(0);
        return random.types().stream().map(type -> codec.encode(random.event(type)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void bytesAreAnEventOrMalformed(byte[] bytes) throws Exception {
        Event event;
        try {
            event = codec.decode(bytes);
        } catch (MalformedEventException e) {
            assertFalse(e.reason().isBlank());
            return;
        }
        assertEquals(event, codec.decode(codec.encode(event)));
    }
}
