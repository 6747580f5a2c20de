package org.sluice.protocol.account;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Given;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class UplinkTest {
    private static final JobSpec JOB = Given.job(0, 1_000);
    private static final PeerId SELF = Given.peer("ada");

    private final Facts facts = new Facts(JOB, Bench.EVEN);
    private final Uplink uplink = new Uplink(JOB.id(), Duration.ofSeconds(1));

    @BeforeEach
    void hash() {
        uplink.give(RangeSet.of(0, 100), facts);
        uplink.learn(facts.unite(List.of(new Coverage(SELF, RangeSet.of(0, 100))), List.of()));
    }

    private Uplink.Delta tell() {
        return uplink.next(facts, Instant.EPOCH, 10_000);
    }

    @Test
    void whatIsAcknowledgedIsToldNoMore() {
        assertTrue(uplink.acknowledge(tell().number()));
        assertFalse(uplink.hasNews());
    }

    /** The root before it may have heard of it, and what that had heard may be lost. */
    @Test
    void whatIsGivenAgainIsToldAgain() {
        uplink.acknowledge(tell().number());
        uplink.give(RangeSet.of(20, 60), facts);
        assertEquals(List.of(new Coverage(SELF, RangeSet.of(20, 60))), tell().coverage());
    }

    @Test
    void anAcknowledgementOfBeforeDoesNotCountForWhatIsGivenAgain() {
        long before = tell().number();
        uplink.give(RangeSet.of(20, 60), facts);
        assertTrue(uplink.acknowledge(before));
        assertEquals(List.of(new Coverage(SELF, RangeSet.of(20, 60))), tell().coverage());
    }
}
