package org.sluice.submitter.report;

import java.util.Random;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JobTextTest {
    private static final JobId ID = new JobId("anna.j");

    @Test
    void namesJobsByOwnerKindAndChance() {
        Random random = new Random(1);
        Work work = Answers.header(false, 0, 1).work();

        JobId first = JobText.newId("anna", work, random);

        assertTrue(first.value().matches("anna\\.header-[0-9a-z]{8}"), first.value());
        assertNotEquals(first, JobText.newId("anna", work, random));
    }

    @Test
    void describesJobsInALine() {
        Goal target = new Goal.Target(Bytes.fromHex("00000000000044b9f2" + "0".repeat(46)));
        assertEquals("block header nonces in [0, 9) for a hash of at most 00000000000044b9f200000000000000..., "
                + "the first solution",
                JobText.description(new JobSpec(ID, new Range(0, 9), new Work.Header(Answers.HEADER, false), target,
                        Mode.FIRST, 16)));
        assertEquals("block header nonces and versions in [0, 9) for 1 trailing zero bit, all solutions",
                JobText.description(new JobSpec(ID, new Range(0, 9), new Work.Header(Answers.HEADER, true),
                        new Goal.TrailingZeroBits(1), Mode.ALL, 16)));
        assertEquals("MD5 of integers after abababababababab... (9 bytes) in [0, 9) for 12 trailing zero bits, "
                + "the first solution",
                JobText.description(new JobSpec(ID, new Range(0, 9),
                        new Work.Integers("MD5", Bytes.fromHex("ab".repeat(9))), new Goal.TrailingZeroBits(12),
                        Mode.FIRST, 16)));
    }
}
