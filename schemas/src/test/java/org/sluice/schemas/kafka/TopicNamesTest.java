package org.sluice.schemas.kafka;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.RandomMessages;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TopicNamesTest {
    private static final PeerId PEER = new PeerId("w1-a.k3x09a7b");
    private static final JobId JOB = new JobId("anna.header-1");

    @Test
    void aTopicHasANameAndANameATopic() {
        assertEquals("sluice.inbox.w1-a.k3x09a7b", TopicNames.DEFAULT.of(PEER));
        assertEquals("sluice.root.anna.header-1", TopicNames.DEFAULT.of(JOB));
        assertEquals("sluice.job.anna.header-1", TopicNames.DEFAULT.of(new Topic.Journal(JOB)));
        for (long seed = 0; seed < 500; seed++) {
            RandomMessages random = new RandomMessages(seed);
            for (Topic topic : List.of(new Topic.Inbox(random.peer()), new Topic.RootInbox(random.job()),
                    new Topic.Journal(random.job()))) {
                assertEquals(Optional.of(topic), TopicNames.DEFAULT.topic(TopicNames.DEFAULT.of(topic)));
            }
        }
    }

    @Test
    void aTemplatesTopicsAreItsCampaigns() {
        JobId template = JOB.template(7);

        assertEquals(Topic.ofJob(JOB), Topic.ofJob(template));
        assertEquals("sluice.root.anna.header-1", TopicNames.DEFAULT.of(template));
        assertEquals(JOB, new Topic.Journal(template).owner());
    }

    /** Also those that older versions of Sluice made, whose ids had one word. */
    @ParameterizedTest
    @ValueSource(strings = {"", "sluice", "sluice.inbox.", "sluice.job.", "sluice.root.", "sluice.other.x",
            "sluice.inbox..x", "sluice.inbox.a b", "x.sluice.inbox.a.00000000", "__consumer_offsets",
            "sluice.inbox.oak-1f3a5c7e", "sluice.job.header-20260131-235959-1f3a5c7e", "sluice.inbox.a.b.00000000",
            "sluice.inbox.a_b.00000000", "sluice.job.anna.x.y", "sluice.job.anna.x.7", "sluice.root.anna.x.7",
            "sluice.inbox.a.0000000"})
    void otherTopicsHaveNone(String topic) {
        assertEquals(Optional.empty(), TopicNames.DEFAULT.topic(topic));
    }

    @Test
    void aNetworkKnowsItsOwnTopicsAlone() {
        TopicNames ours = new TopicNames("night-shift");
        TopicNames theirs = new TopicNames("night-shift-2");
        Topic inbox = new Topic.Inbox(PEER);
        assertEquals("night-shift.inbox.w1-a.k3x09a7b", ours.of(inbox));
        assertEquals(Optional.of(inbox), ours.topic(ours.of(inbox)));
        for (TopicNames others : List.of(theirs, TopicNames.DEFAULT)) {
            assertEquals(Optional.empty(), ours.topic(others.of(inbox)));
            assertEquals(Optional.empty(), others.topic(ours.of(inbox)));
            assertEquals(Optional.of(inbox), TopicNames.ofAnyNetwork(others.of(inbox)));
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
        PeerId peer = new PeerId("x".repeat(40) + ".00000000");
        JobId job = new JobId("x".repeat(40) + "." + "y".repeat(40));
        for (Topic topic : List.of(new Topic.Inbox(peer), new Topic.RootInbox(job), new Topic.Journal(job))) {
            String name = longest.of(topic);
            assertTrue(org.apache.kafka.common.internals.Topic.isValid(name));
            assertFalse(name.contains("_"), "Kafka takes a.b_c and a_b.c for the same");
        }
    }
}
