package org.sluice.schemas.kafka;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.RandomMessages;

import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TopicNamesTest {
    @Test
    void anAddressHasATopicAndATopicAnAddress() {
        assertEquals("sluice.inbox.w1-a.b", TopicNames.DEFAULT.of(new PeerId("w1-a.b")));
        assertEquals("sluice.job.j_1", TopicNames.DEFAULT.of(new JobId("j_1")));
        for (long seed = 0; seed < 500; seed++) {
            Address address = new RandomMessages(seed).address();
            assertEquals(Optional.of(address), TopicNames.DEFAULT.address(TopicNames.DEFAULT.of(address)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sluice", "sluice.inbox.", "sluice.job.", "sluice.other.x", "sluice.inbox..x",
            "sluice.inbox.a b", "x.sluice.inbox.a", "__consumer_offsets"})
    void otherTopicsHaveNone(String topic) {
        assertEquals(Optional.empty(), TopicNames.DEFAULT.address(topic));
    }

    @Test
    void aNetworkKnowsItsOwnTopicsAlone() {
        TopicNames ours = new TopicNames("night-shift");
        TopicNames theirs = new TopicNames("night-shift-2");
        PeerId peer = new PeerId("w1");
        assertEquals("night-shift.inbox.w1", ours.of(peer));
        assertEquals(Optional.of(peer), ours.address(ours.of(peer)));
        for (TopicNames others : List.of(theirs, TopicNames.DEFAULT)) {
            assertEquals(Optional.empty(), ours.address(others.of(peer)));
            assertEquals(Optional.empty(), others.address(ours.of(peer)));
            assertEquals(Optional.of(peer), TopicNames.ofAnyNetwork(others.of(peer)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "A", "a_b", "ä", "a b", "12345678901234567890123456789012345678901"})
    void aNetworksNameIsShortAndPlain(String name) {
        assertThrows(IllegalArgumentException.class, () -> new TopicNames(name));
    }

    @Test
    void theLongestIdentifiersAreNamesThatKafkaTakes() {
        TopicNames longest = new TopicNames("n".repeat(40));
        assertTrue(Topic.isValid(longest.of(new PeerId("x".repeat(100)))));
        assertTrue(Topic.isValid(longest.of(new JobId("x".repeat(100)))));
    }
}
