package org.sluice.schemas;

import java.util.Optional;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TopicNamesTest {
    @Test
    void anAddressHasATopicAndATopicAnAddress() {
        assertEquals("sluice.inbox.w1-a.b", TopicNames.of(new PeerId("w1-a.b")));
        assertEquals("sluice.job.j_1", TopicNames.of(new JobId("j_1")));
        for (long seed = 0; seed < 500; seed++) {
            Address address = new RandomMessages(seed).address();
            assertEquals(Optional.of(address), TopicNames.address(TopicNames.of(address)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sluice", "sluice.inbox.", "sluice.job.", "sluice.other.x", "sluice.inbox..x",
            "sluice.inbox.a b", "x.sluice.inbox.a", "__consumer_offsets"})
    void otherTopicsHaveNone(String topic) {
        assertEquals(Optional.empty(), TopicNames.address(topic));
    }

    @Test
    void theLongestIdentifiersAreNamesThatKafkaTakes() {
        assertTrue(Topic.isValid(TopicNames.of(new PeerId("x".repeat(100)))));
        assertTrue(Topic.isValid(TopicNames.of(new JobId("x".repeat(100)))));
    }
}
